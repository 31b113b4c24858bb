"""
The book of sweeps: what is watched, what the newest sweep has read, what left.

All of it is in the findings table's partition `SWEEPS`: item ``sweep`` is the
newest `Sweep`, ``place/<account>/<Region>`` a `Place` of the register, and
``harvest/…`` what places handed in. Nothing counts: a sweep is over when the
register says so, which is looked at every few minutes, so no step can be done
twice or be lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import AwareDatetime, BaseModel, ConfigDict

from ringfence.alerts import Alert, Coverage, alert_of_sweep
from ringfence.changes import Cause
from ringfence.inventory.places import Departure
from ringfence.items import Item, UnlessOvertaken, key_of, sortable
from ringfence.outbox import (
    ATTEMPTS,
    HARVEST,
    SWEEPS,
    ContendedError,
    Outbox,
    alert_item,
    deletes,
    put,
    was_lost,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# How long the findings of an account or Region that left stay as they are.
GRACE = timedelta(days=7)

# A message that was lost with its function is received again after 90 minutes; when
# no place was read for longer than that, those that are left will not be.
STALLED_AFTER = timedelta(hours=2)

_SHARE = 0.9  # of the period, after which a sweep is over in any case
_MISSED = 0.01  # of what is awaited may be missing from a sweep that is complete
_AT_ONCE = 100  # places that one transaction takes
_SWEEP = "sweep"
_PLACE = "place/"


class Sweep(BaseModel):
    """
    The newest sweep.

    It is over at *deadline* at the latest. *since* and *before* are when the last
    sweep and the last but one began that came to their end; None: there was none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    began_at: AwareDatetime
    deadline: AwareDatetime
    since: AwareDatetime | None = None
    before: AwareDatetime | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """
    An account and Region in the register.

    *asked_at* is when it was first to be swept, *read_at* when the reading began
    that it was judged by last, for *sweep*. *left_at*: it is to be swept no longer.
    """

    name: str
    asked_at: datetime
    read_at: datetime | None = None
    sweep: str | None = None
    left_at: datetime | None = None

    def is_from(self, time: datetime | None) -> bool:
        """Whether it was read since *time*, or is newer; None: since ever."""
        return (
            time is None
            or (self.read_at is not None and self.read_at >= time)
            or self.asked_at > time
        )


@dataclass(frozen=True)
class Standing:
    """
    How far *sweep* has come with the *places* that it is to read.

    A place is awaited if the sweep before read it, or did not have it yet: one
    that does not answer delays one digest, not all of them.
    """

    sweep: Sweep
    places: tuple[Place, ...]

    @cached_property
    def unread(self) -> tuple[Place, ...]:
        """Those that were not read yet."""
        return tuple(place for place in self.places if place.sweep != self.sweep.id)

    @cached_property
    def missed(self) -> tuple[Place, ...]:
        """Those of the unread that are awaited."""
        return tuple(item for item in self.unread if item.is_from(self.sweep.since))

    @cached_property
    def news(self) -> tuple[Place, ...]:
        """Those that two sweeps in a row did not read, this one being the second."""
        since, before = self.sweep.since, self.sweep.before
        return tuple(
            place
            for place in self.unread
            if not place.is_from(since) and place.is_from(before)
        )

    @property
    def is_complete(self) -> bool:
        """Whether nearly all was read: one place in a hundred may be missed."""
        awaited = len(self.places) - len(self.unread) + len(self.missed)
        is_nearly_all = len(self.missed) <= awaited * _MISSED
        return is_nearly_all and len(self.unread) < len(self.places)

    def is_over(self, now: datetime) -> bool:
        """Whether there is nothing more to wait for at *now*."""
        has_begun = len(self.unread) < len(self.places)
        if (has_begun and not self.missed) or now >= self.sweep.deadline:
            return True
        reads = (
            place.read_at
            for place in self.places
            if place.read_at and place.sweep == self.sweep.id
        )
        newest = max(reads, default=self.sweep.began_at)
        return now - max(newest, self.sweep.began_at) > STALLED_AFTER


