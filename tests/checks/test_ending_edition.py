"""VER-006: Data Center is coming to its end."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ringfence.checks.ending_edition import ending_edition
from ringfence.finding import Problem, Severity
from tests.build import a_page, an_answer, an_estate

LATER = datetime(2027, 4, 1, tzinfo=UTC)
FIRES = [
    replace(a_page(product="bitbucket", version="9.4.23"), taken_at=LATER),
    replace(a_page(product="jira", version="10.3.24"), taken_at=LATER),
]
QUIET = [
    replace(
        a_page(product="bitbucket", version="9.4.23"),
        taken_at=datetime(2027, 3, 31, tzinfo=UTC),
    ),
    replace(a_page(product="bitbucket", version="8.9.27"), taken_at=LATER),
    replace(a_page(product="fisheye", version="4.9.0"), taken_at=LATER),
    replace(a_page(product="bitbucket", version=""), taken_at=LATER),
    an_answer(),
]


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (datetime(2027, 4, 1, tzinfo=UTC), Severity.LOW),
        (datetime(2028, 3, 30, tzinfo=UTC), Severity.LOW),
        (datetime(2028, 3, 31, tzinfo=UTC), Severity.MEDIUM),
        (datetime(2029, 3, 28, tzinfo=UTC), Severity.MEDIUM),
        (datetime(2029, 3, 29, tzinfo=UTC), Severity.HIGH),
    ],
)
def test_weighs_more_the_nearer_it_is(day: datetime, severity: Severity) -> None:
    """A date years away is no reason to wake anybody."""
    inventory = replace(FIRES[0], taken_at=day)
    (problem,) = ending_edition(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert severity == problem.severity
