"""HTTP-008: HTTPS that leads back to plain HTTP."""

from ringfence.checks.downgrade_to_http import downgrade_to_http
from ringfence.finding import Problem
from tests.build import a_page, an_answer, an_estate

SELF = "http://git.example.com/login"

FIRES = [
    a_page(redirects=(SELF,)),
    a_page(redirects=("https://git.example.com/a", "HTTP://Git.Example.com:80/b")),
    a_page(endpoint="[2001:db8::1]:443", redirects=("http://[2001:db8::1]/",)),
]
QUIET = [
    a_page(),
    a_page(redirects=("http://other.example.com/",)),
    a_page(redirects=("https://git.example.com:8443/",)),
    an_answer(status=302, redirects=(SELF,)),
]


def test_says_where_clients_are_sent() -> None:
    """The fix names the host that the proxy answers for."""
    (problem,) = downgrade_to_http(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert f"sends clients to {SELF}." in problem.message
    assert "server.proxy-name=git.example.com" in (problem.fix or "")
