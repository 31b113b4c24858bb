"""AMI-002: deprecated images."""

from ringfence.checks.deprecated_image import deprecated_image
from ringfence.finding import Problem
from tests.build import TAKEN_AT, an_estate, days, imaged

FIRES = [imaged(deprecated_at=TAKEN_AT - days(1)), imaged(deprecated_at=TAKEN_AT)]
QUIET = [imaged(), imaged(deprecated_at=TAKEN_AT + days(1))]


def test_names_the_day() -> None:
    """The message says since when."""
    (problem,) = deprecated_image(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "deprecated on 2026-08-31" in problem.message
