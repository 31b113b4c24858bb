"""What other answers imply is not asked for in a narrowed read; all else is."""

from typing import Any

import pytest

from ringfence.collect import in_scope
from ringfence.inventory.blocking import (
    EXCLUSIONS,
    OPTIONS,
    BlockPublicAccess,
    Exclusion,
)
from ringfence.inventory.read import read
from ringfence.inventory.records import Gateway, Vpc
from tests.collect.aws import RecordedAws, RefusedError

VPC = "vpc-0a1"
SUBNETS = "ec2.describe_subnets"
ROUTE_TABLES = "ec2.describe_route_tables"
GATEWAYS = "ec2.describe_internet_gateways"
VPCS = "ec2.describe_vpcs"


def an_aws(**seen: Any) -> RecordedAws:
    """Give an AWS with nothing in the VPC but what is *seen*."""
    nothing = {name.name: name.nothing for name in in_scope(frozenset({VPC}))}
    given = {f"ec2.describe_{name}": answer for name, answer in seen.items()}
    return RecordedAws(responses=nothing | given)


def subnets(*modes: str | None) -> dict[str, Any]:
    """Give subnets that say *modes* of the block; None says nothing."""
    return {
        "Subnets": [
            {"SubnetId": f"subnet-{number}", "VpcId": VPC, "CidrBlock": "10.0.0.0/24"}
            | (
                {"BlockPublicAccessStates": {"InternetGatewayBlockMode": mode}}
                if mode
                else {}
            )
            for number, mode in enumerate(modes)
        ]
    }


def blocked(mode: str) -> dict[str, Any]:
    """Give the Region's own word on the block."""
    return {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode}}


def tables(*routes: dict[str, str], vpc: str = VPC) -> dict[str, Any]:
    """Give a main route table with *routes*."""
    main = {"Main": True, "AssociationState": {"State": "associated"}}
    table = {"RouteTableId": f"rtb-of-{vpc}", "VpcId": vpc, "Associations": [main]}
    return {"RouteTables": [table | {"Routes": list(routes)}]}


def to_gateway(state: str = "active", gateway: str = "igw-0a1") -> dict[str, str]:
    """Give the route to an internet gateway."""
    return {
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
        "Origin": "CreateRoute",
        "State": state,
    }


def local(cidr: str, **other: str) -> dict[str, str]:
    """Give the route that AWS makes for a range of the VPC."""
    route = {"DestinationCidrBlock": cidr, "GatewayId": "local", "State": "active"}
    return route | {"Origin": "CreateRouteTable"} | other


def replaced(cidr: str, **target: str) -> dict[str, str]:
    """Give what becomes of a local route that is given another *target*."""
    route = {"DestinationCidrBlock": cidr, "State": "active"}
    return route | {"Origin": "CreateRouteTable"} | target


def refusing(name: str) -> Any:
    """Give an AWS's trouble that denies *name*."""

    def trouble(called: str, _: Any) -> None:
        if called == name:
            raise RefusedError("UnauthorizedOperation")

    return trouble


@pytest.mark.parametrize("modes", [(), ("off",), ("off", "off")])
def test_subnets_that_nothing_blocks_need_no_asking(modes: tuple[str, ...]) -> None:
    """Whatever the Region's mode: these are spared, or there is no block."""
    aws = an_aws(
        subnets=subnets(*modes),
        vpc_block_public_access_options=blocked("block-ingress"),
    )

    inventory = read(aws.collect(frozenset({VPC})))

    assert [] == aws.asked(OPTIONS) + aws.asked(EXCLUSIONS)
    assert (BlockPublicAccess(mode="off"),) == inventory.block_public_access
    assert "block_public_access" in inventory.read


@pytest.mark.parametrize(
    "modes", [("off", "block-ingress"), ("block-bidirectional",), ("off", None)]
)
def test_a_subnet_that_is_blocked_or_silent_leads_to_the_block(
    modes: tuple[str | None, ...],
) -> None:
    """An older SDK does not tell the state."""
    arn = f"arn:aws:ec2:eu-west-1:123456789012:vpc/{VPC}"
    spared = {
        "ResourceArn": arn,
        "InternetGatewayExclusionMode": "allow-egress",
        "State": "create-complete",
    }
    aws = an_aws(
        subnets=subnets(*modes),
        vpc_block_public_access_options=blocked("block-bidirectional"),
        vpc_block_public_access_exclusions={"VpcBlockPublicAccessExclusions": [spared]},
    )

    (block,) = read(aws.collect(frozenset({VPC}))).block_public_access

    exclusion = Exclusion(resource=VPC, mode="allow-egress")
    assert ("block-bidirectional", (exclusion,)) == (block.mode, block.exclusions)


def test_subnets_that_were_not_read_imply_nothing() -> None:
    """Not read is never the same as empty."""
    aws = an_aws()
    aws.trouble = refusing(SUBNETS)

    aws.collect(frozenset({VPC}))

    assert [{}] == aws.asked(OPTIONS)


def test_an_active_route_says_that_its_gateway_is_attached() -> None:
    """A VPC has one internet gateway at most."""
    aws = an_aws(route_tables=tables(to_gateway()))

    inventory = read(aws.collect(frozenset({VPC})))

    assert [] == aws.asked(GATEWAYS)
    assert (Gateway(id="igw-0a1", vpcs=(VPC,)),) == inventory.internet_gateways


