"""LB-006: CloudFront serves a product to viewers in plain HTTP."""

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


@check(
    "LB-006",
    "CloudFront serves a product in plain HTTP",
    severity=Severity.HIGH,
    needs={"distributions", *identity.NEEDS},
    fix="Let CloudFront redirect viewers to HTTPS.",
    guide=("S09", "S10", "D07"),
    relates=("AWS FSBP CloudFront.3",),
)
def plain_http_at_edge(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Anybody on the way can read and change what is sent in plain HTTP.

    It is told where a path of a distribution takes both HTTP and HTTPS; a redirect
    to HTTPS and HTTPS alone are fine. Told once, in the Region where Ringfence
    runs; distributions in front of something else are not looked at.
    """
    for distribution, profile in of_products(estate):
        plain = [
            item.path for item in distribution.behaviors if item.viewers == "allow-all"
        ]
        if plain:
            yield Problem(
                resource=distribution.id,
                message=f"CloudFront's {name_of(distribution)} serves "
                f"{profile.title} in plain HTTP, too, at {', '.join(plain[:5])}.",
                fix=change_commands(
                    distribution,
                    "Set ViewerProtocolPolicy to redirect-to-https wherever it is "
                    "allow-all.",
                ),
                evidence=evidence_of(distribution),
            )
