"""LB-007: CloudFront fetches a product across the internet in plain HTTP."""

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
    "LB-007",
    "CloudFront fetches a product in plain HTTP",
    severity=Severity.MEDIUM,
    needs={"distributions", *identity.NEEDS},
    fix="Let CloudFront talk to the origin in HTTPS only.",
    guide=("S09", "D07"),
    relates=("AWS FSBP CloudFront.9",),
)
def plain_http_origin(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    HTTPS as far as CloudFront hides that the rest of the way is in clear.

    From there to a public origin passwords and session cookies cross networks that
    are not the viewer's. Buckets and VPC origins are fine; an origin whose protocol
    follows the viewer's is plain only where LB-006 tells it. Told once, in the
    Region where Ringfence runs.
    """
    for distribution, profile in of_products(estate):
        plain = [
            item.domain for item in distribution.origins if item.protocol == "http-only"
        ]
        if plain:
            yield Problem(
                resource=distribution.id,
                message=f"CloudFront's {name_of(distribution)} fetches "
                f"{profile.title} in plain HTTP from {', '.join(plain[:5])}.",
                fix="First give the origin an HTTPS listener with a certificate for "
                "the name that CloudFront asks for.\n"
                + change_commands(
                    distribution,
                    "Set OriginProtocolPolicy to https-only wherever it is http-only.",
                ),
                evidence=evidence_of(distribution),
            )
