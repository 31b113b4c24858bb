"""
What a narrowed read need not ask for, because other answers imply it.

Each gives what AWS would have answered, as far as it is read, or None where the
answers do not tell: then AWS is asked. Of a whole Region AWS's own list counts.
What is malformed raises `MalformedError`.
"""

from ringfence.collect.operation import Responses
from ringfence.inventory.answers import (
    Raw,
    flag,
    inner,
    rows,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.blocking import OFF

SUBNETS = "ec2.describe_subnets"
ROUTE_TABLES = "ec2.describe_route_tables"

_LOCAL = "local"
_NEVER_LOCAL = (
    "DestinationPrefixListId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
)


def no_block(responses: Responses, _vpcs: frozenset[str]) -> dict[str, str] | None:
    """
    No block, where every subnet says that nothing blocks it.

    Exclusions only ever spare, so whatever the Region's mode is does not matter.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockPublicAccessStates.html
    """
    if SUBNETS not in responses:
        return None
    states = (
        inner(subnet, "BlockPublicAccessStates")
        for subnet in rows(responses[SUBNETS], "Subnets")
    )
    modes = {text_or_none(state, "InternetGatewayBlockMode") for state in states}
    return {"InternetGatewayBlockMode": OFF} if modes <= {OFF} else None


def gateways(
    responses: Responses, vpcs: frozenset[str]
) -> list[dict[str, object]] | None:
    """
    The internet gateways, where each VPC has an active route to one.

    It is the VPC's only one and attached: else the route would be a blackhole.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
    if ROUTE_TABLES not in responses:
        return None
    found = {
        text(table, "VpcId"): text(route, "GatewayId")
        for table in rows(responses[ROUTE_TABLES], "RouteTables")
        for route in rows(table, "Routes")
        if text_or_empty(route, "GatewayId").startswith("igw-")
        and text_or_none(route, "State") == "active"
    }
    if not vpcs <= found.keys():
        return None
    return [
        {
            "InternetGatewayId": found[vpc],
            "Attachments": [{"VpcId": vpc, "State": "available"}],
        }
        for vpc in sorted(vpcs)
    ]


def networks(
    responses: Responses, vpcs: frozenset[str]
) -> list[dict[str, object]] | None:
    """
    The VPCs with their ranges, where they have none of IPv6.

    Every route table has a local route for each range of its VPC. It may have been
    given another target, so a main table with a route that could be one is no proof.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    if ROUTE_TABLES not in responses:
        return None
    ranges = {
        text(table, "VpcId"): _ranges(table)
        for table in rows(responses[ROUTE_TABLES], "RouteTables")
        if any(flag(one, "Main") for one in rows(table, "Associations"))
    }
    if not all(ranges.get(vpc) for vpc in vpcs):
        return None
    return [{"VpcId": vpc, **_as_associated(ranges[vpc])} for vpc in sorted(vpcs)]


def _ranges(table: Raw) -> list[str]:
    """The ranges of *table*'s VPC; none where there may be more than it tells."""
    routes = rows(table, "Routes")
    if not all(_is_local(route) or _leads_out(route) for route in routes):
        return []
    return [text(route, "DestinationCidrBlock") for route in routes if _is_local(route)]


def _is_local(route: Raw) -> bool:
    return (
        bool(text_or_none(route, "DestinationCidrBlock"))
        and text_or_none(route, "GatewayId") == _LOCAL
        and text_or_none(route, "Origin") == "CreateRouteTable"
    )


def _leads_out(route: Raw) -> bool:
    """
    Whether *route* was never a local one, and is not of IPv6.

    A local route may be given a NAT gateway, an interface or an endpoint to lead to.
    """
    if text_or_none(route, "DestinationIpv6CidrBlock"):
        return False
    return (
        text_or_none(route, "DestinationCidrBlock") == "0.0.0.0/0"
        or text_or_empty(route, "GatewayId").startswith(("igw-", "vgw-"))
        or any(text_or_none(route, key) for key in _NEVER_LOCAL)
    )


def _as_associated(ranges: list[str]) -> dict[str, object]:
    blocks = [
        {"CidrBlock": block, "CidrBlockState": {"State": "associated"}}
        for block in ranges
    ]
    return {"CidrBlock": ranges[0], "CidrBlockAssociationSet": blocks}
