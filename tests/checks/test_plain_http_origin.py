"""LB-007: CloudFront and the way to the origin."""

from ringfence.checks.plain_http_origin import plain_http_origin
from ringfence.finding import Problem
from ringfence.inventory.distributions import Origin
from tests.build import an_estate, an_inventory, distributed

PLAIN = Origin(
    domain="dualstack.web-1.eu-west-1.elb.amazonaws.com", protocol="http-only"
)
FOLLOWS = Origin(domain=PLAIN.domain, protocol="match-viewer")
BUCKET = Origin(domain="static.s3.eu-west-1.amazonaws.com")

FIRES = [distributed(origins=(BUCKET, PLAIN))]
QUIET = [
    distributed(),
    distributed(origins=(FOLLOWS, BUCKET)),
    distributed(origins=(PLAIN,), is_enabled=False),
    an_inventory(distributions=FIRES[0].distributions),
]


def test_names_product_and_origin() -> None:
    """The product is known by the load balancer, under whichever of its names."""
    (problem,) = plain_http_origin(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (
        "CloudFront's git.example.com fetches Bitbucket in plain HTTP from "
        "dualstack.web-1.eu-west-1.elb.amazonaws.com."
    ) == problem.message
