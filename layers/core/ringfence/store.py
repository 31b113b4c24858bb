"""
The findings table: rows, the outbox of alerts beside them, the last good policy.

Partition ``place`` is ``<account>/<Region>``; sort key ``item`` is
``finding/<key>`` for a `Row`, and as in `ringfence.outbox` for what it has to
tell. Both are written in one transaction, so a crash loses neither; the table's
stream does all publishing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from ringfence.acceptance_table import AcceptanceTable
from ringfence.alerts import Alert, digest, merged
from ringfence.changes import Cause
from ringfence.drafts import Drafts, telling
from ringfence.guards import Guard, read_watermark
from ringfence.items import Item, UnlessOvertaken, epoch, key_of, sortable
from ringfence.outbox import (
    ATTEMPTS,
    HARVEST,
    PENDING,
    SWEEPS,
    ContendedError,
    Outbox,
    deletes,
    digest_item,
    put,
    was_lost,
)
from ringfence.transitions import ROW_PREFIX, Row
from ringfence.watermarks import Watermark

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLOSED_KEPT = timedelta(days=90)

_TICK = timedelta(microseconds=1)
_LATER = timedelta(milliseconds=1)  # Security Hub ignores what is not newer
_ACTIONS = 98  # a transaction takes 100; the alert and its draft are two
_PUT_BYTES = 3_100_000  # and 4 MB, of which either may take 0.4
_KEY_BYTES = 900
_POLICY = key_of("ringfence", "policy")
_RELEASES = key_of("ringfence", "releases")

# Rows and watermarks, and nothing else.
_STANDING = "finding"

T = TypeVar("T")
Decide = Callable[[Mapping[str, Row]], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a place: its rows, by the finding's key, and its watermarks."""

    rows: Mapping[str, Row]
    marks: tuple[Watermark, ...] = ()


