"""HTTP-006: a session cookie that may travel in clear."""

import re
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    proxied_as_https,
    site,
)

# JSESSIONID, BITBUCKETSESSIONID, FESESSIONID, seraph.rememberme.cookie,
# _atl_bitbucket_remember_me, crowd.token_key. Not a load balancer's stickiness, nor
# atlassian.xsrf.token, which scripts have to read.
_IS_SESSION = re.compile(r"session|sessid|remember_?me|token_key", re.IGNORECASE)


@check(
    "HTTP-006",
    "Session cookie without Secure or HttpOnly",
    severity=Severity.MEDIUM,
    needs={"http_observations"},
    fix="Tell the product that it is behind HTTPS; it then marks its cookies.",
    guide=("D07", "D47"),
)
def insecure_cookie(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without `Secure` a browser sends the session in clear whenever a link says http.

    Who reads it there is logged in as its user. Without `HttpOnly` a script in the
    page can read it, which weighs little as long as no script is foreign. Only
    what names itself a session is judged, and only where it was set in TLS: what
    is served in clear is HTTP-001's.
    """
    for seen in answered(estate.inventory, in_tls=True):
        sessions = [item for item in seen.cookies if _IS_SESSION.search(item.name)]
        in_clear = [item.name for item in sessions if not item.is_secure]
        to_scripts = [item.name for item in sessions if not item.is_http_only]
        if in_clear or to_scripts:
            told = [
                f"{', '.join(names)} without {flag}"
                for names, flag in ((in_clear, "Secure"), (to_scripts, "HttpOnly"))
                if names
            ]
            yield Problem(
                resource=seen.endpoint,
                message=f"{site(seen)} sets {' and '.join(told)}.",
                severity=None if in_clear else Severity.LOW,
                fix=f"{proxied_as_https(seen)}\n"
                "HttpOnly is Tomcat's default: useHttpOnly in context.xml.",
                evidence=http_evidence(seen)
                | {"without_secure": in_clear, "without_http_only": to_scripts},
            )
    yield from http_doubts(estate.inventory, in_tls=True)
