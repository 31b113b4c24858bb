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
            "ec2.describe_vpcs",
            {"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2", "IsDefault": "yes"}]},
            r"Vpcs\[1\]: IsDefault is not true or false",
        ),
        (
            "ec2.describe_vpcs",
            {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": 10}]},
            r"Vpcs\[0\]: CidrBlock is not text",
        ),
        ("ec2.describe_vpcs", {"Vpcs": {}}, "Vpcs is not a list of objects"),
        ("ec2.describe_vpcs", {"Vpcs": ["vpc-1"]}, "Vpcs is not a list of objects"),
        (
            "ec2.describe_vpcs",
            {"Vpcs": [{"VpcId": "vpc-1", "Tags": {"Name": "x"}}]},
            r"Vpcs\[0\]: Tags is not a list of objects",
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
