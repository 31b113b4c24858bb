"""HTTP-008: an HTTPS endpoint that sends its clients back to plain HTTP."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.observed import host_of
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    place_of,
    proxied_as_https,
    site,
)


@check(
    "HTTP-008",
    "HTTPS leads back to plain HTTP",
    severity=Severity.MEDIUM,
    needs={"http_observations"},
    fix="Tell the product that it is behind HTTPS: scheme, proxyName, proxyPort.",
    guide=("S09", "D07"),
)
def downgrade_to_http(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Each such redirect is a request in clear, which whoever is on the way may answer.

    It happens where a proxy ends TLS and Tomcat does not know of it. A redirect to
    another host's plain HTTP is that host's affair.
    """
    for seen in answered(estate.inventory, in_tls=True):
        own = ("http", host_of(seen.endpoint))
        goals = [url for url in seen.redirects if place_of(url) == own]
        if goals:
            yield Problem(
                resource=seen.endpoint,
                message=f"{site(seen)} sends clients to {goals[0]}.",
                fix=f"{proxied_as_https(seen)}\n"
                "The product's base URL has to begin with https://, too.",
                evidence=http_evidence(seen) | {"redirects": list(seen.redirects)},
            )
    yield from http_doubts(estate.inventory, in_tls=True)
