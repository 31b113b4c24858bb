"""What is asked of CloudFront, which is global: what leads into VPCs."""

from ringfence.collect.operation import Operation
from ringfence.inventory.otherways import DISTRIBUTIONS, VPC_ORIGINS

ACTIONS = ("cloudfront:ListDistributions", "cloudfront:ListVpcOrigins")

OPERATIONS = (
    Operation(
        name=VPC_ORIGINS,
        key="Items",
        within="VpcOriginList",
        page=100,
        tokens=("MaxItems", "Marker", "NextMarker"),
        is_of_vpcs=False,
    ),
    Operation(
        name=DISTRIBUTIONS,
        key="Items",
        within="DistributionList",
        page=100,
        is_of_vpcs=False,
    ),
)
