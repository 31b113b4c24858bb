"""EXP-016: CloudFront hands a product to viewers in plain HTTP."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import NEEDS
from ringfence.reach.otherways import target_of


@check(
    "EXP-016",
    "Product behind CloudFront is served in plain HTTP",
    severity=Severity.HIGH,
    needs=NEEDS | {"vpc_origins"},
    fix="Redirect viewers to HTTPS in the distribution.",
    guide=("S09", "S10"),
    relates=("AWS FSBP CloudFront.3",),
    types=(REACHABILITY,),
)
def plain_http_origin(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Passwords and sessions can be read and changed by whoever is on the way.

    A VPC origin leads from CloudFront to a private load balancer or instance, which
    no public address gives away. Told are enabled distributions that let viewers
    come in plain HTTP (`allow-all`) to one in front of a product.
    Allowed are distributions that redirect to HTTPS or take nothing else; plain HTTP
    between CloudFront and the VPC stays on AWS's network.
    """
    for origin in estate.inventory.vpc_origins:
        target = target_of(origin, estate.inventory.region)
        product = estate.product_of(target) if target else None
        plain = [
            item
            for item in origin.distributions
            if item.is_enabled and item.accepts_http
        ]
        if not target or not product or not plain:
            continue
        title = estate.profiles[product].title
        names = ", ".join(f"{item.id} ({item.domain})" for item in plain)
        first = plain[0].id
        yield Problem(
            resource=origin.arn,
            message=f"{title} {estate.label(target)} is behind the CloudFront VPC "
            f"origin {origin.id}, and viewers may come in plain HTTP to the "
            f"distribution {names}.",
            fix="Set ViewerProtocolPolicy to redirect-to-https in each behavior of "
            f"{names}:\naws cloudfront get-distribution-config --id {first}\n"
            f"aws cloudfront update-distribution --id {first} --if-match ETAG "
            "--distribution-config file://config.json",
            evidence={
                "origin": origin.id,
                "target": target,
                "distributions": [item.id for item in plain],
                "has_web_acl": all(item.has_web_acl for item in plain),
            },
        )
