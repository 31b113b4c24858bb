"""
Ways in that another service decides about, so that their packets cannot be told.

They make nothing doubtful that is told of gateways and load balancers.
"""

from collections.abc import Iterator

from ringfence.inventory import Inventory
from ringfence.inventory.otherways import VpcLink, VpcOrigin
from ringfence.reach.exposure import Blind

CLOUDFRONT = "cloudfront-vpc-origin"
API_GATEWAY = "api-gateway"
CONNECT = "instance-connect-endpoint"
PRIVATE_LINK = "endpoint-service"

_PARTS = {
    "vpc_origins": CLOUDFRONT,
    "vpc_links": API_GATEWAY,
    "connect_endpoints": CONNECT,
    "endpoint_services": PRIVATE_LINK,
}


def other_ways(inventory: Inventory) -> tuple[Blind, ...]:
    """Give each such way into the Region, by what it leads to where that is told."""
    found = [
        *_origins(inventory),
        *(way for link in inventory.vpc_links for way in _link(link)),
        *_connect(inventory),
        *_services(inventory),
    ]
    return tuple(dict.fromkeys(found))


def unread_ways(inventory: Inventory) -> tuple[Blind, ...]:
    """Give the kinds of such ways that were asked for and could not be read."""
    place = f"{inventory.account}/{inventory.region}"
    return tuple(
        Blind(
            place,
            "*",
            f"could not read {part} ({_reasons(inventory, part)})",
            entry=entry,
        )
        for part, entry in _PARTS.items()
        if part in inventory.gaps
    )


def _reasons(inventory: Inventory, part: str) -> str:
    failed = {f"{gap.operation}: {gap.code}" for gap in inventory.gaps[part]}
    return ", ".join(sorted(failed))


def target_of(origin: VpcOrigin, region: str) -> str | None:
    """Give the id of what *origin* leads to; None: it is in another Region."""
    if origin.target.split(":")[3:4] != [region]:
        return None
    kind, _, name = origin.target.split(":", 5)[-1].partition("/")
    return name if kind == "instance" else origin.target


def _origins(inventory: Inventory) -> Iterator[Blind]:
    for origin in inventory.vpc_origins:
        target = target_of(origin, inventory.region)
        if target is None:
            continue
        because = (
            f"the CloudFront VPC origin {origin.id} leads to it; who gets through is "
            "decided at CloudFront, by the distributions that use it"
        )
        yield Blind(target, target, because, entry=CLOUDFRONT)


def _link(link: VpcLink) -> Iterator[Blind]:
    label = f"the API Gateway VPC link {link.id} ({link.name})"
    whom = "who gets through is decided at API Gateway"
    for target in link.targets:
        yield Blind(target, target, f"{label} leads to it; {whom}", entry=API_GATEWAY)
    if not link.targets:
        because = f"{label} leads into {', '.join(link.subnets)}; to what and {whom}"
        yield Blind(link.id, link.id, because, entry=API_GATEWAY)


def _connect(inventory: Inventory) -> Iterator[Blind]:
    for endpoint in inventory.connect_endpoints:
        source = "the client's" if endpoint.preserves_client_ip else "its own"
        because = (
            f"the EC2 Instance Connect endpoint {endpoint.id} leads to private "
            f"addresses of {endpoint.vpc} from {source} address; who gets through is "
            "decided by IAM (ec2-instance-connect:OpenTunnel)"
        )
        yield Blind(endpoint.id, endpoint.id, because, entry=CONNECT)


def _services(inventory: Inventory) -> Iterator[Blind]:
    for service in inventory.endpoint_services:
        if not service.principals:
            continue  # nobody may connect
        whom = ", ".join(service.principals)
        if "*" in service.principals:
            whom = "every AWS account"
        how = "after acceptance" if service.needs_acceptance else "without acceptance"
        because = (
            f"the endpoint service {service.id} offers it by PrivateLink to {whom}, "
            f"{how}"
        )
        for balancer in service.balancers or (service.id,):
            yield Blind(balancer, balancer, because, entry=PRIVATE_LINK)