@dataclass(frozen=True, slots=True)
class Ended:
    """A sweep that is over, what it covered, and what it told; None: nothing."""

    sweep: Sweep
    coverage: Coverage
    alert: Alert | None
    is_complete: bool


class SweepBook:
    """
    The book of sweeps, in the findings table.

    To begin and to end a sweep, the role needs Query, GetItem, PutItem and
    DeleteItem, in the partition `SWEEPS` alone; to note what was read UpdateItem.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        self._outbox = Outbox(client, name)

    def newest(self) -> Sweep | None:
        """Give the newest sweep; None: there was none."""
        answer = self._client.get_item(
            TableName=self._name, Key=key_of(SWEEPS, _SWEEP), ConsistentRead=True
        )
        if "Item" not in answer:
            return None
        return Sweep.model_validate_json(answer["Item"]["document"]["S"])

    def begin(
        self,
        sweep: str,
        places: Iterable[tuple[str, str]],
        *,
        period: timedelta,
        now: datetime,
    ) -> tuple[tuple[str, str], ...]:
        """
        Note that *sweep* is to read *places* (account and Region).

        Give them in the order in which to ask for them: those that were read
        longest ago come first, so that none is always last. *places* has to be
        all that is watched: what is missing has left. To begin a sweep again is
        to ask for what it has not read yet; another one that is not over yet is
        given up, and what it found is told with this one.
        """
        wanted = frozenset(f"{account}/{region}" for account, region in places)
        if not wanted:
            raise ValueError("a sweep of nothing would end the watch over everything")
        known = {place.name: place for place in self._register()}
        self._enter(_changed(known, wanted, now))
        before = self.newest()
        if before and before.id == sweep:
            if before.is_over:
                return ()
            wanted -= {place.name for place in known.values() if place.sweep == sweep}
        else:
            self._note(_next(before, sweep, period=period, now=now))
        ranked = sorted(wanted, key=lambda name: (_last_read(known.get(name)), name))
        return tuple(_parted(name) for name in ranked)

    def watched(self) -> tuple[tuple[str, str], ...]:
        """Give what the last sweeps were to read, as account and Region."""
        register = self._register()
        return tuple(_parted(place.name) for place in register if not place.left_at)

    def regions_read(self, account: str) -> frozenset[str]:
        """Give the Regions of *account* that are watched and that a sweep has read."""
        register = map(_place, self._outbox.items(SWEEPS, f"{_PLACE}{account}/"))
        return frozenset(
            _parted(place.name)[1]
            for place in register
            if place.read_at and not place.left_at
        )

    def is_superseded(self, sweep: str) -> bool:
        """Whether another sweep has begun since, which reads the same again."""
        newest = self.newest()
        return newest is not None and newest.id != sweep

    def note_read(self, place: str, sweep: str, *, read_at: datetime) -> None:
        """Note that *sweep* has read *place* and handed in what it has to tell."""
        with UnlessOvertaken():
            self._client.update_item(
                TableName=self._name,
                Key=key_of(SWEEPS, f"{_PLACE}{place}"),
                # A place may be new: a message can be sent by hand.
                UpdateExpression="SET sweep = :sweep, read_at = :read_at, "
                "asked_at = if_not_exists(asked_at, :read_at)",
                ConditionExpression="attribute_not_exists(read_at) "
                "OR read_at < :read_at",
                ExpressionAttributeValues={
                    ":sweep": {"S": sweep},
                    ":read_at": {"S": sortable(read_at)},
                },
            )

    def end(self, *, now: datetime) -> Ended | None:
        """
        End the newest sweep, if it is over, with one alert; None: it is not.

        What it did not read keeps its findings. Harvests that are handed in later
        are told at the end of the next sweep.
        """
        for _ in range(ATTEMPTS):
            sweep = self.newest()
            if sweep is None or sweep.is_over:
                return None
            watched = tuple(item for item in self._register() if not item.left_at)
            standing = Standing(sweep, watched)
            if not standing.is_over(now):
                return None
            try:
                return self._end(standing, now)
            except ClientError as error:
                if not was_lost(error):
                    raise
        raise ContendedError(f"the end of a sweep was disturbed {ATTEMPTS} times")

    def departures(self) -> tuple[Departure, ...]:
        """Give the accounts and Regions that left and whose findings are kept."""
        return tuple(
            Departure(*_parted(place.name), place.left_at, place.left_at + GRACE)
            for place in self._register()
            if place.left_at
        )

    def forget(self, departure: Departure) -> None:
        """Strike a place whose findings are closed, unless it has come back."""
        name = f"{departure.account}/{departure.region}"
        with UnlessOvertaken():
            self._client.delete_item(
                TableName=self._name,
                Key=key_of(SWEEPS, f"{_PLACE}{name}"),
                ConditionExpression="left_at = :left_at",
                ExpressionAttributeValues={
                    ":left_at": {"S": sortable(departure.left_at)}
                },
            )

    def _end(self, standing: Standing, now: datetime) -> Ended:
        sweep = standing.sweep
        coverage = Coverage.of(
            len(standing.places), (place.name for place in standing.unread)
        )
        harvests = self._outbox.gathered(SWEEPS, HARVEST)
        alert = alert_of_sweep(
            harvests.values(),
            cause=Cause(kind="sweep", id=sweep.id),
            coverage=coverage,
            news=[place.name for place in standing.news],
            at=now,
        )
        over = sweep.model_copy(update={"is_over": True})
        told = [put(alert_item(SWEEPS, alert))] if alert else []
        was_open = {
            "ConditionExpression": "document = :before",
            "ExpressionAttributeValues": {":before": _document(sweep)},
        }
        self._outbox.transact(
            [*told, *deletes(SWEEPS, harvests), put(_sweep_item(over), **was_open)]
        )
        return Ended(over, coverage, alert, standing.is_complete)

    def _register(self) -> list[Place]:
        return [_place(item) for item in self._outbox.items(SWEEPS, _PLACE)]

    def _note(self, sweep: Sweep) -> None:
        self._client.put_item(TableName=self._name, Item=_sweep_item(sweep))

    def _enter(self, places: Sequence[Place]) -> None:
        """Write *places*; as transactions, since these take many at a time."""
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            self._outbox.transact([put(_place_item(place)) for place in some])


def _changed(
    known: Mapping[str, Place], wanted: frozenset[str], now: datetime
) -> list[Place]:
    """Give the entries of places that came, came back, or left."""
    came = [
        Place(name, asked_at=now)
        for name in sorted(wanted)
        if name not in known or known[name].left_at
    ]
    left = [
        replace(known[name], left_at=now)
        for name in sorted(known.keys() - wanted)
        if not known[name].left_at
    ]
    return came + left


def _next(last: Sweep | None, sweep: str, *, period: timedelta, now: datetime) -> Sweep:
    new = Sweep(id=sweep, began_at=now, deadline=now + period * _SHARE)
    if last is None:
        return new
    known = (last.began_at, last.since) if last.is_over else (last.since, last.before)
    return new.model_copy(update=dict(zip(("since", "before"), known, strict=True)))


def _last_read(place: Place | None) -> str:
    """Order places by when they were read last, those that never were first."""
    return sortable(place.read_at) if place and place.read_at else ""


def _place(item: Item) -> Place:
    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(item[name]["S"]) if name in item else None

    return Place(
        name=item["item"]["S"].removeprefix(_PLACE),
        asked_at=datetime.fromisoformat(item["asked_at"]["S"]),
        read_at=time("read_at"),
        sweep=item["sweep"]["S"] if "sweep" in item else None,
        left_at=time("left_at"),
    )


def _place_item(place: Place) -> Item:
    known = {
        "asked_at": sortable(place.asked_at),
        "read_at": place.read_at and sortable(place.read_at),
        "sweep": place.sweep,
        "left_at": place.left_at and sortable(place.left_at),
    }
    told = {name: {"S": value} for name, value in known.items() if value}
    return key_of(SWEEPS, f"{_PLACE}{place.name}") | told


def _parted(name: str) -> tuple[str, str]:
    account, _, region = name.partition("/")
    return account, region


def _sweep_item(sweep: Sweep) -> Item:
    return key_of(SWEEPS, _SWEEP) | {"document": _document(sweep)}


def _document(sweep: Sweep) -> Item:
    return {"S": sweep.model_dump_json()}
