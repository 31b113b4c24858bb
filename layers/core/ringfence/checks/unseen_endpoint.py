"""RF-011: endpoints that were to be looked at, and were not."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity

_NAMED = 3
_SHOWN = 50


@check(
    "RF-011",
    "Endpoints have not been looked at for too long",
    severity=Severity.HIGH,
    needs={"last_looks"},
    fix="See the probe queue, its dead-letter queue and the probe function's log: "
    "the dashboard in the stack's outputs shows all three.",
    guide=("D10", "D64"),
)
def unseen_endpoint(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A look that did not happen is no pass: its findings stay as they were.

    It is told of endpoints that were asked for and not looked at in two sweep
    periods, whatever the reason. An endpoint that was dialled and did not answer
    was looked at.
    """
    before = estate.inventory.overdue_before
    if before is None:
        return
    late = sorted(
        look.endpoint for look in estate.inventory.last_looks if look.latest_at < before
    )
    if late:
        rest = len(late) - _NAMED
        named = ", ".join(late[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        yield Problem(
            resource="probes",
            message="In two sweep periods nobody looked at "
            f"{named}: what they serve is not known.",
            evidence={"endpoints": late[:_SHOWN], "endpoint_count": len(late)},
        )
