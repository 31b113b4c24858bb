"""HTTP-005: a product in HTTPS that does not hold browsers to it."""

import re
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.visits import HttpObservation
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    is_named,
    site,
    titled,
)

_HEADER = "strict-transport-security"
_ERRORS = 400


@check(
    "HTTP-005",
    "HTTPS without Strict-Transport-Security",
    severity=Severity.LOW,
    needs={"http_observations"},
    fix="Send Strict-Transport-Security where TLS ends.",
    guide=("S10", "D07"),
)
def no_strict_transport(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without the header a browser's first request goes out in clear each time.

    Who is on the way can keep it there, redirect or not (RFC 6797). Judged are
    the products that were recognised, not on error pages, which many proxies
    send without it, and not where the endpoint is an address: there browsers
    ignore the header.
    """
    for seen in answered(estate.inventory, in_tls=True):
        if _is_judged(seen) and not _holds(seen.headers.get(_HEADER, "")):
            told = seen.headers.get(_HEADER)
            yield Problem(
                resource=seen.endpoint,
                message=f"{titled(seen)} at {site(seen)} "
                + (f"sends {told!a}, which ends it." if told else "does not send it."),
                fix="nginx: add_header Strict-Transport-Security "
                '"max-age=31536000" always;\n'
                "An application load balancer adds it by the listener attribute "
                "routing.http.response.strict_transport_security.header_value.",
                evidence=http_evidence(seen) | {_HEADER: told},
            )
    yield from http_doubts(estate.inventory, in_tls=True)


def _is_judged(seen: HttpObservation) -> bool:
    is_error = seen.page_status is None or seen.page_status >= _ERRORS
    return bool(seen.product) and not is_error and is_named(seen.endpoint)


def _holds(header: str) -> bool:
    """Whether *header* has an age above 0: that ends it (RFC 6797, section 6.1.1)."""
    found = re.search(r"max-age\s*=\s*\"?([0-9]+)", header, re.IGNORECASE)
    return bool(found and found[1].strip("0"))
