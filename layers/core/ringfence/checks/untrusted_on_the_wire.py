"""TLS-002: an endpoint that serves a certificate nobody should trust."""

from collections.abc import Iterator
from datetime import datetime

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import TlsObservation
from ringfence.subjects.certificates import install_commands, is_of_atlassian_image
from ringfence.subjects.observed import (
    host_of,
    look_command,
    names_host,
    tls_doubts,
    tls_evidence,
    tls_seen,
)


@check(
    "TLS-002",
    "Endpoint serves an untrusted certificate",
    severity=Severity.HIGH,
    needs={"tls_observations"},
    fix="Install a certificate for this name from an authority that clients trust.",
    guide=("S10", "S11", "S12", "S13", "D07"),
)
def untrusted_on_the_wire(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Clients cannot tell a self-signed, unknown or misnamed certificate from a forgery.

    People click the warning away and Git clients are told to skip verification,
    so that whoever is on the way may read and change everything.
    A certificate whose only fault is its days is TLS-001's.
    """
    for seen in tls_seen(estate.inventory):
        reason = _fault(seen, estate.inventory.taken_at)
        if reason:
            yield Problem(
                resource=seen.endpoint,
                message=f"{seen.endpoint} serves a certificate that {reason} "
                f"({seen.subject or 'no subject'}).",
                fix=_fix(seen),
                evidence=tls_evidence(seen),
            )
    yield from tls_doubts(estate.inventory)


def _fix(seen: TlsObservation) -> str:
    look = look_command(seen.endpoint)
    if seen.is_self_signed and is_of_atlassian_image(seen.subject):
        return f"{install_commands()}\n{look}"
    return look


def _fault(seen: TlsObservation, now: datetime) -> str:
    """Say why clients do not trust it; empty: they do, or it is a matter of days."""
    if seen.is_self_signed:
        if is_of_atlassian_image(seen.subject):
            return "Atlassian's machine image made for itself at first boot"
        return "is self-signed"
    if seen.names and not names_host(seen.names, host_of(seen.endpoint)):
        return f"names {', '.join(seen.names[:3])} and not this host"
    if seen.is_trusted or _is_matter_of_days(seen, now):
        return ""
    return f"clients do not trust: {seen.distrust or 'no chain to a known authority'}"


def _is_matter_of_days(seen: TlsObservation, now: datetime) -> bool:
    outside = (seen.not_after is not None and seen.not_after <= now) or (
        seen.not_before is not None and seen.not_before > now
    )
    reason = seen.distrust.lower()
    return outside and (not reason or "expired" in reason or "not yet valid" in reason)
