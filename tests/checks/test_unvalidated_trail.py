"""TRAIL-004: log files that may have been changed since."""

from ringfence.checks.unvalidated_trail import unvalidated_trail
from ringfence.finding import Problem
from tests.build import an_estate
from tests.trails import ORGANIZATION, a_trail, recorded_by

FIRES = [recorded_by(a_trail(is_validated=False))]
QUIET = [
    recorded_by(a_trail()),
    recorded_by(a_trail(is_validated=False, is_logging=False)),
    recorded_by(a_trail(is_validated=False, home="us-east-1")),
    recorded_by(a_trail(is_validated=False, account=ORGANIZATION)),
]


def test_it_says_how_to_turn_it_on() -> None:
    """In the trail's own Region."""
    (problem,) = unvalidated_trail(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "--enable-log-file-validation" in (problem.fix or "")