class FindingsTable:
    """
    The state of all findings, in DynamoDB.

    The role needs Query, GetItem and PutItem, to leave watermarks ConditionCheckItem,
    to hand in DeleteItem, and what `Drafts` need; a transaction needs nothing of its
    own. One takes *actions* on rows and watermarks.
    """

    def __init__(
        self, client: "DynamoDBClient", name: str, *, actions: int = _ACTIONS
    ) -> None:
        self._client = client
        self._name = name
        self._outbox = Outbox(client, name)
        self._drafts = Drafts(client, name)
        self._actions = actions

    @property
    def acceptances(self) -> AcceptanceTable:
        """What people accepted, which is kept in the same table."""
        return AcceptanceTable(self._client, self._name)

    def row(self, place: str, key: str) -> Row | None:
        """Read the row of the finding *key*; None: there is none."""
        item = self._client.get_item(
            TableName=self._name,
            Key=key_of(place, _sort_key(key)),
            ConsistentRead=True,
        ).get("Item")
        return Row.model_validate_json(item["document"]["S"]) if item else None

    def rows(self, place: str, beginning: str = "") -> dict[str, Row]:
        """
        Read every row of *place*, open and closed, by the finding's key.

        Only those whose key begins with *beginning*.
        """
        rows = (
            Row.model_validate_json(item["document"]["S"])
            for item in self._outbox.items(place, f"{ROW_PREFIX}{beginning}")
        )
        return {row.finding.key: row for row in rows}

    def standing(self, place: str) -> Standing:
        """Read what stands in *place*: `rows`, and up to when they are judged."""
        rows, marks = [], []
        for item in self._outbox.items(place, _STANDING):
            if item["item"]["S"].startswith(ROW_PREFIX):
                rows.append(Row.model_validate_json(item["document"]["S"]))
            else:
                marks.append(read_watermark(item))
        return Standing({row.finding.key: row for row in rows}, tuple(marks))

    def write(
        self,
        place: str,
        known: Standing,
        decide: Decide,
        *,
        cause: Cause,
        marks: Sequence[Watermark] = (),
    ) -> Mapping[str, Row]:
        """
        Write what *decide* gives for the rows that are *known*, and what that tells.

        Where somebody else was quicker, what stands is read again and *decide* is
        asked again: it leaves alone what is newer. With *marks*, what others who
        looked later have answered is left alone, too, and the marks are left for
        who looked before.
        Give the rows as they are then. However many transactions it takes, one alert
        tells it, written with the last of them; a sweep's waits for `hand_in`.
        """
        draft: Alert | None = None
        for _ in range(ATTEMPTS):
            guard = Guard(place, marks, known.marks)
            rows = dict(known.rows)
            decided = [row for row in decide(rows) if guard.lets_through(row.finding)]
            try:
                chunks = _chunks(place, decided, rows, guard, self._actions)
                for chunk, is_last in _with_last(chunks):
                    told, new = _outbox(
                        place, chunk.rows, draft, cause, is_last=is_last
                    )
                    self._outbox.transact(chunk.actions() + told)
                    chunk.note()
                    draft = new
                    rows |= {row.finding.key: row for row in chunk.rows}
                if draft:  # what was to be written last was written by somebody else
                    told, draft = _outbox(place, (), draft, cause, is_last=True)
                    self._outbox.transact(told)
            except ClientError as error:
                if not was_lost(error):
                    raise
                known = self.standing(place)
                draft = self._drafts.of(place, cause)
            else:
                return rows
        raise ContendedError(f"{place}: rows changed under {ATTEMPTS} attempts")

    def announce(self, place: str, marks: Sequence[Watermark]) -> None:
        """
        Leave a Region's watermark, if there is one among *marks*.

        This comes before its rows are read: who looked before writes no more then.
        """
        announcement = Guard(place, marks).announcement()
        if announcement:
            with UnlessOvertaken():
                self._client.put_item(TableName=self._name, **announcement)

    def resend(self, place: str, rows: Mapping[str, Row], *, cause: Cause) -> None:
        """Write *rows* of *place* again as they are: the stream publishes them anew."""
        self.write(place, Standing(rows), _again, cause=cause)

    def hand_in(self, place: str) -> None:
        """
        Hand what sweeps of *place* have to tell over to the end of the sweep.

        What an earlier sweep left that died before this is handed in, too.
        """
        for _ in range(ATTEMPTS):
            try:
                pending = self._outbox.gathered(place, PENDING)
                if not pending:
                    return
                told = digest_item(SWEEPS, HARVEST, merged(pending.values()))
                self._outbox.transact([put(told), *deletes(place, pending)])
            except ClientError as error:
                if not was_lost(error):
                    raise
            else:
                return
        raise ContendedError(f"{place}: handing in was disturbed {ATTEMPTS} times")

    def last_good_policy(self) -> str | None:
        """Give the text of the newest policy that validated; None: there was none."""
        answer = self._client.get_item(
            TableName=self._name, Key=_POLICY, ConsistentRead=True
        )
        return answer["Item"]["document"]["S"] if "Item" in answer else None

    def keep_policy(self, text: str) -> None:
        """Remember *text* as the newest policy that validated."""
        self._client.put_item(
            TableName=self._name, Item={**_POLICY, "document": {"S": text}}
        )

    def kept_releases(self) -> bytes | None:
        """Give the release data that was kept last, packed; None: there was none."""
        item = self._client.get_item(TableName=self._name, Key=_RELEASES).get("Item")
        return bytes(item["document"]["B"]) if item and "document" in item else None

    def releases_tried_on(self) -> str | None:
        """Give the day (ISO 8601) on which renewing was last tried; None: never."""
        item = self._client.get_item(
            TableName=self._name, Key=_RELEASES, ProjectionExpression="tried_on"
        ).get("Item")
        return item["tried_on"]["S"] if item and "tried_on" in item else None

    def keep_releases(self, packed: bytes | None, *, tried_on: str) -> None:
        """Keep *packed* release data (None: none) and when renewing was tried."""
        document: Item = {"document": {"B": packed}} if packed is not None else {}
        self._client.put_item(
            TableName=self._name,
            Item={**_RELEASES, **document, "tried_on": {"S": tried_on}},
        )


