"""HTTP-007: pages without the headers that protect their readers."""

from ringfence.checks.missing_headers import missing_headers
from ringfence.finding import Problem
from tests.build import a_page, an_answer, an_estate

HTML = {"content-type": "text/html"}
FRAMED = HTML | {"x-content-type-options": "nosniff"}

FIRES = [a_page(headers=HTML), a_page(headers=FRAMED)]
QUIET = [
    a_page(),
    a_page(headers=FRAMED | {"content-security-policy": "frame-ancestors 'self'"}),
    a_page(headers=HTML, product=""),
    a_page(headers=HTML, page_status=302),
    a_page(headers={"content-type": "application/json"}),
    an_answer(status=200, product="jira", page_status=200, headers=HTML),
]


def test_all_that_is_missing_is_one_finding() -> None:
    """One page is one finding, however many headers it lacks."""
    (problem,) = missing_headers(an_estate(a_page(headers=HTML)))

    assert isinstance(problem, Problem)
    assert "no X-Content-Type-Options and no X-Frame-Options." in problem.message
