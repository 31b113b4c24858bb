"""HTTP-001: plain HTTP, as answered."""

import pytest

from ringfence.checks.plain_http_answer import plain_http_answer
from ringfence.finding import Doubt, Problem, Severity
from tests.build import an_answer, an_estate

FIRES = [
    an_answer(status=200, location=""),
    an_answer(status=302, location="http://git.example.com/login"),
    an_answer(status=302, location="/login"),
    an_answer(status=503, location=""),
]
QUIET = [an_answer(), an_answer(status=308, location="HTTPS://git.example.com/")]


@pytest.mark.parametrize(
    ("status", "severity"),
    [(200, Severity.HIGH), (401, Severity.HIGH), (404, Severity.LOW)],
)
def test_error_pages_weigh_little(status: int, severity: Severity) -> None:
    """What asks for a password in clear is as bad as what serves content."""
    (problem,) = plain_http_answer(an_estate(an_answer(status=status, location="")))

    assert isinstance(problem, Problem)
    assert severity == problem.severity


def test_no_answer_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = an_answer(status=None, location="", error="timed out")

    assert [Doubt("git.example.com:80", "timed out")] == list(
        plain_http_answer(an_estate(inventory))
    )
