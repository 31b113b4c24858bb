"""CERT-004: a certificate in use with a weak key or signature."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.certificates import (
    evidence_of,
    in_use,
    replace_commands,
    title_of,
    users_of,
    weak_key,
    weak_signature,
)


@check(
    "CERT-004",
    "Certificate in use has a weak key or signature",
    severity=Severity.HIGH,
    needs={"certificates"},
    fix="Put a certificate with RSA of 2048 bits or more, or P-256, in its place.",
    guide=("S12", "D07", "D15"),
    relates=("AWS FSBP ACM.2",),
)
def weak_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A short key can be computed, a broken hash forged: then others can be the product.

    Fine are RSA from 2048 bits on, elliptic curves from 256 on, and signatures
    with SHA-2. MD5 and SHA-1 are no longer accepted by browsers either.
    """
    for certificate in in_use(estate.inventory):
        if not (certificate.key or certificate.signature):
            if certificate.kind == "imported":
                yield Doubt(certificate.id, "its key and signature could not be read")
            continue
        key = weak_key(certificate.key)
        signature = weak_signature(certificate.signature)
        if key or signature:
            reasons = " and ".join(reason for reason in (key, signature) if reason)
            yield Problem(
                resource=certificate.id,
                message=f"{title_of(certificate)} has {reasons}; "
                f"{users_of(certificate)}.",
                severity=Severity.HIGH if key else Severity.MEDIUM,
                fix=replace_commands(estate.inventory.region, certificate),
                evidence=evidence_of(certificate),
            )
