"""HTTP-002: a product whose set-up wizard is open."""

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
    "HTTP-002",
    "Set-up wizard is open to whoever comes first",
    severity=Severity.CRITICAL,
    needs={"http_observations"},
    fix="Close the port to everybody but you, then finish the set-up.",
    guide=("D23",),
)
def open_setup(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever finishes the set-up is the administrator, and may run code on the host.

    A product says so by its status page (`FIRST_RUN`) or by showing the wizard at
    once. Finished set-ups say neither, and what a proxy keeps strangers off has
    no status page to show.
    """
    for seen in answered(estate.inventory):
        if seen.setup:
            yield Problem(
                resource=seen.endpoint,
                message=f"{titled(seen)} at {site(seen)} is not set up yet: anybody "
                f"who opens {site(seen, seen.setup)} can make an administrator of "
                "themselves.",
                fix="Take the security group's or listener's rule for this port away "
                "now, and finish the set-up over a private connection.\n"
                "If it stood open, do not trust what was set up: begin anew from an "
                "empty data base.",
                evidence=http_evidence(seen) | {"setup": seen.setup},
            )
    yield from http_doubts(estate.inventory, "state")
