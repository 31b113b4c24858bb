"""
What a narrowed read need not ask for, because other answers imply it.

Each gives what AWS would have answered, as far as it is read, or None where the
answers do not tell: then AWS is asked. Of a whole Region AWS's own list counts.
"""

from ringfence.collect.operation import Responses
from ringfence.inventory.blocking import OFF

SUBNETS = "ec2.describe_subnets"
ROUTE_TABLES = "ec2.describe_route_tables"


def no_block(responses: Responses, _vpcs: frozenset[str]) -> dict[str, str] | None:
    """
    No block, where every subnet says that nothing blocks it.

    Exclusions only ever spare, so whatever the Region's mode is does not matter.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockPublicAccessStates.html
    """
    if SUBNETS not in responses:
        return None
    states = (
        subnet.get("BlockPublicAccessStates", {})
        for subnet in responses[SUBNETS]["Subnets"]
    )
    modes = {state.get("InternetGatewayBlockMode") for state in states}
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
        table["VpcId"]: route["GatewayId"]
        for table in responses[ROUTE_TABLES]["RouteTables"]
        for route in table.get("Routes", ())
        if route.get("GatewayId", "").startswith("igw-")
        and route.get("State") == "active"
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
