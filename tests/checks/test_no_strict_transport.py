"""HTTP-005: HTTPS that browsers are not held to."""

from ringfence.checks.no_strict_transport import no_strict_transport
from ringfence.finding import Doubt
from tests.build import a_page, an_answer, an_estate

HTML = {"content-type": "text/html"}

FIRES = [
    a_page(headers=HTML),
    a_page(headers={"strict-transport-security": "max-age=0"}),
    a_page(headers={"strict-transport-security": "includeSubDomains"}),
    a_page(headers=HTML, page_status=302),
]
QUIET = [
    a_page(),
    a_page(headers={"strict-transport-security": 'Max-Age="300"; preload'}),
    a_page(headers=HTML, page_status=503),
    a_page(headers=HTML, product=""),
    a_page(headers=HTML, endpoint="203.0.113.7:443"),
    a_page(headers=HTML, endpoint="[2001:db8::1]:443"),
    an_answer(status=200, product="jira"),
]


def test_no_answer_in_tls_is_doubt() -> None:
    """What did not answer in TLS is unknown; what did not in clear is not asked."""
    silent = a_page(error="timed out", status=None)

    assert [Doubt("git.example.com:443", "timed out")] == list(
        no_strict_transport(an_estate(silent))
    )
    assert [] == list(no_strict_transport(an_estate(an_answer(error="timed out"))))
