"""TRAIL-001: a Region in which nothing records what is changed."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import account_of
from ringfence.inventory.trails import Trail
from ringfence.subjects.trails import (
    NEEDS,
    all_trails,
    is_unclear,
    select_writes,
    start,
    unrecorded,
)

_MAKE = (
    "Make a trail for all Regions, in a bucket that CloudTrail may write to: "
    "aws cloudtrail create-trail --region {region} --name changes "
    "--s3-bucket-name BUCKET --is-multi-region-trail --enable-log-file-validation\n"
    "Then start it: aws cloudtrail start-logging --region {region} --name changes"
)


@check(
    "TRAIL-001",
    "CloudTrail does not record changes",
    severity=Severity.CRITICAL,
    needs=NEEDS,
    fix="Start a trail that records the management events of writes.",
    guide=("S06", "D70"),
    relates=("AWS FSBP CloudTrail.1", "CIS AWS 3.0 3.1"),
)
def unrecorded_changes(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What no trail records reaches no event rule: Ringfence is blind to changes.

    EventBridge gets calls of AWS's APIs only where a trail logs. Somebody who is
    about to open a port stops the trail first, deletes it, or narrows it to reads.
    A trail of another Region and the organisation's count where they record here;
    several may record together what matters. What a selector takes on a further
    condition, such as who made the call, counts as left out.

    One finding is told for each Region, because each is blind by itself. Where a
    trail belongs to the organisation and this account may not see whether it logs,
    nothing is told but that it is not known. Stores of CloudTrail Lake do not count:
    their events go to no rule.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """
    region = estate.inventory.region
    for trails in all_trails(estate):
        missing = unrecorded(estate, trails)
        if not missing:
            continue
        unclear = [trail.arn for trail in trails if is_unclear(trail)]
        if unclear:
            yield Doubt(
                account_of(estate.inventory),
                f"this account may not see what {', '.join(unclear)} records",
            )
            continue
        named = ", ".join(sorted(missing))
        why = "; ".join(_why(trail) for trail in trails) or "there is no trail"
        yield Problem(
            resource=account_of(estate.inventory),
            message=f"Changes of {named} are not recorded in {region}, so that they "
            f"are noticed by the next sweep only: {why}.",
            fix=_fix(trails) or _MAKE.format(region=region),
            evidence={
                "unrecorded": sorted(missing),
                "trails": [
                    {"trail": trail.arn, "is_logging": trail.is_logging}
                    for trail in trails
                ],
            },
        )


def _why(trail: Trail) -> str:
    state = "leaves some out" if trail.is_logging else "is stopped"
    owner = " of the organisation" if trail.is_of_organization else ""
    return f"{trail.name}{owner} ({trail.home}) {state}"


def _fix(trails: tuple[Trail, ...]) -> str:
    """One command for each trail; empty where there is none."""
    commands = [
        select_writes(trail) if trail.is_logging else start(trail) for trail in trails
    ]
    if not commands:
        return ""
    text = "One of these, after a look at who did that:\n" + "\n".join(commands)
    if any(trail.is_logging for trail in trails):
        text += "\nput-event-selectors replaces all selectors that the trail has."
    if any(trail.is_of_organization for trail in trails):
        text += "\nThe organisation's trail is changed in its own account."
    return text
