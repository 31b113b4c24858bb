"""What is asked of CloudFront, once for the account."""

from ringfence.collect.operation import Operation
from ringfence.inventory.distributions import DISTRIBUTIONS

ACTIONS = ("cloudfront:ListDistributions",)

OPERATIONS = (
    Operation(
        name=DISTRIBUTIONS,
        key="DistributionList",
        items="Items",
        page=100,
        is_of_vpcs=False,
        is_worldwide=True,
        is_one=True,
    ),
)
