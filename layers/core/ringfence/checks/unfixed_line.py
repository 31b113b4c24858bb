"""VER-005: a product on a line that gets no security fixes any more."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.installations import (
    doubts,
    evidence_of,
    installations,
    standing_of,
    upgrade,
)


@check(
    "VER-005",
    "Product is on a line that gets no security fixes",
    severity=Severity.LOW,
    needs={"http_observations", "stated_versions"},
    fix="Move to a long-term support release.",
    guide=("S22", "D11", "D68"),
)
def unfixed_line(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Fixes go to long-term support lines and to the latest feature release only.

    Any other line is supported in name: what is found in it is fixed in the next
    one. https://www.atlassian.com/trust/security/bug-fix-policy
    A line whose support has ended is told by VER-003, one that is newer than the
    data in the evidence is not judged.
    """
    for one in installations(estate):
        stands = standing_of(estate, one)
        if stands is None or stands.cycle is None:
            continue
        if stands.has_ended or stands.gets_fixes:
            continue
        yield Problem(
            resource=one.resource,
            message=f"{one} is on {stands.cycle.name}, which is neither a long-term "
            "support line nor the latest: security fixes go to those only.",
            fix=upgrade(estate, one),
            evidence=evidence_of(estate, one),
        )
    yield from doubts(estate)
