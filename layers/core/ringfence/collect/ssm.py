"""What is asked of Systems Manager: nodes, patches, AWS's public parameters."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.patching import (
    BASELINE,
    NODES,
    PARAMETERS,
    PATCHES,
    STATES,
    WINDOWS,
)

ACTIONS = (
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "ssm:DescribeInstancePatches",
    "ssm:DescribeMaintenanceWindows",
    "ssm:GetParameters",
    "ssm:GetPatchBaseline",
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

# Each takes a call: of the instances that lack security patches the gravest ones,
# and baselines, of which there are a few for each operating system.
MOST_INSTANCES = 100
MOST_BASELINES = 50

_CLASSES = ("CriticalNonCompliantCount", "SecurityNonCompliantCount")


def _nodes(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """EC2's instances alone: machines elsewhere are nobody's concern here."""
    return ({"Filters": [{"Key": "ResourceType", "Values": ["EC2Instance"]}]},)


def _states(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    nodes = responses[NODES]["InstanceInformationList"]
    for batch in batches((node["InstanceId"] for node in nodes), _IDS):
        yield {"InstanceIds": batch}


def _patches(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """The missing ones of instances that lack critical or security patches."""
    states = responses[STATES]["InstancePatchStates"]
    lacking = [state for state in states if any(_counts(state))]
    lacking.sort(key=lambda state: (*(-one for one in _counts(state)), _id(state)))
    for state in lacking[:MOST_INSTANCES]:
        wanted = {"Key": "State", "Values": ["Missing", "Failed"]}
        yield {"InstanceId": _id(state), "Filters": [wanted]}


def _counts(state: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(state.get(key) or 0 for key in _CLASSES)


def _id(state: Mapping[str, Any]) -> str:
    name: str = state["InstanceId"]
    return name


def _baselines(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """
    Those of the account's own by which instances were scanned.

    AWS's own are called by their ARN, and approve security patches.
    """
    states = responses[STATES]["InstancePatchStates"]
    named = {state.get("BaselineId", "") for state in states}
    own = sorted(name for name in named if name.startswith("pb-"))
    return ({"BaselineId": name} for name in islice(own, MOST_BASELINES))


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
        name=PATCHES,
        key="Patches",
        page=100,
        needs=(STATES,),
        requests=_patches,
        per="InstanceId",
        gone=frozenset({"InvalidInstanceId"}),
        is_of_vpcs=False,
    ),
    Operation(
        name=BASELINE,
        key="BaselineId",
        needs=(STATES,),
        requests=_baselines,
        per="BaselineId",
        gone=frozenset({"DoesNotExistException"}),
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
