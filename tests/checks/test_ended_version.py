"""VER-003: versions whose support has ended."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ringfence.checks.ended_version import ended_version
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import a_page, a_statement, an_answer, an_estate

FIRES = [
    a_page(product="bitbucket", version="8.19.29"),
    a_page(product="jira", version="9.4.30"),
    a_page(product="jira", version="3.13.5"),
    a_page(product="confluence", version="7.18.0"),
    a_page(product="bitbucket", version="3.11.0"),
    a_page(product="bitbucket", version="6.10.0"),
    a_statement(text="9.4.30"),
]
QUIET = [
    a_page(product="bitbucket", version="9.4.23"),
    a_page(product="bitbucket", version="99.0.0"),
    a_page(product="crowd", version="3.4.0"),
    a_page(product="bitbucket", version=""),
    an_answer(),
    a_statement(text="99.0.0"),
]


def problem_of(inventory: Inventory) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = ended_version(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(("day", "count"), [(12, 0), (13, 1)])
def test_tells_from_the_day_after_the_last_one(day: int, count: int) -> None:
    """Bitbucket 8.19's support lasted until 2026-03-12."""
    inventory = replace(
        a_page(product="bitbucket", version="8.19.29"),
        taken_at=datetime(2026, 3, day, 12, tzinfo=UTC),
    )

    assert count == len(list(ended_version(an_estate(inventory))))


def test_a_line_that_was_patched_lately_weighs_little() -> None:
    """Upstream's dates are early now and then: Jira 9.12 got a release in August."""
    problem = problem_of(a_page(product="jira", version="9.12.20"))

    assert Severity.LOW == problem.severity
    assert "was patched lately" in problem.message


def test_weighs_more_where_the_internet_reaches_it() -> None:
    """Strangers have the time to try."""
    inside = a_page(product="bitbucket", version="8.9.0", address="10.0.0.7")

    assert Severity.HIGH == problem_of(FIRES[0]).severity
    assert Severity.MEDIUM == problem_of(inside).severity


def test_says_what_a_server_edition_means() -> None:
    """An upgrade alone does not bring its support back."""
    assert "Server edition" in problem_of(FIRES[1]).message
    assert "Server edition" not in problem_of(FIRES[0]).message


def test_stash_is_called_by_its_name() -> None:
    """Whoever runs it knows it under no other."""
    problem = problem_of(a_page(product="bitbucket", version="3.11.0"))

    assert problem.message.startswith("Stash 3.11.0 at git.example.com:443")
    assert "Stash was never renamed" in (problem.title or "")
