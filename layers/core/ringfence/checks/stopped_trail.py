"""TRAIL-002: a trail that is stopped while another one still records."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.trails import (
    NEEDS,
    all_trails,
    is_unclear,
    own_trails,
    start,
    unrecorded,
)


@check(
    "TRAIL-002",
    "A trail is stopped",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Start it again, or delete it if nobody needs it.",
    guide=("S06", "D70"),
)
def stopped_trail(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever relies on a trail's log files finds none of the time in between.

    It is told in the trail's own Region and account, and only while other trails
    record the changes that Ringfence waits for, or may do so where the organisation's
    cannot be looked into: else TRAIL-001 tells it.
    """
    state = "does not log"
    for trails in all_trails(estate):
        missing = unrecorded(estate, trails)
        if missing and not any(map(is_unclear, trails)):
            return
        state += "" if missing else ", though another one still records changes"
    for trail in own_trails(estate):
        if trail.is_logging is False:
            yield Problem(
                resource=trail.arn,
                message=f"The trail {trail.name} {state}.",
                fix=f"{start(trail)}\nOr, if nobody needs it: aws cloudtrail "
                f"delete-trail --region {trail.home} --name {trail.arn}",
                evidence={"trail": trail.arn},
            )
