"""What is asked of EC2 of images: what those gone have left, what follows them."""

from collections.abc import Iterable
from itertools import islice

from ringfence.collect.operation import (
    FILTER_VALUES,
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
    filtered,
    only,
)
from ringfence.inventory.answers import Answers
from ringfence.inventory.compute import INSTANCES
from ringfence.inventory.series import IMAGES, NEWER, names_by_owner
from ringfence.inventory.volumes import ORIGINS, VOLUMES, origins_of

ACTIONS = ("ec2:DescribeImages", "ec2:DescribeSnapshots")

# An account uses images of a handful of owners; one call asks for all series of one.
MOST_CALLS = 20

# A maker may have published hundreds of images: this is kept of each.
_KEPT = (
    "ImageId",
    "Name",
    "OwnerId",
    "State",
    "CreationDate",
    "DeprecationTime",
    "PlatformDetails",
    "Architecture",
    "VirtualizationType",
)


def _newer(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """The series in use, all of one owner's at once."""
    series = names_by_owner(Answers(responses))
    calls = (
        {
            "Owners": [owner],
            "Filters": [
                {"Name": "name", "Values": [f"{name}*" for name in batch]},
                {"Name": "state", "Values": ["available"]},
            ],
        }
        for owner, names in sorted(series.items())
        for batch in batches(sorted(names), FILTER_VALUES)
    )
    return islice(calls, MOST_CALLS)


def _origins(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """What images that are gone have left behind: most often there is none."""
    return filtered("snapshot-id", origins_of(Answers(responses)))


OPERATIONS = (
    Operation(
        name=NEWER,
        key="Images",
        page=1000,
        needs=(IMAGES,),
        requests=_newer,
        reduced=only(*_KEPT),
        is_of_vpcs=False,
    ),
    Operation(
        name=ORIGINS,
        key="Snapshots",
        page=1000,
        needs=(IMAGES, INSTANCES, VOLUMES),
        requests=_origins,
        reduced=only("SnapshotId", "VolumeId", "StartTime", "State"),
        is_of_vpcs=False,
    ),
)
