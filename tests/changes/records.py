"""
CloudTrail records, one builder for each event and style, with what is true of them.

Written after the shapes of recorded events, apart from the reader: each builder
knows the ids whose VPCs the call touched, and the reader has to find out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

ACCOUNT = "111122223333"
REGION = "eu-west-1"

BASE = {
    "eventVersion": "1.11",
    "eventID": "0f0e8b7a-0000-4000-8000-000000000001",
    "eventTime": "2026-11-22T12:00:03Z",
    "awsRegion": REGION,
    "recipientAccountId": ACCOUNT,
    "sourceIPAddress": "198.51.100.7",
    "userAgent": "aws-cli/2.31",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run-7",
        "accountId": ACCOUNT,
    },
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call as recorded, and the ids of all whose VPCs it touched."""

    name: str
    asked: Any
    answered: Any = None
    touched: frozenset[str]

    @property
    def event(self) -> dict[str, Any]:
        return event("ec2", self.name, self.asked, self.answered)


def event(
    service: str, name: str, asked: Any, answered: Any = None, **more: Any
) -> dict[str, Any]:
    """An event of a call that succeeded."""
    record = {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "requestParameters": asked,
        "responseElements": answered,
    }
    return {"detail": BASE | record | more}


def an_id(prefix: str) -> st.SearchStrategy[str]:
    """An id of today's length, or of the shorter old one."""
    digits = st.sampled_from("0123456789abcdef")
    short = st.text(digits, min_size=8, max_size=8)
    today = st.text(digits, min_size=17, max_size=17)
    return (today | short).map(lambda text: f"{prefix}-{text}")


# Old EC2 calls: {"items": […]}, {"value": …}, an empty list as {}.


def items(*values: Any) -> dict[str, Any]:
    return {"items": list(values)} if values else {}


# Newer EC2 calls: one wrapping key, and members that carry their number.


def wrapped(name: str, suffix: str = "Request", **members: Any) -> dict[str, Any]:
    return {f"{name}{suffix}": members}


TAGS = st.sampled_from(
    [
        {},
        items({"resourceType": "instance", "tags": [{"key": "Name", "value": "web"}]}),
        items({"resourceType": "vpc", "tags": [{"key": "vpc", "value": "vpc-0a"}]}),
    ]
)
PORTS = st.sampled_from([22, "22", 443])


@st.composite
def rules_call(draw: DrawFn, name: str) -> Call:
    """Rules of a group, by its id or its name, with another group as their source."""
    group, other = draw(an_id("sg")), draw(an_id("sg"))
    rule, port = draw(an_id("sgr")), draw(PORTS)
    permission = {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "groups": draw(
            st.sampled_from([{}, items({"groupId": other, "userId": "222233334444"})])
        ),
        "ipRanges": items({"cidrIp": "0.0.0.0/0", "description": f"from {other}"}),
        "ipv6Ranges": {},
        "prefixListIds": {},
    }
    answered = {
        "securityGroupRuleId": rule,
        "groupId": group,
        "groupOwnerId": ACCOUNT,
        "isEgress": name.endswith("Egress"),
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrIpv4": "0.0.0.0/0",
        "referencedGroupId": other,
    }
    key = "revokedSecurityGroupRuleSet" if "Revoke" in name else "securityGroupRuleSet"
    by_name = draw(st.booleans())
    is_old = draw(st.booleans()) and not by_name
    return Call(
        name=name,
        asked={
            **({"groupName": "default"} if by_name else {"groupId": group}),
            "ipPermissions": items(permission),
        },
        answered={"_return": True} | ({} if is_old else {key: items(answered)}),
        touched=frozenset({group}),
    )


@st.composite
def modified_rules(draw: DrawFn) -> Call:
    group, tag = draw(an_id("sg")), draw(st.sampled_from([1, "1"]))
    rule = {
        "SecurityGroupRuleId": draw(an_id("sgr")),
        "tag": tag,
        "SecurityGroupRule": {
            "CidrIpv4": "0.0.0.0/0",
            "FromPort": draw(PORTS),
            "ToPort": 22,
            "IpProtocol": "tcp",
        },
    }
    some = draw(st.sampled_from([rule, [rule, rule | {"tag": 2}]]))
    name = "ModifySecurityGroupRules"
    asked = wrapped(name, GroupId=group, SecurityGroupRule=some)
    answered = wrapped(name, "Response", xmlns="http://ec2.amazonaws.com/")
    return Call(name=name, asked=asked, answered=answered, touched=frozenset({group}))


