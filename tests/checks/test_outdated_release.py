"""VER-004: behind the newest release of the own line."""

from ringfence.checks.outdated_release import outdated_release
from ringfence.finding import Problem
from tests.build import a_page, an_answer, an_estate

FIRES = [
    a_page(product="bitbucket", version="9.4.22"),
    a_page(product="bitbucket", version="10.2.6-rc1"),
    a_page(product="jira", version="10.3.23"),
]
QUIET = [
    a_page(product="bitbucket", version="9.4.23"),
    a_page(product="bitbucket", version="9.4.99"),
    a_page(product="bitbucket", version="8.19.1"),
    a_page(product="bitbucket", version="8.9.26"),
    a_page(product="crowd", version="7.1.3"),
    a_page(product="bitbucket", version=""),
    an_answer(),
]


def test_names_the_newest_release() -> None:
    """The step to take is in the message."""
    (problem,) = outdated_release(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "9.4.23, the newest release of its long-term support line" in problem.message
