"""HTTP-004: a product that lists its users to strangers."""

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

_SETTINGS = {
    "bitbucket": "Administration > Global permissions, and feature.public.access",
    "confluence": "Administration > Global permissions > View user profiles",
    "jira": "Administration > Global permissions > Browse users and groups",
}


@check(
    "HTTP-004",
    "Users are listed without a login",
    severity=Severity.MEDIUM,
    needs={"http_observations"},
    fix="Take the right to see users from anonymous visitors.",
    guide=("D52",),
)
def anonymous_users(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A list of accounts is what guessing passwords and phishing begin with.

    One user is asked for, and no name is kept. It is fine if the answer is a
    refusal or names nobody; public projects and spaces may be meant, and are not
    looked at.
    """
    for seen in answered(estate.inventory):
        if seen.users:
            page = site(seen, seen.users)
            yield Problem(
                resource=seen.endpoint,
                message=f"{titled(seen)} names its users to a stranger at {page}.",
                fix=f"Take the right from anonymous visitors: "
                f"{_SETTINGS.get(seen.product, 'Administration')}.\n"
                f"Then {page} must answer 401 or 403, or name nobody.",
                evidence=http_evidence(seen) | {"users": seen.users},
            )
    yield from http_doubts(estate.inventory, "product", "users")
