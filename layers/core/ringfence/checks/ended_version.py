"""VER-003: a product version whose support has ended."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.releases import Standing, was_sold_for_server
from ringfence.subjects.installations import (
    Installation,
    doubts,
    evidence_of,
    installations,
    standing_of,
    upgrade,
)


@check(
    "VER-003",
    "Product version is past its end of support",
    severity=Severity.MEDIUM,
    needs={"http_observations", "stated_versions"},
    fix="Upgrade to a supported long-term support release.",
    guide=("S17", "S22", "D11", "D19", "D68"),
)
def ended_version(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What is found in it from now on is told to attackers, and fixed elsewhere.

    Atlassian supports a feature release for two years. It weighs one step more
    where the product answered at an address of the internet, and little where its
    line got a release in the last 60 days: the end of support has moved before.
    Lines as old as those sold for Server say so: the Server editions' support
    ended on 2024-02-15, whatever the version. Stash is Bitbucket before 4.0.
    """
    for one in installations(estate):
        stands = standing_of(estate, one)
        if stands is None or not stands.has_ended:
            continue
        yield Problem(
            resource=one.resource,
            title="Stash was never renamed: its support ended long ago"
            if one.is_stash
            else None,
            message=f"{one} is past its end of support{_since(stands)}."
            f"{_edition(estate, one)}",
            severity=_severity(one, stands),
            fix=upgrade(estate, one),
            evidence=evidence_of(estate, one),
        )
    yield from doubts(estate)


def _since(stands: Standing) -> str:
    ends = stands.cycle.ends if stands.cycle else None
    lately = ", but its line was patched lately" if stands.was_patched_lately else ""
    return f" (the last day was {ends}{lately})" if ends else ""


def _edition(estate: Estate, one: Installation) -> str:
    if not was_sold_for_server(one.product, one.version):
        return ""
    ended = estate.catalogue.life_cycles.server_ended
    return (
        f" If it is a Server edition: that has no support since {ended}, "
        "and an upgrade takes a Data Center licence or a move to Cloud."
    )


def _severity(one: Installation, stands: Standing) -> Severity:
    if stands.was_patched_lately:
        return Severity.LOW
    return Severity.MEDIUM.stepped(1 if one.is_public else 0)