@st.composite
def new_group(draw: DrawFn) -> Call:
    group, vpc = draw(an_id("sg")), draw(an_id("vpc"))
    named = draw(st.booleans())
    return Call(
        name="CreateSecurityGroup",
        asked={"groupName": "web", "groupDescription": f"see {draw(an_id('vpc'))}"}
        | ({"vpcId": vpc} if named else {}),
        answered={"_return": True, "groupId": group},
        touched=frozenset({vpc if named else group}),
    )


@st.composite
def launch(draw: DrawFn) -> Call:
    """Instances launched into their subnets, each with an answer of its own."""
    vpcs = draw(st.lists(an_id("vpc"), min_size=1, max_size=3))
    instances = [
        {
            "instanceId": draw(an_id("i")),
            "imageId": "ami-0a1b2c3d",
            "subnetId": draw(an_id("subnet")),
            "vpcId": vpc,
            "networkInterfaceSet": items({"networkInterfaceId": draw(an_id("eni"))}),
        }
        for vpc in vpcs
    ]
    return Call(
        name="RunInstances",
        asked={
            "instancesSet": items({"imageId": "ami-0a1b2c3d", "minCount": 1}),
            "instanceType": "m5.large",
            "tagSpecificationSet": draw(TAGS),
            "userData": "<sensitiveDataRemoved>",
        },
        answered={"requesterId": "x", "instancesSet": items(*instances)},
        touched=frozenset(vpcs),
    )


@st.composite
def started(draw: DrawFn, name: str) -> Call:
    instances = draw(st.lists(an_id("i"), min_size=1, max_size=4))
    listed = items(*({"instanceId": one} for one in instances))
    states = items(
        *(
            {"instanceId": one, "previousState": {"code": 80, "name": "stopped"}}
            for one in instances
        )
    )
    return Call(
        name=name,
        asked={"instancesSet": listed},
        answered={"instancesSet": states},
        touched=frozenset(instances),
    )


@st.composite
def flat(draw: DrawFn, name: str, key: str, prefix: str, more: Any) -> Call:
    """An old call whose one member names what it touches."""
    identity = draw(an_id(prefix))
    asked = {key: identity, "tagSpecificationSet": draw(TAGS), **draw(more)}
    return Call(
        name=name,
        asked=asked,
        answered={"_return": True},
        touched=frozenset({identity}),
    )


@st.composite
def newer(draw: DrawFn, name: str, key: str, prefix: str, more: Any) -> Call:
    """A newer call whose one member names what it touches."""
    identity = draw(an_id(prefix))
    suffix = draw(st.sampled_from(["Request", "Req"]))
    asked = wrapped(name, suffix, **{key: identity}, **draw(more))
    answered = wrapped(name, "Response", requestId="r-1")
    return Call(
        name=name, asked=asked, answered=answered, touched=frozenset({identity})
    )


@st.composite
def attached(draw: DrawFn) -> Call:
    """An interface given to an instance, which may be of another VPC."""
    interface, instance = draw(an_id("eni")), draw(an_id("i"))
    return Call(
        name="AttachNetworkInterface",
        asked={
            "networkInterfaceId": interface,
            "instanceId": instance,
            "deviceIndex": draw(st.sampled_from([1, "1"])),
        },
        answered={"attachmentId": "eni-attach-0a1b2c3d"},
        touched=frozenset({interface, instance}),
    )


@st.composite
def new_vpc(draw: DrawFn, name: str) -> Call:
    vpc = draw(an_id("vpc"))
    return Call(
        name=name,
        asked={"cidrBlock": "10.0.0.0/16"} if name == "CreateVpc" else None,
        answered={"vpc": {"vpcId": vpc, "cidrBlock": "10.0.0.0/16", "tagSet": {}}},
        touched=frozenset({vpc}),
    )


