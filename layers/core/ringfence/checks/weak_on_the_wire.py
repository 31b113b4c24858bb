"""TLS-008: an endpoint whose certificates have weak keys or signatures."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Fault, Role, TlsObservation
from ringfence.subjects.certificates import weak_key, weak_signature
from ringfence.subjects.observed import (
    listed,
    problem_of,
    tls_doubts,
    tls_seen,
)


@check(
    "TLS-008",
    "Endpoint serves a certificate with a weak key or signature",
    severity=Severity.HIGH,
    needs={"tls_observations"},
    fix="Install a certificate with RSA of 2048 bits or more, or P-256, and SHA-256.",
    guide=("S12", "D07"),
)
def weak_on_the_wire(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A short key can be computed, a broken hash forged: then others can be the product.

    The server's certificate is looked at, and those above it where clients find no
    way around; not the signatures of roots and self-signed certificates, on which
    nobody relies. Fine are RSA from 2048 bits on, elliptic curves from 256 on, and
    SHA-2.
    """
    for seen in tls_seen(estate.inventory):
        keys, signatures = _weak(seen)
        if keys or signatures:
            yield problem_of(
                seen,
                f"serves {listed([*keys, *signatures])}.",
                severity=Severity.HIGH if keys else Severity.MEDIUM,
                evidence={"key": seen.key, "signature": seen.signature},
            )
    yield from tls_doubts(estate.inventory)


def _weak(seen: TlsObservation) -> tuple[list[str], list[str]]:
    """Say what is weak: keys, signatures."""
    keys, signatures = [], []
    if key := weak_key(seen.key):
        keys.append(f"a certificate with {key}")
    signature = weak_signature(seen.signature)
    if signature and not seen.is_self_signed:
        signatures.append(f"a certificate with {signature}")
    if Fault.WEAK not in seen.faults:
        return keys, signatures  # clients find a path without what is weak above
    for link in seen.chain:
        if link.role not in (Role.ISSUER, Role.MISPLACED) or link.is_self_signed:
            continue
        if key := weak_key(link.key):
            keys.append(f"an issuer ({link.subject}) with {key}")
        if signature := weak_signature(link.signature):
            signatures.append(f"an issuer ({link.subject}) with {signature}")
    return keys, signatures
