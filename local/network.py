"""The network of the demo estate: a VPC with public, private and isolated subnets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.server import REGION

CIDR = "10.20.0.0/16"
WORLD = "0.0.0.0/0"


@dataclass(frozen=True)
class Network:
    """A VPC; *subnets* are by name, such as ``public-a``."""

    ec2: Any
    vpc: str
    subnets: dict[str, str]

    def group(self, name: str, rules: Sequence[dict[str, Any]]) -> str:
        """Make a group with inbound *rules* that sends to the VPC and by HTTPS."""
        made = self.ec2.create_security_group(
            GroupName=name, Description=f"{name} of Atlassian", VpcId=self.vpc
        )
        group: str = made["GroupId"]
        tag(self.ec2, group, name)
        _revoke_all(self.ec2, group)
        self.ec2.authorize_security_group_egress(
            GroupId=group, IpPermissions=[allow(0, CIDR, high=65535), allow(443, WORLD)]
        )
        if rules:
            self.ec2.authorize_security_group_ingress(
                GroupId=group, IpPermissions=list(rules)
            )
        return group

    def allow_everywhere(self, group: str) -> None:
        """Let *group* send anything anywhere, as AWS lets every new group."""
        anything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": WORLD}]}
        self.ec2.authorize_security_group_egress(
            GroupId=group, IpPermissions=[anything]
        )

    def prefix_list(self, name: str, cidrs: Sequence[str]) -> str:
        """Make a prefix list of *cidrs*."""
        made = self.ec2.create_managed_prefix_list(
            PrefixListName=name,
            MaxEntries=len(cidrs),
            AddressFamily="IPv4",
            Entries=[{"Cidr": cidr, "Description": name} for cidr in cidrs],
        )
        listed: str = made["PrefixList"]["PrefixListId"]
        return listed


def allow(low: int, *sources: str, high: int | None = None) -> dict[str, Any]:
    """Let TCP ports from *low* to *high* in from CIDRs, groups and prefix lists."""
    permission: dict[str, Any] = {
        "IpProtocol": "tcp",
        "FromPort": low,
        "ToPort": low if high is None else high,
    }
    for source in sources:
        if source.startswith("sg-"):
            permission.setdefault("UserIdGroupPairs", []).append({"GroupId": source})
        elif source.startswith("pl-"):
            permission.setdefault("PrefixListIds", []).append({"PrefixListId": source})
        elif ":" in source:
            permission.setdefault("Ipv6Ranges", []).append({"CidrIpv6": source})
        else:
            permission.setdefault("IpRanges", []).append({"CidrIp": source})
    return permission


def build(ec2: Any) -> Network:
    """Build the network; the default VPC goes, as it should in any account."""
    _remove_default_vpc(ec2)
    vpc = ec2.create_vpc(CidrBlock=CIDR, AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    tag(ec2, vpc["VpcId"], "atlassian-prod")
    [range_] = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0][
        "Ipv6CidrBlockAssociationSet"
    ]
    prefix = range_["Ipv6CidrBlock"].removesuffix("00::/56")
    subnets = {
        name: _subnet(ec2, vpc["VpcId"], name, number, prefix)
        for number, name in enumerate(
            ("public-a", "public-b", "private-a", "private-b", "isolated-a")
        )
    }
    _route(ec2, vpc["VpcId"], subnets)
    _empty_default_group(ec2, vpc["VpcId"])
    return Network(ec2, vpc["VpcId"], subnets)


def tag(ec2: Any, resource: str, name: str) -> None:
    """Give *resource* a name, and what all of the estate is tagged with."""
    tags = {"Name": name, "Environment": "production", "Owner": "platform-team"}
    ec2.create_tags(
        Resources=[resource],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


def _subnet(ec2: Any, vpc: str, name: str, number: int, prefix: str) -> str:
    made = ec2.create_subnet(
        VpcId=vpc,
        CidrBlock=f"10.20.{number}.0/24",
        Ipv6CidrBlock=f"{prefix}{number:02x}::/64",
        AvailabilityZone=f"{REGION}{name[-1]}",
    )
    subnet: str = made["Subnet"]["SubnetId"]
    tag(ec2, subnet, name)
    return subnet


def _route(ec2: Any, vpc: str, subnets: dict[str, str]) -> None:
    """Route public subnets to the internet, private ones through NAT, one nowhere."""
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets["public-a"], AllocationId=address)
    targets = {
        "public": [
            {"DestinationCidrBlock": WORLD, "GatewayId": gateway},
            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway},
        ],
        "private": [
            {
                "DestinationCidrBlock": WORLD,
                "NatGatewayId": nat["NatGateway"]["NatGatewayId"],
            }
        ],
        "isolated": [],
    }
    for kind, routes in targets.items():
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        tag(ec2, table, kind)
        for route in routes:
            ec2.create_route(RouteTableId=table, **route)
        for name, subnet in subnets.items():
            if name.startswith(kind):
                ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def _empty_default_group(ec2: Any, vpc: str) -> None:
    """Take the rules out of the group that AWS makes; nothing is to be in it."""
    filters = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    [group] = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    _revoke_all(ec2, group["GroupId"])


def _revoke_all(ec2: Any, name: str) -> None:
    """Take out the rules that AWS gives to a new group."""
    [group] = ec2.describe_security_groups(GroupIds=[name])["SecurityGroups"]
    for permissions, revoke in (
        (group["IpPermissions"], ec2.revoke_security_group_ingress),
        (group["IpPermissionsEgress"], ec2.revoke_security_group_egress),
    ):
        if permissions:
            revoke(GroupId=name, IpPermissions=permissions)


def _remove_default_vpc(ec2: Any) -> None:
    filters = [{"Name": "is-default", "Values": ["true"]}]
    for vpc in ec2.describe_vpcs(Filters=filters)["Vpcs"]:
        of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
        for gateway in ec2.describe_internet_gateways(Filters=attached)[
            "InternetGateways"
        ]:
            name = gateway["InternetGatewayId"]
            ec2.detach_internet_gateway(InternetGatewayId=name, VpcId=vpc["VpcId"])
            ec2.delete_internet_gateway(InternetGatewayId=name)
        ec2.delete_vpc(VpcId=vpc["VpcId"])


def elastic_address(ec2: Any, instance: str) -> str:
    """Give *instance* an address that stays."""
    made = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=made["AllocationId"], InstanceId=instance)
    address: str = made["PublicIp"]
    return address
