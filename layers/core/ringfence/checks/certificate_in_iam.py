"""CERT-007: a certificate in use that is kept in IAM instead of ACM."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.certificates import evidence_of, in_use, title_of, users_of


@check(
    "CERT-007",
    "Certificate in use is kept in IAM",
    severity=Severity.LOW,
    needs={"certificates"},
    fix="Put a certificate of ACM in its place: ACM renews its own by itself.",
    guide=("S12", "D15"),
    relates=("AWS FSBP ELB.2",),
)
def certificate_in_iam(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody warns before a certificate in IAM expires, and nobody renews it.

    AWS advises IAM only where there is no ACM, and here there is: it answered.
    It is told in the Region whose load balancer uses the certificate, as its own or
    as a further one (SNI); whether CloudFront uses it is not seen.
    """
    region = estate.inventory.region
    for certificate in in_use(estate.inventory):
        if certificate.store != "iam":
            continue
        names = " ".join(certificate.names[1:])
        more = f" --subject-alternative-names {names}" if names else ""
        domain = certificate.domain or "NAME"
        yield Problem(
            resource=certificate.id,
            message=f"{title_of(certificate)} is kept in IAM, where nobody renews it; "
            f"{users_of(certificate)}.",
            fix=f"aws acm request-certificate --region {region} "
            f"--domain-name {domain} --validation-method DNS{more}\n"
            "Once it is issued, put it on the listeners of: "
            f"{', '.join(certificate.used_by)}",
            evidence=evidence_of(certificate),
        )
