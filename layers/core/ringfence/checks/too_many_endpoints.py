"""RF-010: more endpoints than are looked at."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.discovery import MOST_ENDPOINTS, NEEDS
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity

_SHOWN = 20


@check(
    "RF-010",
    "More endpoints than Ringfence looks at",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Name the endpoints that matter most in the policy: those come first. "
    "ringfence probe looks at any others from a terminal.",
    guide=("D10",),
)
def too_many_endpoints(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What is not looked at is neither good nor bad: nothing is known of it.

    A sweep asks for a fixed number of looks, so that an account with thousands
    of names does not become a burst of connections.
    Those that the policy names come first, then load balancers that face
    everybody, then names before bare addresses.
    """
    left = estate.endpoints[MOST_ENDPOINTS:]
    if left:
        total = MOST_ENDPOINTS + len(left)
        yield Problem(
            resource="endpoints",
            message=f"There are {total} endpoints, of which {MOST_ENDPOINTS} are "
            f"looked at in each sweep: the certificates and answers of {len(left)} are "
            "not known.",
            evidence={"left_out": [item.name for item in left[:_SHOWN]]},
        )