def _some(**members: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(members)


NOTHING = _some()
ENTRY = _some(
    ruleNumber=st.sampled_from([100, "100"]),
    egress=st.booleans(),
    ruleAction=st.just("allow"),
    cidrBlock=st.just("0.0.0.0/0"),
    aclProtocol=st.sampled_from(["6", 6]),
    portRange=st.sampled_from([{"from": 22, "to": 22}, {}]),
    icmpTypeCode=st.just({}),
)
ROUTE = _some(
    destinationCidrBlock=st.just("0.0.0.0/0"),
    gatewayId=an_id("igw"),
    vpcPeeringConnectionId=st.none(),
    networkInterfaceId=an_id("eni"),  # its VPC is not what matters
)
GROUPS = _some(
    groupSet=st.lists(an_id("sg"), max_size=3).map(
        lambda some: items(*({"groupId": one} for one in some))
    )
)
SUBNET = _some(subnetId=an_id("subnet"))

_FLAT: Mapping[str, tuple[str, str, Any]] = {
    "AssociateRouteTable": ("routeTableId", "rtb", SUBNET),
    "AssociateSubnetCidrBlock": ("subnetId", "subnet", NOTHING),
    "AssociateVpcCidrBlock": ("vpcId", "vpc", NOTHING),
    "AttachInternetGateway": ("vpcId", "vpc", _some(internetGatewayId=an_id("igw"))),
    "AttachVpnGateway": ("vpcId", "vpc", _some(vpnGatewayId=an_id("vgw"))),
    "CreateNetworkAclEntry": ("networkAclId", "acl", ENTRY),
    "CreateNetworkInterface": ("subnetId", "subnet", GROUPS),
    "CreateRoute": ("routeTableId", "rtb", ROUTE),
    "CreateSubnet": ("vpcId", "vpc", _some(cidrBlock=st.just("10.0.0.0/24"))),
    "DeleteNetworkAclEntry": ("networkAclId", "acl", ENTRY),
    "DeleteRoute": ("routeTableId", "rtb", ROUTE),
    "DetachInternetGateway": ("vpcId", "vpc", _some(internetGatewayId=an_id("igw"))),
    "DetachVpnGateway": ("vpcId", "vpc", _some(vpnGatewayId=an_id("vgw"))),
    "DisableVgwRoutePropagation": ("routeTableId", "rtb", NOTHING),
    "EnableVgwRoutePropagation": ("routeTableId", "rtb", NOTHING),
    "ModifyInstanceAttribute": ("instanceId", "i", GROUPS),
    "ModifyNetworkInterfaceAttribute": ("networkInterfaceId", "eni", GROUPS),
    "ReplaceNetworkAclAssociation": ("networkAclId", "acl", NOTHING),
    "ReplaceNetworkAclEntry": ("networkAclId", "acl", ENTRY),
    "ReplaceRoute": ("routeTableId", "rtb", ROUTE),
    "ReplaceRouteTableAssociation": ("routeTableId", "rtb", NOTHING),
}
_NEWER: Mapping[str, tuple[str, str, Any]] = {
    "AssignIpv6Addresses": ("NetworkInterfaceId", "eni", NOTHING),
    "AssignPrivateIpAddresses": ("NetworkInterfaceId", "eni", NOTHING),
    "AssociateNatGatewayAddress": ("NatGatewayId", "nat", NOTHING),
    "CreateEgressOnlyInternetGateway": ("VpcId", "vpc", NOTHING),
    "CreateNatGateway": ("SubnetId", "subnet", _some(tag=st.just(1))),
    "CreateReplaceRootVolumeTask": ("InstanceId", "i", NOTHING),
    "CreateTransitGatewayVpcAttachment": ("VpcId", "vpc", NOTHING),
    "CreateVpcEndpoint": (
        "VpcId",
        "vpc",
        _some(SecurityGroupId=st.just({"tag": 1, "content": "sg-0a1b2c3d"})),
    ),
    "DeleteNatGateway": ("NatGatewayId", "nat", NOTHING),
    "DisassociateNatGatewayAddress": ("NatGatewayId", "nat", NOTHING),
    "ModifyInstanceMetadataOptions": (
        "InstanceId",
        "i",
        _some(HttpTokens=st.just("optional")),
    ),
    "UnassignIpv6Addresses": ("NetworkInterfaceId", "eni", NOTHING),
    "UnassignPrivateIpAddresses": ("NetworkInterfaceId", "eni", NOTHING),
}

# Every call whose record may lead to VPCs.
CALLS: Mapping[str, st.SearchStrategy[Call]] = {
    **{
        f"{verb}SecurityGroup{way}": rules_call(f"{verb}SecurityGroup{way}")
        for verb in ("Authorize", "Revoke")
        for way in ("Ingress", "Egress")
    },
    **{name: flat(name, *told) for name, told in _FLAT.items()},
    **{name: newer(name, *told) for name, told in _NEWER.items()},
    "AttachNetworkInterface": attached(),
    "CreateDefaultVpc": new_vpc("CreateDefaultVpc"),
    "CreateSecurityGroup": new_group(),
    "CreateVpc": new_vpc("CreateVpc"),
    "ModifySecurityGroupRules": modified_rules(),
    "RunInstances": launch(),
    "StartInstances": started("StartInstances"),
    "StopInstances": started("StopInstances"),
}

any_call = st.sampled_from(sorted(CALLS)).flatmap(CALLS.__getitem__)
