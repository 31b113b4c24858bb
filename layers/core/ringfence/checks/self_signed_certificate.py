"""CERT-003: a certificate in use that vouches for itself."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.certificates import (
    evidence_of,
    in_use,
    is_of_atlassian_image,
    replace_commands,
    title_of,
    users_of,
)


@check(
    "CERT-003",
    "Self-signed certificate in use",
    severity=Severity.MEDIUM,
    needs={"certificates"},
    fix="Put a certificate of an authority that clients trust in its place.",
    guide=("S11", "S12", "S16", "D07"),
)
def self_signed_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody can tell a self-signed certificate from an attacker's.

    Git clients are then told to skip verification (`http.sslVerify=false`), and
    whoever is on the way may read and change everything.
    Atlassian's machine images make one at first boot, valid for a year, as a
    stopgap until a real one is installed.
    """
    for certificate in in_use(estate.inventory):
        if certificate.is_self_signed is None and certificate.kind == "imported":
            yield Doubt(certificate.id, "its body could not be read")
        elif certificate.is_self_signed:
            made = (
                "It is the one that Atlassian's machine image made for itself at "
                "first boot."
                if is_of_atlassian_image(certificate.subject)
                else "Clients cannot tell it from an attacker's."
            )
            yield Problem(
                resource=certificate.id,
                message=f"{title_of(certificate)} is self-signed; "
                f"{users_of(certificate)}. {made}",
                fix=replace_commands(estate.inventory.region, certificate),
                evidence=evidence_of(certificate),
            )
