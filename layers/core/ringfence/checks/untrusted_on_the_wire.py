"""TLS-002: an endpoint that serves a certificate nobody should trust."""

from collections.abc import Iterator
from datetime import datetime

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import TlsObservation
from ringfence.subjects.certificates import is_of_atlassian_image
from ringfence.subjects.observed import (
    host_of,
    look_command,
    nameless,
    names_host,
    tls_doubts,
    tls_evidence,
    tls_seen,
)


@check(
    "TLS-002",
    "Endpoint serves an untrusted certificate",
    severity=Severity.HIGH,
    needs={"asked", "tls_observations"},
    fix="Install a certificate for this name from an authority that clients trust.",
    guide=("S10", "S11", "S12", "S13", "D07"),
)
def untrusted_on_the_wire(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Clients cannot tell a self-signed, unknown or misnamed certificate from a forgery.

    People click the warning away and Git clients are told to skip verification,
    so that whoever is on the way may read and change everything.
    A certificate whose only fault is its days is TLS-001's.
    What Ringfence found by itself and has no name of its owner's, only an address
    or AWS's name, need not be named by its certificate.
    """
    without_name = nameless(estate.inventory)
    for seen in tls_seen(estate.inventory):
        is_named = seen.endpoint not in without_name
        reason = _fault(seen, estate.inventory.taken_at, is_named=is_named)
        if reason:
            yield Problem(
                resource=seen.endpoint,
                message=f"{seen.endpoint} serves a certificate that {reason} "
                f"({seen.subject or 'no subject'}).",
                fix=look_command(seen.endpoint),
                evidence=tls_evidence(seen),
            )
    yield from tls_doubts(estate.inventory)


def _fault(seen: TlsObservation, now: datetime, *, is_named: bool) -> str:
    """Say why clients do not trust it; empty: they do, or it is a matter of days."""
    if seen.is_self_signed:
        if is_of_atlassian_image(seen.subject):
            return "Atlassian's machine image made for itself at first boot"
        return "is self-signed"
    names_it = not seen.names or names_host(seen.names, host_of(seen.endpoint))
    if is_named and not names_it:
        return f"names {', '.join(seen.names[:3])} and not this host"
    if not names_it and "mismatch" in seen.distrust.lower():
        return ""  # OpenSSL looks at the name when the chain is found to be good
    if seen.is_trusted or _is_matter_of_days(seen, now):
        return ""
    return f"clients do not trust: {seen.distrust or 'no chain to a known authority'}"


def _is_matter_of_days(seen: TlsObservation, now: datetime) -> bool:
    outside = (seen.not_after is not None and seen.not_after <= now) or (
        seen.not_before is not None and seen.not_before > now
    )
    reason = seen.distrust.lower()
    return outside and (not reason or "expired" in reason or "not yet valid" in reason)
