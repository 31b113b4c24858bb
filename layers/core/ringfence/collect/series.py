"""What is asked of EC2 beyond the images in use: those that may follow them."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ringfence.collect.operation import (
    FILTER_VALUES,
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.answers import Answers
from ringfence.inventory.series import IMAGES, NEWER, names_by_owner

ACTIONS = ("ec2:DescribeImages",)

# An account uses images of a handful of owners; one call asks for all series of one.
MOST_CALLS = 20

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


def _what_counts(image: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what takes most room: a maker may have published hundreds."""
    return {key: image[key] for key in _KEPT if key in image}


OPERATIONS = (
    Operation(
        name=NEWER,
        key="Images",
        page=1000,
        needs=(IMAGES,),
        requests=_newer,
        reduced=_what_counts,
        is_of_vpcs=False,
    ),
)
