"""What the checks on CloudTrail share: which changes a Region's trails record."""

from collections.abc import Iterator

from ringfence.changes import EVENTS
from ringfence.estate import Estate
from ringfence.inventory.trails import Trail

NEEDS = frozenset({"recording"})

# Their events exist in one Region only, whatever trails are elsewhere.
_GLOBAL = frozenset({"iam.amazonaws.com", "route53.amazonaws.com"})
_GLOBAL_REGION = "us-east-1"

# The management events without which nobody could tell what was done.
_ALL_WRITES = '\'[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true}]\''


def unrecorded(estate: Estate, trails: tuple[Trail, ...]) -> frozenset[str]:
    """The sources of changes of which *trails* surely leave some out, as they are."""
    logging = [trail for trail in trails if trail.is_logging]
    return frozenset(
        source
        for source, names in EVENTS.items()
        if source not in _GLOBAL or estate.inventory.region == _GLOBAL_REGION
        if not all(
            any(trail.takes_write(source, name) for trail in logging) for name in names
        )
    )


def is_unclear(trail: Trail) -> bool:
    """Whether it may record more than this account may see."""
    is_logging = trail.is_logging
    return is_logging is None or (is_logging and trail.selectors is None)


def all_trails(estate: Estate) -> Iterator[tuple[Trail, ...]]:
    """The trails that are in the Region, once; never where nobody asked."""
    for recording in estate.inventory.recording:
        yield recording.trails


def own_trails(estate: Estate) -> Iterator[Trail]:
    """The account's own, each in the Region where it can be changed."""
    inventory = estate.inventory
    for trails in all_trails(estate):
        for trail in trails:
            if (trail.account, trail.home) == (inventory.account, inventory.region):
                yield trail


def start(trail: Trail) -> str:
    """The command that starts *trail*."""
    return f"aws cloudtrail start-logging --region {trail.home} --name {trail.arn}"


def select_writes(trail: Trail) -> str:
    """The command that has *trail* take all writes; it replaces all its selectors."""
    return (
        f"aws cloudtrail put-event-selectors --region {trail.home} "
        f"--trail-name {trail.arn} --event-selectors {_ALL_WRITES}"
    )
