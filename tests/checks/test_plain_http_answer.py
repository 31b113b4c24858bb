"""HTTP-001: plain HTTP, as answered."""

import pytest

from ringfence.checks.plain_http_answer import plain_http_answer
from ringfence.finding import Doubt, Problem, Severity
from tests.build import a_page, an_answer, an_estate

CLEAR = "http://git.example.com/login"
SAFE = "https://git.example.com/"

FIRES = [
    an_answer(status=200, location=""),
    an_answer(status=302, location="http://git.example.com/login"),
    an_answer(status=302, location="/login"),
    an_answer(status=503, location=""),
    an_answer(location="https://www.example.com/"),
    an_answer(redirects=(SAFE, CLEAR)),
    an_answer(location="http://x.example.com/", redirects=("http://x.example.com/",)),
]
QUIET = [
    an_answer(),
    an_answer(status=308, location="HTTPS://git.example.com/"),
    an_answer(location="https://git.example.com:8443/"),
    an_answer(location="/login", redirects=(CLEAR, SAFE)),
    a_page(redirects=(CLEAR,)),
]


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


@pytest.mark.parametrize(
    ("fields", "severity", "words"),
    [
        (
            {"location": "https://sso.example.com/"},
            Severity.LOW,
            "sends clients to another host's HTTPS, https://sso.example.com/.",
        ),
        (
            {"redirects": (SAFE, CLEAR)},
            Severity.HIGH,
            f"sends clients to {SAFE}, which sends them back.",
        ),
        (
            {
                "status": 401,
                "location": "",
                "headers": {"www-authenticate": 'Basic realm="git"'},
            },
            Severity.HIGH,
            "asks for a password (Basic), which would be sent in clear.",
        ),
    ],
    ids=["elsewhere", "loop", "basic"],
)
def test_each_way_to_miss_https_is_told(
    fields: dict[str, object], severity: Severity, words: str
) -> None:
    """What the redirect lacks is said, and weighed."""
    (problem,) = plain_http_answer(an_estate(an_answer(**fields)))

    assert isinstance(problem, Problem)
    assert severity == problem.severity
    assert words in problem.message
