"""What is asked of Elastic File System."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.filesystems import FILE_SYSTEMS, MOUNT_TARGETS, POLICIES

ACTIONS = (
    "elasticfilesystem:DescribeFileSystemPolicy",
    "elasticfilesystem:DescribeFileSystems",
    "elasticfilesystem:DescribeMountTargets",
)


def _each(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for system in responses[FILE_SYSTEMS]["FileSystems"]:
        yield {"FileSystemId": system["FileSystemId"]}


OPERATIONS = (
    Operation(name=FILE_SYSTEMS, key="FileSystems", page=100, is_of_vpcs=False),
    Operation(
        name=MOUNT_TARGETS,
        key="MountTargets",
        page=100,
        needs=(FILE_SYSTEMS,),
        requests=_each,
        per="FileSystemId",
        gone=frozenset({"FileSystemNotFound"}),
        is_of_vpcs=False,
    ),
    # One that has no policy is, to this call, as one that is gone.
    Operation(
        name=POLICIES,
        key="Policy",
        needs=(FILE_SYSTEMS,),
        requests=_each,
        per="FileSystemId",
        gone=frozenset({"FileSystemNotFound", "PolicyNotFound"}),
        is_of_vpcs=False,
    ),
)
