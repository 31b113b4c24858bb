"""VER-005: lines that get no security fixes."""

from ringfence.checks.unfixed_line import unfixed_line
from ringfence.finding import Problem
from tests.build import a_page, an_answer, an_estate

FIRES = [
    a_page(product="bitbucket", version="9.6.5"),
    a_page(product="jira", version="11.0.1"),
]
QUIET = [
    a_page(product="bitbucket", version="9.4.23"),
    a_page(product="bitbucket", version="10.4.2"),
    a_page(product="bitbucket", version="10.9.0"),
    a_page(product="bitbucket", version="9.0.1"),
    a_page(product="crowd", version="7.1.3"),
    an_answer(),
]


def test_sends_to_a_long_term_support_release() -> None:
    """The line is named, and the one to go to is in the fix."""
    (problem,) = unfixed_line(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "is on 9.6, which is neither" in problem.message
