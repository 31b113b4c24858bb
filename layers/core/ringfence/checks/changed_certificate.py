"""DNS-005: a name that suddenly serves another authority's certificate."""

import re
from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.looks import Look
from ringfence.subjects.observed import look_command

_TOLD_FOR = timedelta(days=7)
_ORGANISATION = re.compile(r"(?:^|,)\s*O=((?:\\.|[^,\\])+)")


@check(
    "DNS-005",
    "Endpoint suddenly serves another authority's certificate",
    severity=Severity.LOW,
    needs={"asked", "last_looks"},
    fix="Ask who changed the certificate; if nobody did, find out who answers.",
    guide=("D07", "D10"),
)
def changed_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever takes over a name or a server can have a certificate made for it, too.

    It looks as good as the one before, but it mostly comes from another authority
    and long before the old one had to be renewed.
    That is told for a week. A renewal by the same authority, or one in the
    days that the policy leaves for it, is expected; a certificate that clients
    do not trust is TLS-002's.
    """
    leeway = timedelta(days=estate.policy.thresholds.certificate_expiry_days)
    for look in estate.inventory.last_looks:
        before, now, changed_at = look.before, look.tls, look.changed_at
        if not (before and now and changed_at) or look.error:
            continue
        if estate.inventory.taken_at - changed_at >= _TOLD_FOR:
            continue
        ends = before.not_after
        is_due = ends is None or ends - changed_at <= leeway
        is_good = before.is_trusted and now.is_trusted
        if is_good and not is_due and authority(before) != authority(now):
            yield _problem(look, before, now)


def authority(seen: TlsObservation) -> str:
    """Give who issued a certificate: the organisation, whatever its authorities."""
    found = _ORGANISATION.search(seen.issuer)
    return found[1].strip() if found else seen.issuer


def _problem(look: Look, before: TlsObservation, now: TlsObservation) -> Problem:
    ends = before.not_after.date() if before.not_after else "an unknown day"
    return Problem(
        resource=look.endpoint,
        message=f"{look.endpoint} serves a certificate of {authority(now)} in place of "
        f"one of {authority(before)} that was good until {ends}.",
        fix=look_command(look.endpoint),
        evidence={
            "before": _told(before),
            "now": _told(now),
            "changed_at": look.changed_at.isoformat() if look.changed_at else None,
        },
    )


def _told(seen: TlsObservation) -> dict[str, object]:
    return {
        "address": seen.address,
        "subject": seen.subject,
        "issuer": seen.issuer,
        "not_before": seen.not_before.isoformat() if seen.not_before else None,
        "not_after": seen.not_after.isoformat() if seen.not_after else None,
    }
