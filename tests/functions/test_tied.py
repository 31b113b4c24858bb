"""VPCs that share security groups are judged together, as a sweep judges them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from moto.ec2.models import ec2_backends

from functions.inspect import app
from ringfence import clients
from tests.functions.conftest import ACCOUNT, REGION, Aws, Calls, Context, event
from tests.functions.test_change import alerts, deny, open_port, told, verdicts

ASSOCIATIONS = "DescribeSecurityGroupVpcAssociations"


@dataclass(frozen=True)
class Tied:
    """
    Two VPCs, and an instance with a public address in one of them.

    It carries *own* and, of the other VPC, *lent*, which nothing carries at home.
    """

    own: str
    lent: str
    instance: str
    home: str
    vpc: str


@pytest.fixture
def tied(aws: Aws) -> Tied:
    ec2 = aws.client("ec2")
    home = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    ec2.create_route(
        RouteTableId=tables["RouteTables"][0]["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    lent, own = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=place)
        for name, place in (("lent", home), ("own", vpc))
    )
    ec2.associate_security_group_vpc(GroupId=lent["GroupId"], VpcId=vpc)
    neighbours = {"UserIdGroupPairs": [{"GroupId": lent["GroupId"]}]}
    ec2.authorize_security_group_ingress(
        GroupId=own["GroupId"],
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 5701, "ToPort": 5701, **neighbours}
        ],
    )
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    [instance] = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet,
                "Groups": [own["GroupId"], lent["GroupId"]],
                "AssociatePublicIpAddress": True,
            }
        ],
    )["Instances"]
    return Tied(
        own["GroupId"], lent["GroupId"], instance["InstanceId"], home=home, vpc=vpc
    )


def give_back(aws: Aws, tied: Tied) -> None:
    """Let nothing carry the group that is lent, and end its association."""
    ec2 = aws.client("ec2")
    [interface] = ec2.describe_network_interfaces(
        Filters=[{"Name": "attachment.instance-id", "Values": [tied.instance]}]
    )["NetworkInterfaces"]
    ec2.modify_network_interface_attribute(
        NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[tied.own]
    )
    ec2.disassociate_security_group_vpc(GroupId=tied.lent, VpcId=tied.vpc)


@pytest.mark.parametrize("changed", ["lent", "own"])
def test_a_change_of_shared_groups_says_what_the_next_sweep_would(
    aws: Aws, context: Context, tied: Tied, changed: str
) -> None:
    """From either VPC: what the group opens is elsewhere, and it is in use there."""
    app.sweep(event("sweep.one_region"), context)
    group = getattr(tied, changed)
    before = verdicts(aws)
    app.change(told((group, open_port(aws, group, 22))), context)
    judged = verdicts(aws)
    app.sweep(event("sweep.one_region"), context)

    assert f"EXP-001/{tied.instance}/tcp-22" in judged.keys() - before.keys()
    assert not {f"SG-006/{tied.lent}", f"SG-007/{tied.own}"} & judged.keys()
    after = verdicts(aws)
    assert judged == {key: after[key] for key in judged}


def test_an_interface_of_an_instance_elsewhere_is_judged_with_it(
    aws: Aws, context: Context, tied: Tied
) -> None:
    """What the instance is, and what is accepted of it, is told in its own VPC."""
    ec2 = aws.client("ec2")
    give_back(aws, tied)
    subnet = ec2.create_subnet(VpcId=tied.home, CidrBlock="10.1.1.0/24")["Subnet"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    tags = [{"Key": "Name", "Value": "bitbucket-1"}]
    [instance] = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet["SubnetId"],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"]
    [there] = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [tied.vpc]}])[
        "Subnets"
    ]
    group = ec2.create_security_group(
        GroupName="outside", Description="outside", VpcId=tied.vpc
    )["GroupId"]
    interface = ec2.create_network_interface(
        SubnetId=there["SubnetId"], Groups=[group]
    )["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(
        DeviceIndex=1, InstanceId=instance["InstanceId"], NetworkInterfaceId=interface
    )
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)
    app.sweep(event("sweep.one_region"), context)
    app.change(told((group, open_port(aws, group, 22))), context)
    judged = verdicts(aws)
    app.sweep(event("sweep.one_region"), context)

    assert f"EXP-001/{instance['InstanceId']}/tcp-22" in judged
    after = verdicts(aws)
    assert judged == {key: after[key] for key in judged}


def test_vpcs_that_share_a_group_are_one_evaluation(
    aws: Aws, context: Context, calls: Calls, tied: Tied
) -> None:
    """However many of them a batch touches: read once to see, once together."""
    app.sweep(event("sweep.one_region"), context)
    opened = [(name, open_port(aws, name, 22)) for name in (tied.lent, tied.own)]
    calls.made.clear()
    app.change(told(*opened), context)

    assert 2 == calls.made.count("DescribeSubnets")
    assert [["event-1", "event-2"]] == [
        sorted(change["event_id"] for change in alert["cause"]["changes"])
        for alert in alerts(aws)
    ]


def test_what_the_others_share_belongs_to_it(
    aws: Aws, context: Context, calls: Calls, tied: Tied
) -> None:
    """VPCs are added until none is missing, and then they are judged once."""
    ec2 = aws.client("ec2")
    third = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    ec2.associate_security_group_vpc(GroupId=tied.own, VpcId=third)
    app.sweep(event("sweep.one_region"), context)
    rule = open_port(aws, tied.lent, 22)
    calls.made.clear()
    app.change(told((tied.lent, rule)), context)

    assert 3 == calls.made.count("DescribeSubnets")
    assert 1 == len(alerts(aws))
    assert f"SG-003/{default_group(aws, third)}" in verdicts(aws)


def default_group(aws: Aws, vpc: str) -> str:
    """Give the default group of *vpc*, whose rules let its members talk."""
    [group] = aws.client("ec2").describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    name: str = group["GroupId"]
    return name


def test_what_is_no_longer_shared_is_apart(
    aws: Aws, context: Context, calls: Calls, tied: Tied
) -> None:
    """An association that has ended leads nowhere."""
    give_back(aws, tied)
    app.sweep(event("sweep.one_region"), context)
    rule = open_port(aws, tied.lent, 22)
    calls.made.clear()
    app.change(told((tied.lent, rule)), context)

    assert 1 == calls.made.count("DescribeSubnets")


def deny_associations() -> None:
    """Let nobody see associations."""
    client = clients.client("ec2", REGION)
    client.meta.events.register(f"before-call.ec2.{ASSOCIATIONS}", deny, ASSOCIATIONS)


def hide_lent_groups() -> None:
    """Let AWS show them no longer, as those of another account."""
    for groups in ec2_backends[ACCOUNT][REGION].groups.values():
        for group in [one for one in groups.values() if one.name == "lent"]:
            del groups[group.id]


@pytest.fixture
def _allowed_again() -> Iterator[None]:
    yield
    client = clients.client("ec2", REGION)
    client.meta.events.unregister(
        f"before-call.ec2.{ASSOCIATIONS}", unique_id=ASSOCIATIONS
    )


@pytest.mark.usefixtures("_allowed_again")
@pytest.mark.parametrize("befall", [deny_associations, hide_lent_groups])
def test_what_a_group_opens_that_is_not_read_is_unknown(
    aws: Aws,
    context: Context,
    calls: Calls,
    tied: Tied,
    befall: Callable[[], None],
) -> None:
    """The VPC is judged alone; nothing that a borrowed group opened is closed."""
    app.sweep(event("sweep.one_region"), context)
    app.change(told((tied.lent, open_port(aws, tied.lent, 22))), context)
    befall()
    app.whereabouts.cache_clear()  # another process
    app.sweep(event("sweep.one_region"), context)
    rule = open_port(aws, tied.own, 3389)
    calls.made.clear()
    app.change(told((tied.own, rule)), context)

    assert 1 == calls.made.count("DescribeSubnets")
    told_now = verdicts(aws)
    assert told_now[f"EXP-001/{tied.instance}/tcp-22"][0]
    assert told_now[f"EXP-001/{tied.instance}/tcp-3389"][0]
