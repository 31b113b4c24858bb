"""HTTP-007: a product's page without the headers that protect its readers."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.visits import HttpObservation
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    site,
    titled,
)

_OK = 200


@check(
    "HTTP-007",
    "Security headers are missing",
    severity=Severity.INFORMATIONAL,
    needs={"http_observations"},
    fix="Let the proxy pass on, or add, the headers that the message names.",
)
def missing_headers(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The products send these themselves: where they are missing, something drops them.

    `X-Content-Type-Options: nosniff` keeps uploads from being run as scripts, and
    `X-Frame-Options` (or `frame-ancestors` in a `Content-Security-Policy`) keeps
    other sites from framing the page. Judged are pages of recognised products in
    TLS, not redirects and errors. Strict-Transport-Security is HTTP-005's.
    """
    for seen in answered(estate.inventory, in_tls=True):
        missing = list(_missing(seen))
        is_page = seen.page_status == _OK and "html" in seen.headers.get(
            "content-type", ""
        )
        if seen.product and is_page and missing:
            yield Problem(
                resource=seen.endpoint,
                message=f"{titled(seen)} at {site(seen)} sends no "
                f"{' and no '.join(missing)}.",
                evidence=http_evidence(seen) | {"missing": missing},
            )
    yield from http_doubts(estate.inventory, in_tls=True)


def _missing(seen: HttpObservation) -> Iterator[str]:
    sent = {name: value.lower() for name, value in seen.headers.items()}
    if "nosniff" not in sent.get("x-content-type-options", ""):
        yield "X-Content-Type-Options"
    policy = sent.get("content-security-policy", "")
    if not sent.get("x-frame-options") and "frame-ancestors" not in policy:
        yield "X-Frame-Options"
