"""HTTP-002: set-up wizards that are open."""

from ringfence.checks.open_setup import open_setup
from ringfence.finding import Doubt, Problem, Severity
from tests.build import a_page, an_answer, an_estate

FIRES = [
    a_page(state="FIRST_RUN", setup="/"),
    a_page(product="jira", state="", setup="/secure/SetupMode!default.jspa"),
    an_answer(status=200, location="", product="", state="FIRST_RUN", setup="/"),
]
QUIET = [
    a_page(),
    a_page(state=""),
    a_page(state="MAINTENANCE"),
    an_answer(),
]


def test_is_critical_and_says_where() -> None:
    """The wizard's address is in the message, whatever the protocol."""
    inventory = a_page(context="/git", state="FIRST_RUN", setup="/git/")
    (problem,) = open_setup(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "https://git.example.com/git/ can make an administrator" in problem.message
    assert Severity.CRITICAL == open_setup.severity


def test_a_status_page_that_hangs_is_doubt() -> None:
    """A wizard may be behind a status page that did not answer."""
    inventory = a_page(state="", unread={"state": "No answer within 10 s."})

    assert [Doubt("git.example.com:443", "No answer within 10 s")] == list(
        open_setup(an_estate(inventory))
    )
