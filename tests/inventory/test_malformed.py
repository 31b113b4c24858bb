"""An answer that AWS would not give names its operation and key."""

from typing import Any

import pytest

from tests.inventory.estate import an_inventory

ROUTE_TABLE = {"RouteTableId": "rtb-1", "VpcId": "vpc-1"}
ACL = {"NetworkAclId": "acl-1", "VpcId": "vpc-1"}
ENTRY = {
    "RuleNumber": 1,
    "CidrBlock": "0.0.0.0/0",
    "Protocol": "-1",
    "RuleAction": "allow",
    "Egress": False,
}
LISTENER = {"ListenerArn": "arn:1", "LoadBalancerArn": "arn:2", "Protocol": "TCP"}
RULE = {"RuleArn": "arn:3", "Priority": "soon"}
FROM_OFFICE = {"Field": "source-ip", "SourceIpConfig": {"Values": ["office"]}}
GROUP = {"GroupId": "sg-1", "GroupName": "web"}
SSH = {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "anywhere"}]}
DEFAULT_ROUTE = {"DestinationCidrBlock": "default", "GatewayId": "igw-1"}
SUBNET = {"SubnetId": "subnet-1", "VpcId": "vpc-1"}
INTERFACE = {"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1"}
CLASSIC = {"LoadBalancerName": "jira"}


@pytest.mark.parametrize(
    ("operation", "answer", "message"),
    [
        (
            "ec2.describe_subnets",
            {"Subnets": [{"SubnetId": "subnet-1"}]},
            r"Subnets\[0\]: VpcId is missing",
        ),
        (
            "ec2.describe_network_acls",
            {
                "NetworkAcls": [
                    {"NetworkAclId": "acl-1", "VpcId": "vpc-1"},
                    {"NetworkAclId": "acl-2", "VpcId": "vpc-1", "IsDefault": "yes"},
                ]
            },
            r"NetworkAcls\[1\]: IsDefault is not true or false",
        ),
        (
            "ec2.describe_vpcs",
            {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": 10}]},
            r"Vpcs\[0\]: CidrBlock is not text",
        ),
        ("ec2.describe_vpcs", {"Vpcs": {}}, "Vpcs is not a list of objects"),
        ("ec2.describe_vpcs", {"Vpcs": ["vpc-1"]}, "Vpcs is not a list of objects"),
        (
            "ec2.describe_subnets",
            {"Subnets": [SUBNET | {"Tags": {"Name": "x"}}]},
            r"Subnets\[0\]: Tags is not a list of objects",
        ),
        (
            "ec2.describe_route_tables",
            {"RouteTables": [ROUTE_TABLE | {"Routes": [{"GatewayId": "local"}]}]},
            "none of DestinationCidrBlock",
        ),
        (
            "ec2.describe_route_tables",
            {"RouteTables": [ROUTE_TABLE | {"Associations": [{"Main": 1}]}]},
            "Main is not true or false",
        ),
        (
            "ec2.describe_network_acls",
            {"NetworkAcls": [ACL | {"Entries": [ENTRY | {"RuleAction": "maybe"}]}]},
            "RuleAction is neither allow nor deny",
        ),
        (
            "ec2.describe_network_acls",
            {"NetworkAcls": [ACL | {"Entries": [ENTRY | {"Protocol": 6}]}]},
            "Protocol is not a protocol",
        ),
        (
            "ec2.describe_network_acls",
            {"NetworkAcls": [ACL | {"Entries": [ENTRY | {"PortRange": 443}]}]},
            "PortRange is not an object",
        ),
        (
            "elbv2.describe_listeners",
            {"Listeners": [LISTENER]},
            r"Listeners\[0\]: Port is missing",
        ),
        (
            "elbv2.describe_rules",
            {
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
                "listener/app/web/a1/80": {"Rules": [RULE]}
            },
            r"a1/80: Rules\[0\]: Priority is not a number",
        ),
        (
            "elb.describe_load_balancers",
            {"LoadBalancerDescriptions": [CLASSIC | {"Subnets": [1]}]},
            "Subnets is not a list of text",
        ),
        (
            "elb.describe_load_balancers",
            {
                "LoadBalancerDescriptions": [
                    CLASSIC | {"ListenerDescriptions": [{"Listener": {}}]}
                ]
            },
            "LoadBalancerPort is missing",
        ),
        (
            "elb.describe_load_balancer_attributes",
            {"jira": {}},
            "jira: LoadBalancerAttributes is missing",
        ),
        (
            "elb.describe_load_balancer_attributes",
            {"jira": {"LoadBalancerAttributes": []}},
            "jira: LoadBalancerAttributes is not an object",
        ),
        (
            "ec2.describe_security_groups",
            {"SecurityGroups": [GROUP | {"IpPermissions": [SSH]}]},
            r"SecurityGroups\[0\]: CidrIp is not a CIDR or an address",
        ),
        (
            "ec2.describe_network_acls",
            {"NetworkAcls": [ACL | {"Entries": [ENTRY | {"CidrBlock": "any"}]}]},
            "CidrBlock is not a CIDR or an address",
        ),
        (
            "ec2.describe_route_tables",
            {"RouteTables": [ROUTE_TABLE | {"Routes": [DEFAULT_ROUTE]}]},
            "DestinationCidrBlock is not a CIDR or an address",
        ),
        (
            "ec2.describe_vpcs",
            {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/33"}]},
            r"Vpcs\[0\]: CidrBlock is not a CIDR or an address",
        ),
        (
            "ec2.describe_subnets",
            {"Subnets": [SUBNET | {"CidrBlock": "10.0.0"}]},
            "CidrBlock is not a CIDR or an address",
        ),
        (
            "ec2.describe_network_interfaces",
            {
                "NetworkInterfaces": [
                    INTERFACE | {"Ipv6Addresses": [{"Ipv6Address": "::g"}]}
                ]
            },
            "Ipv6Address is not a CIDR or an address",
        ),
        (
            "ec2.describe_network_interfaces",
            {"NetworkInterfaces": [INTERFACE | {"PrivateIpAddress": "10.0.0.300"}]},
            "PrivateIpAddress is not a CIDR or an address",
        ),
        (
            "ec2.get_managed_prefix_list_entries",
            {"pl-0a1": {"Entries": [{"Cidr": "office"}]}},
            r"Entries\[0\]: Cidr is not a CIDR or an address",
        ),
        (
            "elbv2.describe_rules",
            {
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
                "listener/app/web/a1/80": {
                    "Rules": [RULE | {"Priority": "1", "Conditions": [FROM_OFFICE]}]
                }
            },
            r"a1/80: Rules\[0\]: Values is not a CIDR or an address",
        ),
        (
            "iam.get_server_certificate",
            {"old": {"ServerCertificate": {}}},
            "old: CertificateBody is missing",
        ),
    ],
)
def test_a_malformed_answer_names_its_operation_and_key(
    operation: str, answer: dict[str, Any], message: str
) -> None:
    """Whoever wrote the snapshot finds the place."""
    with pytest.raises(ValueError, match=f"^{operation}: .*{message}"):
        an_inventory(**{operation.replace(".", "__"): answer})
