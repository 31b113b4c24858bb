"""TLS-001: an endpoint that serves a certificate outside its days."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.observed import look_command, tls_doubts, tls_evidence, tls_seen


@check(
    "TLS-001",
    "Endpoint serves an expired or not yet valid certificate",
    severity=Severity.HIGH,
    needs={"tls_observations"},
    fix="Install a valid certificate where the endpoint ends TLS, and reload it.",
    guide=("S10", "S12", "D07"),
)
def expired_on_the_wire(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Clients refuse a certificate outside its days, whatever the stores say.

    This is what a client is given: a renewed certificate that nobody loaded shows
    here and nowhere else.
    """
    now = estate.inventory.taken_at
    for seen in tls_seen(estate.inventory):
        if seen.not_after and seen.not_after <= now:
            what = f"expired on {seen.not_after:%Y-%m-%d}"
        elif seen.not_before and seen.not_before > now:
            what = f"is not valid before {seen.not_before:%Y-%m-%d}"
        else:
            continue
        yield Problem(
            resource=seen.endpoint,
            message=f"{seen.endpoint} serves a certificate that {what} "
            f"({seen.subject or 'no subject'}).",
            fix=look_command(seen.endpoint),
            evidence=tls_evidence(seen),
        )
    yield from tls_doubts(estate.inventory)
