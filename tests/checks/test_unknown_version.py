"""VER-007: products that do not tell their version."""

from ringfence.checks.unknown_version import unknown_version
from ringfence.finding import Problem
from tests.build import a_page, a_statement, an_answer, an_estate

FIRES = [
    a_page(version=""),
    a_page(product="jira", version="internal"),
    a_statement(text="latest"),
]
QUIET = [
    a_page(),
    a_page(product="", version=""),
    an_answer(),
    a_statement(text="9.12.20"),
]


def test_the_policy_can_state_it() -> None:
    """Then it is known, as long as the owner keeps it current."""
    (problem,) = unknown_version(an_estate(FIRES[0]))
    stated = an_estate(FIRES[0], products={"bitbucket": {"version": "9.4.23"}})

    assert isinstance(problem, Problem)
    assert "products: {bitbucket: {version: '9.4.1'}}" in (problem.fix or "")
    assert [] == list(unknown_version(stated))


def test_what_is_told_instead_is_shown_harmless() -> None:
    """A peer's words are quoted, not printed as they are."""
    inventory = a_page(version="9\x1b[31m")
    (problem,) = unknown_version(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "\x1b" not in problem.message
