"""What is worth telling people, and how much of it one message holds."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from ringfence.changes import Cause
from ringfence.evidence import trimmed
from ringfence.finding import Finding, Severity
from ringfence.transitions import Row, Transition, narrowed

ITEMS = 25
PLACES_NAMED = 20
ALERT_PREFIX = "alert/"

_ITEM_EVIDENCE_LIMIT = 6_000
_DIGEST_LIMIT = 200_000
_TOLD_FROM = Severity.MEDIUM.rank


class AlertItem(BaseModel):
    """One transition as an alert tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: Finding
    transition: Transition
    version: int
    closed_because: str = ""


class Coverage(BaseModel):
    """
    How much of what a sweep was to read it read, in places (account and Region).

    *unread* names the first of those that it did not, as ``<account>/<Region>``;
    *unread_count* counts all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    places: int
    unread_count: int = 0
    unread: tuple[str, ...] = ()

    @classmethod
    def of(cls, places: int, unread: Iterable[str]) -> Self:
        """Sum up *places*, of which *unread* were not read."""
        names = sorted(unread)
        return cls(
            places=places, unread_count=len(names), unread=tuple(names[:PLACES_NAMED])
        )


class Alert(BaseModel):
    """
    The message to people about all that one cause opened and closed.

    *items* come worst first, closings last, and are at most `ITEMS`; *counts*
    counts every transition by kind and severity label, as ``opened`` → ``HIGH`` →
    number.
    *checks*, *products*, *accounts* and *regions* name those of every transition,
    told or not. *account* and *region* are empty where there are several.
    *cause* holds at most `ITEMS` changes, *changes_left_out* counts the others.
    *coverage* is a sweep's: what it was to read, and what it did not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    account: str
    region: str
    at: datetime
    cause: Cause
    items: tuple[AlertItem, ...]
    counts: dict[str, dict[str, int]]
    checks: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    changes_left_out: int = 0
    coverage: Coverage | None = None


class Digest(BaseModel):
    """
    What some rows have to tell, small enough to keep until a sweep is over.

    *id* follows from the transitions told, so that telling the same again is
    noticed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    items: tuple[AlertItem, ...]
    counts: dict[str, dict[str, int]]
    checks: tuple[str, ...]
    products: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


def digest(rows: Iterable[Row]) -> Digest | None:
    """Sum up the transitions in *rows*; None when there is none."""
    items = []
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row.transition is None:
            continue
        items.append(_item(row, row.transition))
        kind = counts.setdefault(row.transition.value, Counter())
        kind[row.finding.severity.value] += 1
    if not items:
        return None
    return Digest(
        id=_hash(f"{item.finding.id}@{item.version}" for item in items),
        items=_worst(items),
        counts=_ordered(counts),
        checks=_sorted(item.finding.check for item in items),
        products=_sorted(item.finding.product for item in items),
        accounts=_sorted(item.finding.account for item in items),
        regions=_sorted(item.finding.region for item in items),
    )


def merged(digests: Collection[Digest]) -> Digest:
    """Make one digest of several; one that is given twice counts once."""
    parts = {part.id: part for part in digests}.values()
    counts: dict[str, Counter[str]] = {}
    for part in parts:
        for kind, by_label in part.counts.items():
            counts.setdefault(kind, Counter()).update(by_label)
    return Digest(
        id=_hash(part.id for part in parts),
        items=_worst([item for part in parts for item in part.items]),
        counts=_ordered(counts),
        checks=_sorted(check for part in parts for check in part.checks),
        products=_sorted(name for part in parts for name in part.products),
        accounts=_sorted(name for part in parts for name in part.accounts),
        regions=_sorted(name for part in parts for name in part.regions),
    )


def alert_of(told: Digest, *, cause: Cause, at: datetime) -> Alert | None:
    """
    Make the alert about *told*; None when it is not worth a message.

    A sweep's digest tells everything. A change or a probe interrupts people,
    so it needs something that is (or, closing, was) MEDIUM or worse, or that
    became milder; what is below is told along with it, or stands in the table.
    """
    alert = alert_about(told, cause=cause, at=at)
    return alert if is_worth_telling(alert) else None


def is_worth_telling(alert: Alert) -> bool:
    """Say whether *alert* is worth a message; see `alert_of`."""
    return alert.cause.kind == "sweep" or any(
        Severity(label).rank >= _TOLD_FROM or kind == Transition.DE_ESCALATED
        for kind, by_label in alert.counts.items()
        for label in by_label
    )


def alert_about(
    told: Digest, *, cause: Cause, at: datetime, draft: Alert | None = None
) -> Alert:
    """Make the alert about *told*, worth a message or not, and about all of *draft*."""
    if draft:
        known = {name: getattr(draft, name) for name in Digest.model_fields}
        told = merged([Digest(**known), told])
        at = max(at, draft.at)
    near = narrowed(cause, [item.finding for item in told.items], ITEMS)
    return Alert(
        id=told.id,
        account=_only(told.accounts),
        region=_only(told.regions),
        at=at,
        cause=near,
        items=told.items,
        counts=told.counts,
        checks=told.checks,
        products=told.products,
        accounts=told.accounts,
        regions=told.regions,
        changes_left_out=len(cause.changes) - len(near.changes),
    )


def alert_of_sweep(
    parts: Iterable[Digest],
    *,
    cause: Cause,
    coverage: Coverage,
    news: Collection[str],
    at: datetime,
) -> Alert | None:
    """
    Make a sweep's one alert of what its *parts* have to tell; None: nothing.

    *news* are places that by now two sweeps in a row did not read; they alone are
    worth a message, too.
    """
    told = [*parts, _unread(news, cause)] if news else list(parts)
    if not told:
        return None
    alert = alert_of(merged(told), cause=cause, at=at)
    return alert and alert.model_copy(update={"coverage": coverage})


def _unread(places: Collection[str], cause: Cause) -> Digest:
    """Tell of *places* that no finding changed, but that they were not read."""
    return Digest(
        id=_hash([cause.id, *places]),
        items=(),
        counts={},
        checks=(),
        products=(),
        accounts=_sorted(place.partition("/")[0] for place in places),
        regions=_sorted(place.partition("/")[2] for place in places),
    )


def _item(row: Row, transition: Transition) -> AlertItem:
    evidence = trimmed(row.finding.evidence, _ITEM_EVIDENCE_LIMIT)
    return AlertItem(
        finding=row.finding.model_copy(update={"evidence": evidence}),
        transition=transition,
        version=row.version,
        closed_because=row.closed_because,
    )


def _worst(items: Iterable[AlertItem]) -> tuple[AlertItem, ...]:
    """Keep `ITEMS`, the news before closings, and no more than fits a row."""
    ranked = sorted(
        items,
        key=lambda item: (
            item.transition == Transition.CLOSED,
            -item.finding.severity.rank,
            item.finding.id,
        ),
    )
    kept = []
    room = _DIGEST_LIMIT
    for item in ranked[:ITEMS]:
        room -= len(item.model_dump_json())
        if room < 0:
            break
        kept.append(item)
    return tuple(kept)


def _ordered(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Give *counts* in one order, worst first."""
    return {
        kind.value: {
            severity.value: counts[kind.value][severity.value]
            for severity in reversed(Severity)
            if counts[kind.value].get(severity.value)
        }
        for kind in Transition
        if kind.value in counts
    }


def _sorted(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))


def _only(names: tuple[str, ...]) -> str:
    """Give the one name, or nothing where there are several."""
    return names[0] if len(names) == 1 else ""


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:32]
