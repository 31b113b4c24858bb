"""TRAIL-003: log files that CloudTrail could not deliver."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.trails import NEEDS, own_trails


@check(
    "TRAIL-003",
    "A trail's log files are not delivered",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Let CloudTrail write to the trail's bucket.",
    guide=("S06", "D70"),
)
def undelivered_trail(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A trail that logs and cannot write leaves no evidence of an incident.

    Events still go to EventBridge, so that nothing else shows it. Requests that
    only time out are no such error.
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    for trail in own_trails(estate):
        if trail.is_logging and trail.delivery_error:
            yield Problem(
                resource=trail.arn,
                message=f"S3 refuses the log files of the trail {trail.name}: "
                f"{trail.delivery_error}.",
                fix="See which bucket it is, then mend its policy or make it again: "
                f"aws cloudtrail get-trail --region {trail.home} --name {trail.arn}",
                evidence={"trail": trail.arn, "error": trail.delivery_error},
            )
