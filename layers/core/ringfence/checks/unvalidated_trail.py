"""TRAIL-004: log files that may have been changed since."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.trails import NEEDS, own_trails


@check(
    "TRAIL-004",
    "A trail's log files cannot be validated",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Turn on log file validation.",
    guide=("S06", "D70"),
    relates=("AWS FSBP CloudTrail.4", "CIS AWS 3.0 3.2"),
)
def unvalidated_trail(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without digests nobody can prove that log files are whole and unchanged.

    It is told of trails that log, once, in the trail's own Region and account.
    """
    for trail in own_trails(estate):
        if trail.is_logging and not trail.is_validated:
            yield Problem(
                resource=trail.arn,
                message=f"The trail {trail.name} makes no digests of its log files.",
                fix=f"aws cloudtrail update-trail --region {trail.home} "
                f"--name {trail.arn} --enable-log-file-validation",
                evidence={"trail": trail.arn},
            )
