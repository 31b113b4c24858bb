"""What is asked of EC2 Auto Scaling."""

from collections.abc import Iterable

from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.collect.userdata import without_passwords
from ringfence.inventory.launching import CONFIGURATIONS, GROUPS

ACTIONS = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLaunchConfigurations",
)

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLaunchConfigurations.html
_NAMES = 50


def _configurations(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that a group launches from: often none, so no call."""
    groups = responses[GROUPS]["AutoScalingGroups"]
    names = {group.get("LaunchConfigurationName") for group in groups}
    for batch in batches(sorted(name for name in names if name), _NAMES):
        yield {"LaunchConfigurationNames": batch}


OPERATIONS = (
    # Their instances are EC2's to tell.
    Operation(
        name=GROUPS,
        key="AutoScalingGroups",
        page=100,
        wishes={"IncludeInstances": False},
        is_of_vpcs=False,
    ),
    Operation(
        name=CONFIGURATIONS,
        key="LaunchConfigurations",
        page=100,
        needs=(GROUPS,),
        requests=_configurations,
        reduced=without_passwords,
        is_of_vpcs=False,
    ),
)
