"""DNS-004: a name that resolves to something else than its record says."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.observed import host_of

# A changed record may be cached for as long as its TTL; the usual ones are shorter.
_SETTLED = timedelta(minutes=30)


@check(
    "DNS-004",
    "Name resolves to something else than its record",
    severity=Severity.MEDIUM,
    needs={"asked", "last_looks"},
    fix="Find out which servers answer for the name: aws route53 get-hosted-zone "
    "shows those of the zone, dig +trace NAME those that the internet asks.",
    guide=("S13", "S14"),
)
def stray_name(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Somebody else answers for the name, or the zone is not the one that is asked.

    Either visitors are led away, or whoever edits the zone believes in a record
    that nobody reads.
    It is told when looks half an hour apart were led elsewhere, so that a
    record that was just changed is not; of names whose addresses AWS chooses
    (aliases to load balancers) nothing is told.
    """
    for look in estate.inventory.last_looks:
        strayed = look.strayed_at
        if strayed and estate.inventory.taken_at - strayed >= _SETTLED:
            yield Problem(
                resource=look.endpoint,
                message=f"{host_of(look.endpoint)} resolves to {look.address}, its "
                f"record in Route 53 says {', '.join(look.expected)}.",
                evidence={
                    "address": look.address,
                    "expected": list(look.expected),
                    "since": strayed.isoformat(),
                },
            )