@pytest.mark.parametrize(
    "routes",
    [
        (),
        (to_gateway("blackhole"),),
        (to_gateway(gateway="vgw-0a1"),),
        ({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0a1"},),
    ],
)
def test_without_a_route_to_one_gateways_are_asked_for(
    routes: tuple[dict[str, str], ...],
) -> None:
    """One may be attached with no route to it, or be detached."""
    aws = an_aws(route_tables=tables(*routes))

    inventory = read(aws.collect(frozenset({VPC})))

    assert 1 == len(aws.asked(GATEWAYS))
    assert () == inventory.internet_gateways


def test_each_vpc_needs_a_route_of_its_own() -> None:
    """What is known of one says nothing about another."""
    aws = an_aws(route_tables=tables(local("10.0.0.0/16"), to_gateway()))

    aws.collect(frozenset({VPC, "vpc-0a2"}))

    for name in (GATEWAYS, VPCS):
        (asked,) = aws.asked(name)
        assert [VPC, "vpc-0a2"] == asked["Filters"][0]["Values"]


@pytest.mark.parametrize(
    "further",
    [
        (),
        (to_gateway(), to_gateway(gateway="vgw-0a1")),
        ({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0a1"},),
        ({"DestinationCidrBlock": "10.7.0.0/16", "TransitGatewayId": "tgw-0a1"},),
        (
            {
                "DestinationCidrBlock": "10.8.0.0/16",
                "VpcPeeringConnectionId": "pcx-0a1",
            },
        ),
        ({"DestinationPrefixListId": "pl-0a1", "GatewayId": "vpce-0a1"},),
    ],
)
def test_local_routes_say_what_a_vpc_s_ranges_are(
    further: tuple[dict[str, str], ...],
) -> None:
    """Every route table has one for each, beside those that lead out."""
    routes = (local("10.0.0.0/16"), local("10.1.0.0/16"), *further)
    aws = an_aws(route_tables=tables(*routes))

    inventory = read(aws.collect(frozenset({VPC})))

    assert [] == aws.asked(VPCS)
    ranges = ("10.0.0.0/16", "10.1.0.0/16")
    assert (Vpc(id=VPC, cidrs=ranges),) == inventory.vpc_networks


@pytest.mark.parametrize(
    "routes",
    [
        (),
        (to_gateway(),),
        (local("192.168.0.0/24", Origin="CreateRoute"),),
        (
            local("10.0.0.0/16"),
            {"DestinationIpv6CidrBlock": "2001:db8:12::/56", "GatewayId": "local"},
        ),
        (
            local("10.0.0.0/16"),
            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-0a1"},
        ),
        (local("10.0.0.0/16"), replaced("10.1.0.0/16", NatGatewayId="nat-0a1")),
        (local("10.0.0.0/16"), replaced("10.1.0.0/16", NetworkInterfaceId="eni-0a1")),
        (local("10.0.0.0/16"), replaced("10.1.0.0/16", GatewayId="vpce-0a1")),
        (local("10.0.0.0/16"), replaced("10.1.0.0/16", CoreNetworkArn="arn:new")),
    ],
)
def test_a_vpc_whose_ranges_are_in_doubt_is_asked_for(
    routes: tuple[dict[str, str], ...],
) -> None:
    """
    No route tells whether a range of IPv6 is private.

    One to something inside may be a local one that was given another target.
    """
    aws = an_aws(route_tables=tables(*routes))

    aws.collect(frozenset({VPC}))

    assert 1 == len(aws.asked(VPCS))


def test_only_the_main_table_is_believed() -> None:
    """Every VPC has one; without it, the answer is not whole."""
    aws = an_aws(route_tables=tables(local("10.0.0.0/16")))
    del aws.responses[ROUTE_TABLES]["RouteTables"][0]["Associations"]

    aws.collect(frozenset({VPC}))

    assert 1 == len(aws.asked(VPCS))


def test_route_tables_that_were_not_read_imply_nothing() -> None:
    """Not read is never the same as empty."""
    aws = an_aws()
    aws.trouble = refusing(ROUTE_TABLES)

    aws.collect(frozenset({VPC}))

    assert (1, 1) == (len(aws.asked(GATEWAYS)), len(aws.asked(VPCS)))


@pytest.mark.parametrize(
    "seen",
    [
        {"subnets": {"Subnets": [{"SubnetId": "s-1", "BlockPublicAccessStates": 1}]}},
        {"route_tables": {"RouteTables": [{"VpcId": VPC, "Routes": [{"State": 1}]}]}},
        {"route_tables": {"RouteTables": [{"RouteTableId": "rtb-1"}]}},
    ],
)
def test_a_malformed_answer_implies_nothing(seen: dict[str, Any]) -> None:
    """AWS is asked; that the answer makes no sense is told where it is read."""
    aws = an_aws(**seen)

    aws.collect(frozenset({VPC}))

    names = {"subnets": [OPTIONS], "route_tables": [VPCS, GATEWAYS]}
    (kind,) = seen
    assert [1] * len(names[kind]) == [len(aws.asked(name)) for name in names[kind]]


def test_of_a_whole_region_aws_s_own_answers_count() -> None:
    """Whatever they imply about each other."""
    aws = RecordedAws()
    told = tables(local("10.0.0.0/16"), to_gateway())
    aws.responses |= {SUBNETS: subnets("off"), ROUTE_TABLES: told}

    aws.collect()

    assert [{}] == aws.asked(OPTIONS)
    assert aws.asked(GATEWAYS)
    assert aws.asked(VPCS)
