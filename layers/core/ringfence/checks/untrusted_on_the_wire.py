"""TLS-002: an endpoint that serves a certificate nobody should trust."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Fault, TlsObservation
from ringfence.subjects.certificates import install_commands, is_of_atlassian_image
from ringfence.subjects.observed import (
    is_unknown,
    look_command,
    nameless,
    problem_of,
    stands_for_itself,
    tls_doubts,
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
    Trusted are Mozilla's authorities and those in the policy's `roots`.
    A certificate whose only fault is its days is TLS-001's, a chain that is not
    sent whole TLS-004's, a weak key or signature TLS-008's.
    What Ringfence found by itself and has no name of its owner's, only an address
    or AWS's name, need not be named by its certificate.
    """
    without_name = nameless(estate.inventory)
    for seen in tls_seen(estate.inventory):
        is_named = seen.endpoint not in without_name
        if is_unknown(seen, is_named=is_named):
            yield problem_of(
                seen,
                f"serves a certificate that {_fault(seen)} "
                f"({seen.subject or 'no subject'}).",
                fix=_fix(seen),
            )
    yield from tls_doubts(estate.inventory)


def _fault(seen: TlsObservation) -> str:
    """Say why clients do not trust it."""
    if stands_for_itself(seen):
        if is_of_atlassian_image(seen.subject):
            return "Atlassian's machine image made for itself at first boot"
        return "is self-signed"
    if {Fault.UNKNOWN_AUTHORITY, Fault.INVALID}.isdisjoint(seen.faults) and seen.names:
        return f"names {', '.join(seen.names[:3])} and not this host"
    return f"clients do not trust: {seen.distrust}"


def _fix(seen: TlsObservation) -> str:
    look = look_command(seen.endpoint)
    if stands_for_itself(seen) and is_of_atlassian_image(seen.subject):
        return f"{install_commands()}\n{look}"
    return look
