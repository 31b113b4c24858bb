"""HTTP-006: session cookies that may travel in clear."""

import pytest

from ringfence.checks.insecure_cookie import insecure_cookie
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.visits import Cookie
from tests.build import a_page, an_answer, an_estate


def setting(name: str, *, secure: bool = True, http_only: bool = True) -> Inventory:
    """A page that sets one cookie."""
    return a_page(cookies=(Cookie(name, secure, http_only),))


FIRES = [
    setting("BITBUCKETSESSIONID", secure=False),
    setting("JSESSIONID", secure=False, http_only=False),
    setting("seraph.rememberme.cookie", secure=False),
    setting("_atl_bitbucket_remember_me", secure=False),
    setting("crowd.token_key", http_only=False),
]
QUIET = [
    a_page(),
    a_page(cookies=()),
    setting("AWSALB", secure=False, http_only=False),
    setting("atlassian.xsrf.token", secure=False, http_only=False),
    an_answer(status=200, cookies=(Cookie("JSESSIONID"),)),
]


@pytest.mark.parametrize(("secure", "severity"), [(False, None), (True, Severity.LOW)])
def test_both_flags_are_one_finding(severity: Severity | None, *, secure: bool) -> None:
    """What scripts may read weighs less than what goes out in clear."""
    inventory = setting("JSESSIONID", secure=secure, http_only=False)
    (problem,) = insecure_cookie(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert severity == problem.severity
    assert "JSESSIONID without HttpOnly" in problem.message
    assert secure == ("without Secure" not in problem.message)


def test_tells_where_bitbucket_keeps_the_setting() -> None:
    """Bitbucket has no server.xml."""
    (problem,) = insecure_cookie(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "bitbucket.properties: server.scheme=https" in (problem.fix or "")
