"""A narrowed read asks for what something in the VPCs shows a sign of, and no more."""

from typing import Any

import pytest

from ringfence.collect import in_scope
from ringfence.snapshot import Snapshot
from tests.collect.aws import RecordedAws, RefusedError

VPC = frozenset({"vpc-0a1"})
INTERFACES = "ec2.describe_network_interfaces"
GROUPS = "ec2.describe_security_groups"
ROUTES = "ec2.describe_route_tables"
ADDRESSES = "ec2.describe_addresses"
PEERINGS = "ec2.describe_vpc_peering_connections"
BALANCERS = "elbv2.describe_load_balancers"
CLASSIC = "elb.describe_load_balancers"
DATABASES = "rds.describe_db_instances"
ACCELERATORS = "globalaccelerator.list_accelerators"
ANYTHING = {BALANCERS, CLASSIC, DATABASES, ACCELERATORS}

INSTANCE_S = {"RequesterManaged": False, "InterfaceType": "interface"}


def nothing() -> dict[str, Any]:
    """Give what AWS says of a VPC with nothing in it."""
    return {operation.name: operation.nothing for operation in in_scope(VPC)}


def asked(
    vpcs: frozenset[str] | None = VPC, trouble: Any = None, **seen: Any
) -> tuple[set[str], Snapshot]:
    """Give which of the operations here are asked for beside what is *seen*."""
    aws = RecordedAws(responses=nothing())
    if vpcs is None:
        aws = RecordedAws()
    if trouble:
        aws.trouble = trouble
    aws.responses |= {name.replace("__", "."): answer for name, answer in seen.items()}
    snapshot = aws.collect(vpcs)
    return {name for name, _ in aws.calls} & {*ANYTHING, ADDRESSES, PEERINGS}, snapshot


def interface(**told: Any) -> dict[str, Any]:
    """Give the answer that lists one interface."""
    return {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-0a1", **told}]}


def elastic() -> dict[str, Any]:
    """Say of an interface that it has an Elastic IP address."""
    held = {"Association": {"AllocationId": "eipalloc-0a1"}}
    return INSTANCE_S | {"PrivateIpAddresses": [held]}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (INSTANCE_S, set()),
        ({"RequesterManaged": True, "InterfaceType": "nat_gateway"}, set()),
        ({"RequesterManaged": True, "InterfaceType": "vpc_endpoint"}, set()),
        (
            {"RequesterManaged": True, "Description": "ELB app/git/0a1"},
            {BALANCERS, ACCELERATORS},
        ),
        (
            {"RequesterManaged": True, "Description": "ELB net/git/0a1"},
            {BALANCERS, ACCELERATORS},
        ),
        ({"RequesterManaged": True, "Description": "ELB git"}, {CLASSIC}),
        ({"RequesterManaged": True, "RequesterId": "amazon-rds"}, {DATABASES}),
        (
            {"RequesterManaged": True, "InterfaceType": "global_accelerator_managed"},
            ANYTHING,
        ),
        ({"RequesterManaged": True, "Description": "something new"}, ANYTHING),
        ({}, ANYTHING),
        (elastic(), {ADDRESSES, ACCELERATORS}),
    ],
)
def test_an_interface_says_what_there_may_be(told: Any, expected: set[str]) -> None:
    """What nobody knows the owner of may be of anything."""
    found, snapshot = asked(ec2__describe_network_interfaces=interface(**told))

    assert expected == found
    assert () == snapshot.gaps


def test_an_address_is_asked_for_by_itself() -> None:
    """Thousands of others in the Region are not sent along."""
    aws = RecordedAws(responses=nothing())
    aws.responses[INTERFACES] = interface(**elastic())

    aws.collect(VPC)

    [filters] = [one["Filters"] for one in aws.asked(ADDRESSES)]
    assert [{"Name": "allocation-id", "Values": ["eipalloc-0a1"]}] == filters


@pytest.mark.parametrize(
    ("pair", "is_asked"),
    [
        ({"GroupId": "sg-0a1"}, False),
        ({"GroupId": "sg-0ff"}, True),
        ({"GroupId": "sg-0a1", "VpcPeeringConnectionId": "pcx-0a1"}, True),
    ],
)
def test_a_group_that_refers_outside_leads_to_peerings(
    pair: dict[str, str], *, is_asked: bool
) -> None:
    """One that is not there may be in another VPC."""
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [pair]}
    group = {
        "GroupId": "sg-0a1",
        "GroupName": "web",
        "OwnerId": "123456789012",
        "VpcId": "vpc-0a1",
        "IpPermissions": [permission],
    }
    found, _ = asked(ec2__describe_security_groups={"SecurityGroups": [group]})

    assert is_asked == (PEERINGS in found)


def test_a_route_to_a_peer_leads_to_peerings() -> None:
    """Whatever the groups say."""
    routes = [
        {"VpcPeeringConnectionId": "pcx-0a1", "DestinationCidrBlock": "10.0.0.0/8"}
    ]
    table = {"RouteTableId": "rtb-0a1", "VpcId": "vpc-0a1", "Routes": routes}
    found, _ = asked(ec2__describe_route_tables={"RouteTables": [table]})

    assert {PEERINGS} == found


def test_a_whole_region_is_asked_for_everything() -> None:
    """Whatever its interfaces look like."""
    found, _ = asked(None, ec2__describe_network_interfaces=interface(**INSTANCE_S))

    assert {*ANYTHING, ADDRESSES, PEERINGS} == found


@pytest.mark.parametrize("denied", [INTERFACES, GROUPS, ROUTES])
def test_without_the_signs_everything_is_asked_for(denied: str) -> None:
    """What shows no sign because it was not read is no reason to look away."""

    def trouble(called: str, _: Any) -> None:
        if called == denied:
            raise RefusedError("UnauthorizedOperation")

    found, _ = asked(trouble=trouble)

    hanging = {*ANYTHING, ADDRESSES} if denied == INTERFACES else {PEERINGS}
    assert hanging == found
