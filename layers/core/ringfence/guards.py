"""
Watermarks in the findings table, and the conditions that they put on writing there.

Partition ``place``, sort key ``judged/<scope>``. Rows are written only while nobody
who looked later has judged their scopes, and a report's own watermarks are left
with the first of its rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ringfence.finding import Finding
from ringfence.items import Item, epoch, key_of, sortable
from ringfence.outbox import check, put
from ringfence.watermarks import SLACK, Watermark, scopes_of

WATERMARK_PREFIX = "judged/"

# Longer than anybody works on what was seen: a function has 15 minutes.
_KEPT = timedelta(days=1)
_NOT_PASSED = "attribute_not_exists(#item) OR observed_at <= :limit"


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
        self._newer = {
            mark.scope: mark
            for mark in found
            if any(mark.is_past(one.observed_at) for one in own)
        }
        self._own = {one.scope: one for one in own}
        self._limit = "".join(sortable(one.observed_at + SLACK) for one in own[:1])

    @property
    def unmarked(self) -> frozenset[str]:
        """Scopes whose watermarks are to be left."""
        return frozenset(self._own.keys() - self._newer.keys())

    def lets_through(self, finding: Finding) -> bool:
        """Whether nobody who looked later has answered about *finding*."""
        return not any(mark.covers(finding) for mark in self._newer.values())

    def scopes_of(self, finding: Finding) -> frozenset[str]:
        """Name the scopes on which writing *finding* depends."""
        return scopes_of(finding) if self._own else frozenset()

    def actions(self, scopes: Iterable[str], *, is_first: bool) -> list[Item]:
        """Hold a transaction to *scopes*; the *is_first* leaves the watermarks."""
        marking = self.unmarked if is_first else frozenset()
        return [
            put(self._item(self._own[scope]), **self._condition(scope))
            if scope in marking
            else check(self._key(scope), **self._condition(scope))
            for scope in sorted({*scopes, *marking})
        ]

    def _key(self, scope: str) -> Item:
        return key_of(self._place, f"{WATERMARK_PREFIX}{scope}")

    def _item(self, mark: Watermark) -> Item:
        return {
            **self._key(mark.scope),
            "observed_at": {"S": sortable(mark.observed_at)},
            "answered": {"L": [{"S": code} for code in sorted(mark.answered)]},
            "expires": epoch(mark.observed_at + _KEPT),
        }

    def _condition(self, scope: str) -> dict[str, Any]:
        if newer := self._newer.get(scope):
            seen = {":seen": {"S": sortable(newer.observed_at)}}
            return {
                "ConditionExpression": "observed_at = :seen",
                "ExpressionAttributeValues": seen,
            }
        return {
            "ConditionExpression": _NOT_PASSED,
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":limit": {"S": self._limit}},
        }


def read_watermark(item: Item) -> Watermark:
    """Read a watermark's *item*."""
    return Watermark(
        scope=item["item"]["S"].removeprefix(WATERMARK_PREFIX),
        observed_at=datetime.fromisoformat(item["observed_at"]["S"]),
        answered=frozenset(code["S"] for code in item["answered"]["L"]),
    )
