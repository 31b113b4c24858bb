"""What is asked of CloudFront, which is global: distributions, and ways into VPCs."""

from ringfence.collect.operation import Operation
from ringfence.inventory.distributions import DISTRIBUTIONS
from ringfence.inventory.otherways import VPC_ORIGINS

ACTIONS = ("cloudfront:ListDistributions", "cloudfront:ListVpcOrigins")

OPERATIONS = (
    Operation(
        name=DISTRIBUTIONS,
        key="Items",
        within="DistributionList",
        page=100,
        is_of_vpcs=False,
        is_worldwide=True,
    ),
    # Asked in each Region: where its origins lead to is in one.
    Operation(
        name=VPC_ORIGINS,
        key="Items",
        within="VpcOriginList",
        page=100,
        tokens=("MaxItems", "Marker", "NextMarker"),
        is_of_vpcs=False,
    ),
)
