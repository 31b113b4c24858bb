"""A generated Region, as AWS would answer: sizes in proportion, mostly distinct."""

from random import Random
from typing import Any

from ringfence.collect import OPERATIONS

REGION = "eu-west-1"
ACCOUNT = "123456789012"

_PORTS = (22, 80, 443, 2049, 3389, 5432, 5701, 7990, 7999, 8080, 8090, 8443, 9200)
_GROUPS_PER_INTERFACE = 3
_RULES_PER_GROUP = 10
_SUBNETS_PER_VPC = 6

Answers = dict[str, Any]
Mix = tuple[int, int, int]

# Out of a hundred rules, how many name a private range, a public one, anywhere.
WORLDS: dict[str, Mix] = {"quiet": (97, 2, 1), "noisy": (80, 17, 3)}


def responses(instances: int, kind: str = "quiet") -> Answers:
    """
    Answer every operation for a Region of so many *instances*.

    Half as many groups and five times as many rules, sources as `WORLDS` has
    them for *kind*; every second subnet is public.
    """
    random = Random(instances)  # noqa: S311 - the same world every time
    vpcs = [f"vpc-{n:08x}" for n in range(max(1, instances // 1000))]
    mix = WORLDS[kind]
    groups = [
        _group(n, vpcs[n % len(vpcs)], random, mix) for n in range(instances // 2)
    ]
    machines = [_instance(n, vpcs, groups, random) for n in range(instances)]
    answers: Answers = {operation.name: operation.nothing for operation in OPERATIONS}
    answers |= _network(vpcs) | _images()
    answers["ec2.describe_security_groups"] = {"SecurityGroups": groups}
    answers["ec2.describe_instances"] = {
        "Reservations": [{"Instances": [instance]} for instance, _ in machines]
    }
    answers["ec2.describe_network_interfaces"] = {
        "NetworkInterfaces": [interface for _, interface in machines]
    }
    return answers


def _network(vpcs: list[str]) -> Answers:
    subnets = [(vpc, n) for vpc in vpcs for n in range(_SUBNETS_PER_VPC)]
    allow = {"Protocol": "-1", "CidrBlock": "0.0.0.0/0", "RuleAction": "allow"}
    entries = [{"RuleNumber": 100, "Egress": out} | allow for out in (False, True)]
    return {
        "ec2.describe_vpcs": {
            "Vpcs": [{"VpcId": vpc, "CidrBlock": "10.0.0.0/8"} for vpc in vpcs]
        },
        "ec2.describe_subnets": {
            "Subnets": [
                {
                    "SubnetId": _subnet(vpc, n),
                    "VpcId": vpc,
                    "CidrBlock": f"10.{n}.0.0/16",
                }
                for vpc, n in subnets
            ]
        },
        "ec2.describe_internet_gateways": {
            "InternetGateways": [
                {
                    "InternetGatewayId": f"igw-{vpc[4:]}",
                    "Attachments": [{"VpcId": vpc, "State": "available"}],
                }
                for vpc in vpcs
            ]
        },
        "ec2.describe_route_tables": {
            "RouteTables": [_route_table(vpc, n) for vpc, n in subnets]
        },
        "ec2.describe_network_acls": {
            "NetworkAcls": [
                {
                    "NetworkAclId": f"acl-{vpc[4:]}",
                    "VpcId": vpc,
                    "IsDefault": True,
                    "Associations": [
                        {"SubnetId": _subnet(vpc, n)} for n in range(_SUBNETS_PER_VPC)
                    ],
                    "Entries": entries,
                }
                for vpc in vpcs
            ]
        },
    }


def _subnet(vpc: str, n: int) -> str:
    return f"subnet-{vpc[4:]}{n}"


def _route_table(vpc: str, n: int) -> Answers:
    local = {"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "local"}
    out = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": f"igw-{vpc[4:]}"}
    table = f"rtb-{vpc[4:]}{n}"
    routes = [local] if n % 2 else [local, out]
    return {
        "RouteTableId": table,
        "VpcId": vpc,
        "Associations": [{"RouteTableId": table, "SubnetId": _subnet(vpc, n)}],
        "Routes": [route | {"State": "active"} for route in routes],
    }


def _group(n: int, vpc: str, random: Random, mix: Mix) -> Answers:
    egress = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return {
        "GroupId": f"sg-{n:08x}",
        "GroupName": f"group-{n}",
        "VpcId": vpc,
        "OwnerId": ACCOUNT,
        "IpPermissions": [_permission(random, mix) for _ in range(_RULES_PER_GROUP)],
        "IpPermissionsEgress": [egress],
        "Tags": [{"Key": "Name", "Value": f"group-{n}"}],
    }


def _permission(random: Random, mix: Mix) -> Answers:
    port = random.choice(_PORTS)
    inside = f"10.{random.randrange(256)}.{random.randrange(256)}.0/24"
    outside = f"{random.randrange(11, 100)}.{random.randrange(256)}.0.0/16"
    cidr = random.choices((inside, outside, "0.0.0.0/0"), mix)[0]
    return {
        "IpProtocol": random.choice(("tcp", "tcp", "tcp", "udp")),
        "FromPort": port,
        "ToPort": port + random.choice((0, 0, 0, 9)),
        "IpRanges": [{"CidrIp": cidr}],
    }


def _instance(
    n: int, vpcs: list[str], groups: list[Answers], random: Random
) -> tuple[Answers, Answers]:
    """An instance and its interface."""
    place = n % len(vpcs)
    vpc = vpcs[place]
    of_vpc = range(place, len(groups), len(vpcs))
    chosen = random.sample(of_vpc, min(_GROUPS_PER_INTERFACE, len(of_vpc)))
    worn = [{"GroupId": groups[number]["GroupId"]} for number in sorted(chosen)]
    subnet = _subnet(vpc, random.randrange(_SUBNETS_PER_VPC))
    address = {
        "PrivateIpAddress": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}",
        "Primary": True,
    }
    if n % 2:
        public = f"198.{18 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"
        address["Association"] = {"PublicIp": public}
    product = ("bitbucket", "jira", "confluence", "bamboo", "web")[n % 5]
    instance = {
        "InstanceId": f"i-{n:08x}",
        "ImageId": f"ami-{n % 50:08x}",
        "InstanceType": "m6i.large",
        "State": {"Name": "running"},
        "VpcId": vpc,
        "SubnetId": subnet,
        "MetadataOptions": {"HttpTokens": "required"},
        "NetworkInterfaces": [{"NetworkInterfaceId": f"eni-{n:08x}"}],
        "SecurityGroups": worn,
        "Tags": [{"Key": "Name", "Value": f"{product}-{n}"}],
    }
    interface = {
        "NetworkInterfaceId": f"eni-{n:08x}",
        "VpcId": vpc,
        "SubnetId": subnet,
        "InterfaceType": "interface",
        "Groups": worn,
        "Attachment": {"InstanceId": f"i-{n:08x}", "Status": "attached"},
        "PrivateIpAddresses": [address],
    }
    return instance, interface


def _images() -> Answers:
    images = [
        {
            "ImageId": f"ami-{n:08x}",
            "State": "available",
            "Name": f"image-{n}",
            "CreationDate": f"2026-0{1 + n % 4}-01T00:00:00.000Z",
        }
        for n in range(50)
    ]
    return {"ec2.describe_images": {"Images": images}}
