"""Ids of AWS resources as ASFF, paths and headlines name them."""

import re
from dataclasses import dataclass

from ringfence.finding import Finding
from ringfence.render.plain import clipped, plain

# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
_EC2 = {
    "acl": ("AwsEc2NetworkAcl", "network-acl"),
    "ami": ("Other", "image"),
    "eipalloc": ("AwsEc2Eip", "elastic-ip"),
    "eni": ("AwsEc2NetworkInterface", "network-interface"),
    "i": ("AwsEc2Instance", "instance"),
    "igw": ("Other", "internet-gateway"),
    "lt": ("AwsEc2LaunchTemplate", "launch-template"),
    "nat": ("Other", "natgateway"),
    "pcx": ("AwsEc2VpcPeeringConnection", "vpc-peering-connection"),
    "pl": ("Other", "prefix-list"),
    "rtb": ("AwsEc2RouteTable", "route-table"),
    "sg": ("AwsEc2SecurityGroup", "security-group"),
    "snap": ("Other", "snapshot"),
    "subnet": ("AwsEc2Subnet", "subnet"),
    "vol": ("AwsEc2Volume", "volume"),
    "vpc": ("AwsEc2Vpc", "vpc"),
    "vpce-svc": ("AwsEc2VpcEndpointService", "vpc-endpoint-service"),
}
_LABEL = 256  # as long as AWS lets a tag's value be
_EC2_ID = re.compile(rf"({'|'.join(_EC2)})-[0-9a-f]{{8,17}}")

_ARNS = (
    (re.compile(r":elasticloadbalancing:.*:loadbalancer/(app|net|gwy)/"),
     "AwsElbv2LoadBalancer"),
    (re.compile(r":elasticloadbalancing:.*:loadbalancer/"), "AwsElbLoadBalancer"),
    (re.compile(r":acm:.*:certificate/"), "AwsCertificateManagerCertificate"),
    (re.compile(r":cloudfront:.*:distribution/"), "AwsCloudFrontDistribution"),
    (re.compile(r":rds:.*:db:"), "AwsRdsDbInstance"),
    (re.compile(r":rds:.*:cluster:"), "AwsRdsDbCluster"),
    (re.compile(r":es:.*:domain/"), "AwsOpenSearchServiceDomain"),
    (re.compile(r":cloudtrail:.*:trail/"), "AwsCloudTrailTrail"),
    (re.compile(r":wafv2:.*/webacl/"), "AwsWafv2WebAcl"),
)  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as ASFF names it: its type and its ARN, or an id of its own."""

    type: str
    id: str


def partition(region: str) -> str:
    """Give the AWS partition of *region*."""
    return next(
        (name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws"
    )


def aws_resource(name: str, account: str, region: str) -> Resource | None:
    """Tell the type and ARN of *name*; None when it is no id that AWS gives."""
    if name == f"AWS::::Account:{account}":
        return Resource("AwsAccount", name)
    if name.startswith("arn:"):
        kinds = (kind for pattern, kind in _ARNS if pattern.search(name))
        return Resource(next(kinds, "Other"), name)
    found = _EC2_ID.fullmatch(name)
    if not found:
        return None
    kind, path = _EC2[found[1]]
    owner = "" if path == "image" else account
    return Resource(kind, f"arn:{partition(region)}:ec2:{region}:{owner}:{path}/{name}")


def classic_load_balancer(name: str, account: str, region: str) -> Resource:
    """Name a classic load balancer, which AWS knows by its name alone."""
    start = f"arn:{partition(region)}:elasticloadbalancing:{region}:{account}"
    return Resource("AwsElbLoadBalancer", f"{start}:loadbalancer/{name}")


def short(name: str) -> str:
    """Give the part of an ARN that people know; other ids as they are."""
    if not name.startswith("arn:"):
        return name
    parts = name.split(":", 5)[-1].split("/")
    if parts[0] == "listener" and len(parts) > 2:  # noqa: PLR2004
        return f"{parts[2]}-{parts[-1][-8:]}"
    if parts[0] in ("loadbalancer", "targetgroup") and len(parts) > 2:  # noqa: PLR2004
        return parts[-2]
    return parts[-1].rpartition(":")[2]


def label(finding: Finding) -> str:
    """Name a finding's resource as people do: its id, and the name it was given."""
    ident = clipped(plain(short(finding.resource)), _LABEL)
    name = clipped(plain(finding.name), _LABEL)
    return f"{ident} ({name})" if name and name != ident else ident
