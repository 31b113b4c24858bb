"""TRAIL-003: log files that CloudTrail could not deliver."""

from ringfence.checks.undelivered_trail import undelivered_trail
from ringfence.finding import Problem
from tests.build import an_estate
from tests.trails import a_trail, recorded_by

FIRES = [recorded_by(a_trail(delivery_error="AccessDenied"))]
QUIET = [
    recorded_by(a_trail()),
    recorded_by(a_trail(delivery_error="AccessDenied", is_logging=False)),
    recorded_by(a_trail(delivery_error="AccessDenied", home="us-east-1")),
]


def test_it_names_what_s3_said() -> None:
    """A bucket that is gone is mended otherwise than a policy."""
    (problem,) = undelivered_trail(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "S3 refuses the log files of the trail changes: AccessDenied." == (
        problem.message
    )
