"""EXP-016: products that CloudFront hands out in plain HTTP."""

from dataclasses import replace
from typing import Any

from ringfence.checks.plain_http_origin import plain_http_origin
from ringfence.evaluate import evaluate
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.otherways import Distribution, VpcOrigin
from tests.build import ACCOUNT, BALANCER, INSTANCE, a_listener, an_estate, balanced

ARN = f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/vo_1"
NODE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/{INSTANCE}"


def fronted(target: str = BALANCER, product: str = "jira", **fields: Any) -> Inventory:
    """Give a product to whose *target* a distribution leads, in plain HTTP, too."""
    defaults: dict[str, Any] = {"id": "E1", "domain": "d1.net", "accepts_http": True}
    origin = VpcOrigin(
        id="vo_1",
        arn=ARN,
        target=target,
        name="jira",
        distributions=(Distribution(**(defaults | fields)),),
    )
    return replace(balanced(a_listener(), product=product), vpc_origins=(origin,))


FIRES = [fronted(), fronted(NODE)]
QUIET = [
    fronted(accepts_http=False),
    fronted(is_enabled=False),
    fronted(product=""),
    fronted(NODE.replace("eu-west-1", "us-east-1")),
    fronted(BALANCER.replace("web", "gone")),
]


def test_names_the_product_the_way_and_the_distribution() -> None:
    """Whoever reads it knows which setting of which distribution to change."""
    (problem,) = plain_http_origin(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "the CloudFront VPC origin vo_1" in problem.message
    assert "plain HTTP to the distribution E1 (d1.net)" in problem.message
    assert problem.fix
    assert "aws cloudfront update-distribution --id E1" in problem.fix


def test_the_finding_is_of_the_product_that_is_behind() -> None:
    """Waivers and alerts go by product."""
    (finding,) = evaluate(an_estate(FIRES[0]), [plain_http_origin]).findings

    assert (ARN, "jira", "jira") == (finding.resource, finding.name, finding.product)