def _chunks(
    place: str,
    rows: Iterable[Row],
    current: Mapping[str, Row],
    guard: Guard,
    most: int,
) -> Iterator["_Chunk"]:
    """Part *rows*, the worst first, into what one transaction takes each."""
    chunk = _Chunk(guard, most, guard.unmarked)
    for row in sorted(rows, key=lambda row: -row.finding.severity.rank):
        action = _row_put(place, row, current.get(row.finding.key))
        if not chunk.has_room_for(row, action):
            yield chunk
            chunk = _Chunk(guard, most)
        chunk.add(row, action)
    if not chunk.is_empty:
        yield chunk


class _Chunk:
    """What is written in one transaction, with the *scopes* that it depends on."""

    def __init__(self, guard: Guard, most: int, scopes: Iterable[str] = ()) -> None:
        self.rows: list[Row] = []
        self._guard = guard
        self._most = most
        self._scopes = set(scopes)
        self._puts: list[Item] = []
        self._room = _PUT_BYTES

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self._scopes)

    def has_room_for(self, row: Row, action: Item) -> bool:
        scopes = self._scopes | self._guard.scopes_of(row.finding)
        fits = len(self.rows) + len(scopes) < self._most and _size(action) <= self._room
        return fits or not self.rows

    def add(self, row: Row, action: Item) -> None:
        self.rows.append(row)
        self._puts.append(action)
        self._scopes |= self._guard.scopes_of(row.finding)
        self._room -= _size(action)

    def actions(self) -> list[Item]:
        return self._puts + self._guard.actions(self._scopes)

    def note(self) -> None:
        """Remember that this was written."""
        self._guard.note(self._scopes)


def _size(action: Item) -> int:
    """How many bytes of a transaction *action* takes, and then some."""
    return len(action["Put"]["Item"]["document"]["S"].encode()) + 4096


def _with_last(chunks: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Give each of *chunks*, and whether it is the last one."""
    rest = iter(chunks)
    one = next(rest, None)
    while one is not None:
        following = next(rest, None)
        yield one, following is None
        one = following


def _row_put(place: str, row: Row, old: Row | None) -> Item:
    item = {
        **key_of(place, _sort_key(row.finding.key)),
        "version": {"N": str(row.version)},
        "observed_at": {"S": sortable(row.observed_at)},
        "document": {"S": row.model_dump_json()},
    }
    if not row.is_open:
        item["expires"] = epoch(row.updated_at + CLOSED_KEPT)
    if old is None:
        return put(
            item,
            ConditionExpression="attribute_not_exists(#item)",
            ExpressionAttributeNames={"#item": "item"},
        )
    return put(
        item,
        ConditionExpression="version = :old AND observed_at < :new",
        ExpressionAttributeValues={
            ":old": {"N": str(old.version)},
            ":new": item["observed_at"],
        },
    )


def _again(rows: Mapping[str, Row]) -> Sequence[Row]:
    """*rows* as they are, with nothing to tell; any newer verdict still wins."""
    return [
        row.model_copy(
            update={
                "version": row.version + 1,
                "observed_at": row.observed_at + _TICK,
                "updated_at": row.updated_at + _LATER,
                "transition": None,
            }
        )
        for row in rows.values()
    ]


def _sort_key(key: str) -> str:
    """Name a finding's item; a sort key takes 1024 bytes."""
    if len(key.encode()) <= _KEY_BYTES:
        return f"{ROW_PREFIX}{key}"
    tail = hashlib.sha256(key.encode()).hexdigest()
    return f"{ROW_PREFIX}{key.encode()[:_KEY_BYTES].decode(errors='ignore')}#{tail}"


def _outbox(
    place: str,
    rows: Sequence[Row],
    draft: Alert | None,
    cause: Cause,
    *,
    is_last: bool,
) -> tuple[list[Item], Alert | None]:
    """Put what *rows* have to tell: by the change's alert, or for the sweep's end."""
    if cause.kind != "sweep":
        return telling(place, rows, draft, cause=cause, is_last=is_last)
    told = digest(rows)
    waits = [put(digest_item(place, f"{PENDING}{cause.id}/", told))] if told else []
    return waits, None
