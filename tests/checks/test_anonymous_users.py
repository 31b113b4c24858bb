"""HTTP-004: lists of users for strangers."""

from ringfence.checks.anonymous_users import anonymous_users
from ringfence.finding import Doubt, Problem
from tests.build import a_page, an_estate

FIRES = [
    a_page(users="/rest/api/1.0/users"),
    a_page(product="jira", users="/rest/api/2/user/picker"),
]
QUIET = [a_page(), a_page(product="bamboo")]


def test_says_which_right_to_take_away() -> None:
    """The fix names the product's own setting."""
    inventory = a_page(product="jira", users="/rest/api/2/user/picker")
    (problem,) = anonymous_users(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "Browse users and groups" in (problem.fix or "")


def test_no_answer_at_all_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = a_page(status=None, product="", error="timed out")

    assert [Doubt("git.example.com:443", "timed out")] == list(
        anonymous_users(an_estate(inventory))
    )
