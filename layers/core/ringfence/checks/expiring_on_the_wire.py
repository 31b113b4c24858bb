"""TLS-003: an endpoint whose certificate is about to expire."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.observed import (
    is_unknown,
    problem_of,
    tls_doubts,
    tls_seen,
)


@check(
    "TLS-003",
    "Endpoint serves a certificate that is about to expire",
    severity=Severity.MEDIUM,
    needs={"tls_observations"},
    fix="Renew the certificate, install it where TLS ends, and reload.",
    guide=("S12", "D07", "D15"),
)
def expiring_on_the_wire(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    On the last day of the certificate that is served, clients stop working.

    A renewed certificate that nobody loaded shows here and nowhere else.
    How early this is told is the policy's: `thresholds.certificate_expiry_days`,
    and `certificate_urgent_days` for when it becomes urgent.
    One that clients do not take anyway is TLS-002's, an expired one TLS-001's.
    """
    now = estate.inventory.taken_at
    limits = estate.policy.thresholds
    for seen in tls_seen(estate.inventory):
        if seen.not_after is None or seen.not_after <= now or is_unknown(seen):
            continue
        left = seen.not_after - now
        if left > timedelta(days=limits.certificate_expiry_days):
            continue
        is_urgent = left <= timedelta(days=limits.certificate_urgent_days)
        yield problem_of(
            seen,
            f"serves a certificate that expires on {seen.not_after:%Y-%m-%d} "
            f"({seen.subject or 'no subject'}).",
            severity=Severity.HIGH if is_urgent else Severity.MEDIUM,
        )
    yield from tls_doubts(estate.inventory)
