"""What is asked of Systems Manager: nodes, patches, AWS's public parameters."""

from collections.abc import Iterable

from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.patching import NODES, PARAMETERS, STATES, WINDOWS

ACTIONS = (
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "ssm:DescribeMaintenanceWindows",
    "ssm:GetParameters",
)

# The newest image of each family, as its maker publishes it: one call for all, which
# takes ten names. A name that a Region lacks is left out of the answer.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
# https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
NEWEST = (
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    *(
        f"/aws/service/canonical/ubuntu/server/{version}/stable/current/{processor}"
        f"/hvm/ebs-{volume}/ami-id"
        for version, volume in (("22.04", "gp2"), ("24.04", "gp3"), ("26.04", "gp3"))
        for processor in ("amd64", "arm64")
    ),
)

_IDS = 50


def _nodes(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """EC2's instances alone: machines elsewhere are nobody's concern here."""
    return ({"Filters": [{"Key": "ResourceType", "Values": ["EC2Instance"]}]},)


def _states(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    nodes = responses[NODES]["InstanceInformationList"]
    for batch in batches((node["InstanceId"] for node in nodes), _IDS):
        yield {"InstanceIds": batch}


def _newest(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    return ({"Names": list(NEWEST)},)


OPERATIONS = (
    Operation(
        name=NODES,
        key="InstanceInformationList",
        page=50,
        requests=_nodes,
        is_of_vpcs=False,
    ),
    Operation(
        name=STATES,
        key="InstancePatchStates",
        page=100,
        needs=(NODES,),
        requests=_states,
        is_of_vpcs=False,
    ),
    Operation(
        name=WINDOWS,
        key="WindowIdentities",
        page=100,
        is_of_vpcs=False,
    ),
    Operation(
        name=PARAMETERS,
        key="Parameters",
        requests=_newest,
        is_of_vpcs=False,
    ),
)
