"""CERT-008: a public certificate in use that no transparency log knows."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.certificates import evidence_of, in_use, title_of, users_of


@check(
    "CERT-008",
    "Certificate in use is in no transparency log",
    severity=Severity.LOW,
    needs={"certificates"},
    fix="Switch transparency logging on; it counts from the next renewal on.",
    guide=("S12", "D07"),
)
def unlogged_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Browsers refuse public certificates that no transparency log knows.

    Somebody opted out of logging. Only certificates that ACM itself issued are
    meant: a private authority's are not public, and ACM cannot log imported ones.
    """
    region = estate.inventory.region
    for certificate in in_use(estate.inventory):
        if certificate.kind == "issued" and certificate.is_logged is False:
            yield Problem(
                resource=certificate.id,
                message=f"{title_of(certificate)} is kept out of transparency logs, so "
                f"that browsers refuse it; {users_of(certificate)}.",
                fix=f"aws acm update-certificate-options --region {region} "
                f"--certificate-arn {certificate.id} "
                "--options CertificateTransparencyLoggingPreference=ENABLED\n"
                "To have it at once, request a new certificate for the same names.",
                evidence=evidence_of(certificate),
            )
