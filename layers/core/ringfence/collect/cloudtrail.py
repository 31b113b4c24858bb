"""What is asked of CloudTrail."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.trails import SELECTORS, STATUS, TRAILS

ACTIONS = (
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
)

# What AWS says of a trail that vanished, and of the organisation's where a member
# may not look: not of a permission that is missing here, which is a gap.
_GONE = frozenset(
    {
        "OperationNotPermittedException",
        "TrailNotFoundException",
        "UnsupportedOperationException",
    }
)


def _all(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Also trails of other Regions, and the organisation's: they record here, too."""
    return ({"includeShadowTrails": True},)


def _status(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for trail in responses[TRAILS]["trailList"]:
        yield {"Name": trail["TrailARN"]}


def _selectors(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for trail in responses[TRAILS]["trailList"]:
        yield {"TrailName": trail["TrailARN"]}


OPERATIONS = (
    Operation(name=TRAILS, key="trailList", requests=_all, is_of_vpcs=False),
    Operation(
        name=STATUS,
        key="IsLogging",
        needs=(TRAILS,),
        requests=_status,
        per="Name",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=SELECTORS,
        key="TrailARN",
        needs=(TRAILS,),
        requests=_selectors,
        per="TrailName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
)
