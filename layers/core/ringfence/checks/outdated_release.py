"""VER-004: a product that is behind the newest release of its own line."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.releases import advisories_of
from ringfence.subjects.installations import (
    doubts,
    evidence_of,
    installations,
    standing_of,
    upgrade,
)


@check(
    "VER-004",
    "Product has a newer fix release in its line",
    severity=Severity.LOW,
    needs={"http_observations", "stated_versions"},
    fix="Upgrade to the newest release of the line.",
    guide=("S17", "S22", "D02", "D11", "D68"),
)
def outdated_release(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Fix releases are small steps, and hold the fixes that nobody has written up yet.

    Told are lines that are supported. Where the version has a known vulnerability,
    VER-001 or VER-002 tells what to do, and this check is quiet.
    """
    for one in installations(estate):
        stands = standing_of(estate, one)
        if stands is None or stands.newer is None or stands.has_ended:
            continue
        if advisories_of(estate.catalogue, one.product, one.version):
            continue
        kind = "long-term support " if stands.cycle and stands.cycle.lts else ""
        yield Problem(
            resource=one.resource,
            message=f"{one} is behind {stands.newer}, the newest release of its "
            f"{kind}line.",
            fix=upgrade(estate, one),
            evidence=evidence_of(estate, one),
        )
    yield from doubts(estate)
