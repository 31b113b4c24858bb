"""HTTP-003: administration pages that strangers can reach."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    site,
    titled,
)


@check(
    "HTTP-003",
    "Administration pages answer strangers",
    severity=Severity.LOW,
    needs={"http_observations"},
    fix="Let the reverse proxy admit only your own addresses to these pages.",
    guide=("D49",),
)
def reachable_administration(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A login is all that keeps strangers from these pages.

    A stolen password, or the next hole in front of the login, is then enough;
    Atlassian asks to lock these paths to some addresses at the reverse proxy. It is
    fine if one page of the administration is refused (403, 404) or leads to
    another host's login. Only that page is asked for, without credentials.
    """
    for seen in answered(estate.inventory):
        if seen.admin:
            page = site(seen, seen.admin)
            yield Problem(
                resource=seen.endpoint,
                message=f"{titled(seen)}'s administration answers a stranger at "
                f"{page}.",
                fix=f"curl --silent --head {page}\n"
                "The proxy must answer 403 or 404 to addresses that are not yours.",
                evidence=http_evidence(seen) | {"admin": seen.admin},
            )
    yield from http_doubts(estate.inventory, "product", "admin")
