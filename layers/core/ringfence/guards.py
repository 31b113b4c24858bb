"""
Watermarks in the findings table, and the conditions that they put on writing there.

Partition ``place``, sort key ``finding-mark/<scope>``, so that one query reads them
with the rows, and before them. A Region's is set before the rows are read; a VPC's
is written with each row of the VPC, whoever writes it, on the condition that nobody
else did since. So what is decided about rows that are not there is not outrun.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringfence.finding import Finding
from ringfence.inventory.associations import GroupAssociation
from ringfence.items import Item, epoch, key_of, sortable
from ringfence.outbox import check, put
from ringfence.watermarks import REGION, SLACK, Watermark

WATERMARK_PREFIX = "finding-mark/"

# Longer than anybody works on what was seen, and than from one sweep to the next.
_KEPT = timedelta(days=30)


class Guard:
    """
    What a report may write, by the watermarks of its place.

    *own* are those that it leaves, *found* those that were read; the ones that are
    newer than it keep back what they cover. Without *own*, nothing is kept back.
    """

    def __init__(
        self, place: str, own: Sequence[Watermark], found: Iterable[Watermark] = ()
    ) -> None:
        self._place = place
        self._own = own
        self._found = {mark.scope: mark for mark in found}

    @property
    def unmarked(self) -> frozenset[str]:
        """VPCs whose watermarks are to be left, whatever rows there are."""
        return frozenset(mark.scope for mark in self._own) - {REGION}

    def lets_through(self, finding: Finding) -> bool:
        """Whether nobody who looked later has answered about *finding*."""
        return not any(
            self._is_newer(mark) and mark.covers(finding)
            for mark in self._found.values()
        )

    def scopes_of(self, finding: Finding) -> frozenset[str]:
        """Name the scopes on which writing *finding* depends."""
        if not self._own:
            return frozenset()
        return frozenset({REGION, finding.vpc} if finding.vpc else {REGION})

    def actions(self, scopes: Iterable[str]) -> list[Item]:
        """Hold a transaction to *scopes* as they were read."""
        return [
            check(self._key(scope), **self._unchanged(scope))
            if scope == REGION
            else put(self._item(self._next(scope)), **self._unchanged(scope))
            for scope in sorted(scopes)
        ]

    def note(self, scopes: Iterable[str]) -> None:
        """Remember that *scopes* were written."""
        for scope in scopes:
            if scope != REGION:
                self._found[scope] = self._next(scope)

    def announcement(self) -> dict[str, Any] | None:
        """Give the put that leaves a Region's watermark, if one is to be left."""
        for mark in self._own:
            if mark.scope == REGION:
                limit = {":limit": {"S": sortable(mark.observed_at + SLACK)}}
                return {
                    "Item": self._item(mark),
                    "ConditionExpression": (
                        "attribute_not_exists(#item) OR observed_at <= :limit"
                    ),
                    "ExpressionAttributeNames": {"#item": "item"},
                    "ExpressionAttributeValues": limit,
                }
        return None

    def _is_newer(self, mark: Watermark) -> bool:
        return any(mark.is_past(one.observed_at) for one in self._own)

    def _next(self, scope: str) -> Watermark:
        """Give the watermark of *scope* after a writing: the newer stays."""
        found = self._found.get(scope)
        if found and self._is_newer(found):
            return replace(found, writes=found.writes + 1)
        writes = found.writes + 1 if found else 1
        return replace(self._own[0], scope=scope, writes=writes, lent=None)

    def _unchanged(self, scope: str) -> dict[str, Any]:
        found = self._found.get(scope)
        if found is None:
            return {
                "ConditionExpression": "attribute_not_exists(#item)",
                "ExpressionAttributeNames": {"#item": "item"},
            }
        return {
            "ConditionExpression": "writes = :seen AND observed_at = :at",
            "ExpressionAttributeValues": {
                ":seen": {"N": str(found.writes)},
                ":at": {"S": sortable(found.observed_at)},
            },
        }

    def _key(self, scope: str) -> Item:
        return key_of(self._place, f"{WATERMARK_PREFIX}{scope}")

    def _item(self, mark: Watermark) -> Item:
        lent: Item = {}
        if mark.lent is not None:
            pairs = sorted(f"{one.group}/{one.vpc}" for one in mark.lent)
            lent = {"lent": {"L": [{"S": pair} for pair in pairs]}}
        return {
            **self._key(mark.scope),
            **lent,
            "writes": {"N": str(mark.writes)},
            "observed_at": {"S": sortable(mark.observed_at)},
            "answered": {"L": [{"S": code} for code in sorted(mark.answered)]},
            "expires": epoch(mark.observed_at + _KEPT),
        }


def read_watermark(item: Item) -> Watermark:
    """Read a watermark's *item*."""
    return Watermark(
        scope=item["item"]["S"].removeprefix(WATERMARK_PREFIX),
        observed_at=datetime.fromisoformat(item["observed_at"]["S"]),
        answered=frozenset(code["S"] for code in item["answered"]["L"]),
        writes=int(item["writes"]["N"]),
        lent=frozenset(map(_lent, item["lent"]["L"])) if "lent" in item else None,
    )


def _lent(pair: Item) -> GroupAssociation:
    group, _, vpc = pair["S"].partition("/")
    return GroupAssociation(group=group, vpc=vpc)
