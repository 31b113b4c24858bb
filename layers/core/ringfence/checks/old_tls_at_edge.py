"""LB-005: CloudFront in front of a product lets viewers negotiate old TLS."""

from collections.abc import Iterator

from ringfence import identity
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.distributions import (
    change_commands,
    evidence_of,
    name_of,
    of_products,
)

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
_OLD = frozenset({"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"})
_NOT_FORWARD_SECRET = frozenset({"TLSv1.2_2018"})
_FINE = frozenset({"TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"})
_BEST = "TLSv1.2_2021"


@check(
    "LB-005",
    "CloudFront allows old TLS in front of a product",
    severity=Severity.MEDIUM,
    needs={"distributions", *identity.NEEDS},
    fix="Choose TLSv1.2_2021 or newer for the viewer certificate.",
    guide=("D07", "D15"),
    relates=("AWS FSBP CloudFront.15",),
)
def old_tls_at_edge(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    TLS 1.0 and 1.1 are deprecated, SSL is broken: what they protect can be attacked.

    With CloudFront's own certificate (`*.cloudfront.net`) nobody can choose: it
    always allows TLS 1.0. TLSv1.2_2018 also has ciphers without forward secrecy,
    which weigh less; TLSv1.2_2019 is fine. Told once, in the Region where
    Ringfence runs; distributions in front of something else are not looked at.
    """
    for distribution, profile in of_products(estate):
        lowest = distribution.lowest_protocol
        if not distribution.has_own_certificate:
            what = "has no certificate of its own, so that viewers may negotiate TLSv1"
        elif lowest in _OLD:
            what = f"lets viewers negotiate TLS older than 1.2 ({lowest})"
        elif lowest in _NOT_FORWARD_SECRET:
            what = f"allows ciphers without forward secrecy ({lowest})"
        else:
            if lowest not in _FINE:
                because = f"nobody knows what its security policy {lowest} allows"
                yield Doubt(distribution.id, because)
            continue
        is_old = not distribution.has_own_certificate or lowest in _OLD
        first = (
            ""
            if distribution.has_own_certificate
            else "Give it a name of yours and that name's certificate of ACM in "
            "us-east-1.\n"
        )
        yield Problem(
            resource=distribution.id,
            message=f"CloudFront's {name_of(distribution)} in front of "
            f"{profile.title} {what}.",
            severity=Severity.MEDIUM if is_old else Severity.LOW,
            fix=first
            + change_commands(
                distribution,
                f"Set ViewerCertificate.MinimumProtocolVersion to {_BEST} in it.",
            ),
            evidence=evidence_of(distribution),
        )
