"""
How far a place was judged: what was seen before says nothing more about it.

A verdict that does not differ from the table's row is not written, so a row alone
cannot tell a slow sweep that somebody looked later. A watermark does: by VPC, or
for the whole Region, when the newest collection began and which checks answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ringfence.finding import Finding, Report
from ringfence.inventory.associations import GroupAssociation

REGION = "region"

# Two that began to look this close to each other are taken for equally new: clocks
# differ, and a verdict too many is better than a change that nobody is told of.
SLACK = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """
    When *scope*, a VPC or `REGION`, was judged last, and the checks that *answered*.

    A check that could not tell of some resource has not answered at all here.
    *writes* rises with whatever is written about the scope's findings. *lent* are
    the Region's groups that serve in other VPCs; None: it was not told.
    """

    scope: str
    observed_at: datetime
    answered: frozenset[str]
    writes: int = 0
    lent: frozenset[GroupAssociation] | None = None

    def is_past(self, observed_at: datetime) -> bool:
        """Whether what was seen at *observed_at* is older than this."""
        return self.observed_at > observed_at + SLACK

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* would have been seen then, or its absence."""
        is_there = self.scope in (REGION, finding.vpc)
        return is_there and finding.answered_by in self.answered


def watermarks_of(
    report: Report, lent: frozenset[GroupAssociation] | None = None
) -> tuple[Watermark, ...]:
    """Give those that *report* leaves; none where it is about some resources only."""
    if report.only is not None:
        return ()
    answered = report.ran - {unknown.check for unknown in report.unknowns}
    scopes = (REGION,) if report.vpcs is None else sorted(report.vpcs)
    return tuple(
        Watermark(
            scope=scope, observed_at=report.observed_at, answered=answered, lent=lent
        )
        for scope in scopes
    )
