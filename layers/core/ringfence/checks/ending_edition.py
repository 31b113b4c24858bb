"""VER-006: a Data Center product whose edition is coming to its end."""

from collections.abc import Iterator
from datetime import date, timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.releases import was_sold_for_server
from ringfence.releases.catalogue import DataCenter
from ringfence.subjects.installations import doubts, evidence_of, installations

_YEAR = timedelta(days=365)


@check(
    "VER-006",
    "Data Center edition is coming to its end",
    severity=Severity.LOW,
    needs={"http_observations", "stated_versions"},
    fix="Plan the move before the licences end.",
    guide=("D11", "D68"),
)
def ending_edition(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Data Center licences are sold for a few more years, then products turn read-only.

    A migration takes long, so it is told from a year before the last renewals on, as
    low; from then on as medium, and once the licences have ended as high.
    Versions that were sold as Server too are left to VER-003.
    """
    ends = estate.catalogue.life_cycles.data_center
    today = estate.inventory.taken_at.date()
    if today <= ends.renewals_end - _YEAR:
        return
    for one in installations(estate):
        is_listed = one.product in estate.catalogue.life_cycles.products
        if not is_listed or was_sold_for_server(one.product, one.version):
            continue
        yield Problem(
            resource=one.resource,
            message=f"{one} is a Data Center edition: no new customers since "
            f"{ends.new_sales_end}, last renewals on {ends.renewals_end}, read-only "
            f"from {ends.ends} on.",
            severity=_severity(ends, today),
            evidence=evidence_of(estate, one),
        )
    yield from doubts(estate)


def _severity(ends: DataCenter, today: date) -> Severity:
    if today > ends.ends:
        return Severity.HIGH
    if today > ends.renewals_end:
        return Severity.MEDIUM
    return Severity.LOW
