"""HTTP-003: administration pages that answer strangers."""

from ringfence.checks.reachable_administration import reachable_administration
from ringfence.finding import Doubt, Problem
from tests.build import a_page, an_answer, an_estate

FIRES = [
    a_page(admin="/admin"),
    an_answer(status=200, location="", product="crowd", admin="/console/login.action"),
]
QUIET = [a_page(), an_answer()]


def test_names_the_page() -> None:
    """The page that answered is named with its context path."""
    (problem,) = reachable_administration(an_estate(a_page(admin="/git/admin")))

    assert isinstance(problem, Problem)
    assert "at https://git.example.com/git/admin." in problem.message


def test_a_page_that_could_not_be_read_is_doubt() -> None:
    """A fault or a limit of the peer is no refusal."""
    inventory = a_page(unread={"admin": "/admin answers with status 503"})

    assert [Doubt("git.example.com:443", "/admin answers with status 503")] == list(
        reachable_administration(an_estate(inventory))
    )
