"""
The findings table: rows, the outbox of alerts beside them, the last good policy.

Partition ``place`` is ``<account>/<Region>``; sort key ``item`` is one of
``finding/<key>`` (a `Row`), ``alert/<id>`` (an `Alert`, to be published) and
``pending/<sweep>/<digest>`` (a `Digest` that waits for the end of its sweep).
A row and what it has to tell are written in one transaction, so a crash loses
neither; the table's stream does all publishing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from ringfence.acceptance_table import AcceptanceTable
from ringfence.alerts import ALERT_PREFIX, Alert, Digest, alert_of, digest, merged
from ringfence.changes import Cause
from ringfence.transitions import ROW_PREFIX, Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CLOSED_KEPT = timedelta(days=90)
ALERT_KEPT = timedelta(days=14)

_PENDING = "pending/"
_ATTEMPTS = 5
_PUTS = 99  # a transaction takes 100 actions; one is the outbox
_PUT_BYTES = 3_400_000  # and 4 MB, of which the outbox may take 0.4
_KEY_BYTES = 900
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_POLICY = {"place": {"S": "ringfence"}, "item": {"S": "policy"}}
_RELEASES = {"place": {"S": "ringfence"}, "item": {"S": "releases"}}

Item = dict[str, Any]
Decide = Callable[[Mapping[str, Row]], Sequence[Row]]


class ContendedError(RuntimeError):
    """Others wrote the same rows again and again; the invocation may be retried."""


class FindingsTable:
    """
    The state of all findings, in DynamoDB.

    The role needs Query, GetItem and PutItem, and for the end of a sweep
    DeleteItem; a transaction needs nothing of its own.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    @property
    def acceptances(self) -> AcceptanceTable:
        """What people accepted, which is kept in the same table."""
        return AcceptanceTable(self._client, self._name)

    def row(self, place: str, key: str) -> Row | None:
        """Read the row of the finding *key*; None: there is none."""
        item = self._client.get_item(
            TableName=self._name,
            Key={"place": {"S": place}, "item": {"S": _sort_key(key)}},
            ConsistentRead=True,
        ).get("Item")
        return Row.model_validate_json(item["document"]["S"]) if item else None

    def rows(self, place: str) -> dict[str, Row]:
        """Read every row of *place*, open and closed, by the finding's key."""
        rows = (
            Row.model_validate_json(item["document"]["S"])
            for item in self._items(place, ROW_PREFIX)
        )
        return {row.finding.key: row for row in rows}

    def write(
        self, place: str, rows: Mapping[str, Row], decide: Decide, *, cause: Cause
    ) -> tuple[Row, ...]:
        """
        Write what *decide* gives for *rows*, with the alerts that follow from it.

        *rows* is what `rows` gave. Where somebody else was quicker, the rows are
        read again and *decide* is asked again: it leaves alone what is newer.
        Give what was written. A sweep's alerts wait for `finish_sweep`.
        """
        current = dict(rows)
        written: list[Row] = []
        for _ in range(_ATTEMPTS):
            try:
                for chunk in _chunks(place, decide(current), current):
                    told = _outbox(place, [row for row, _ in chunk], cause)
                    self._transact([put for _, put in chunk] + told)
                    written += [row for row, _ in chunk]
                    current |= {row.finding.key: row for row, _ in chunk}
            except ClientError as error:
                if not _was_lost(error):
                    raise
                current = self.rows(place)
            else:
                return tuple(written)
        raise ContendedError(f"{place}: rows changed under {_ATTEMPTS} attempts")

    def finish_sweep(self, place: str, cause: Cause, *, at: datetime) -> Alert | None:
        """
        Turn all that sweeps of *place* left to tell into one alert, at time *at*.

        What an earlier sweep left that died before its end is told now.
        None when there was nothing to tell.
        """
        account, region = place.split("/")
        for _ in range(_ATTEMPTS):
            try:
                pending = self._gathered(place, cause)
                if not pending:
                    return None
                told = merged(pending.values())
                alert = alert_of(
                    told, cause=cause, account=account, region=region, at=at
                )
                put = [_put(_alert_item(place, alert))] if alert else []
                self._transact(put + self._deletes(place, pending))
            except ClientError as error:
                if not _was_lost(error):
                    raise
            else:
                return alert
        raise ContendedError(f"{place}: a sweep's end was disturbed {_ATTEMPTS} times")

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

    def _items(self, place: str, prefix: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="place = :place AND begins_with(#item, :prefix)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={
                ":place": {"S": place},
                ":prefix": {"S": prefix},
            },
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _gathered(self, place: str, cause: Cause) -> dict[str, Digest]:
        """Read what is pending, merged until one transaction can delete it all."""
        pending = {
            item["item"]["S"]: Digest.model_validate_json(item["document"]["S"])
            for item in self._items(place, _PENDING)
        }
        while len(pending) > _PUTS:
            some = dict(list(pending.items())[:_PUTS])
            put = _pending_item(place, merged(some.values()), cause)
            self._transact([_put(put), *self._deletes(place, some)])
            pending = {key: pending[key] for key in pending if key not in some}
            pending[put["item"]["S"]] = merged(some.values())
        return pending

    def _deletes(self, place: str, items: Iterable[str]) -> list[Item]:
        return [
            {
                "Delete": {
                    "Key": {"place": {"S": place}, "item": {"S": item}},
                    "ConditionExpression": "attribute_exists(#item)",
                    "ExpressionAttributeNames": {"#item": "item"},
                }
            }
            for item in items
        ]

    def _transact(self, actions: Sequence[Item]) -> None:
        for action in actions:
            for body in action.values():
                body["TableName"] = self._name
        self._client.transact_write_items(
            TransactItems=cast("Sequence[TransactWriteItemTypeDef]", actions)
        )


def _was_lost(error: ClientError) -> bool:
    """Tell a race that was lost from every other reason to cancel."""
    reasons = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and codes <= _LOST


def _chunks(
    place: str, rows: Iterable[Row], current: Mapping[str, Row]
) -> Iterator[list[tuple[Row, Item]]]:
    """Part *rows*, the worst first, into what one transaction takes each."""
    chunk: list[tuple[Row, Item]] = []
    room = _PUT_BYTES
    for row in sorted(rows, key=lambda row: -row.finding.severity.rank):
        put = _row_put(place, row, current.get(row.finding.key))
        size = len(put["Put"]["Item"]["document"]["S"].encode()) + 4096
        if chunk and (len(chunk) == _PUTS or size > room):
            yield chunk
            chunk, room = [], _PUT_BYTES
        chunk.append((row, put))
        room -= size
    if chunk:
        yield chunk


def _row_put(place: str, row: Row, old: Row | None) -> Item:
    item = {
        "place": {"S": place},
        "item": {"S": _sort_key(row.finding.key)},
        "version": {"N": str(row.version)},
        "observed_at": {"S": _sortable(row.observed_at)},
        "document": {"S": row.model_dump_json()},
    }
    if not row.is_open:
        item["expires"] = _epoch(row.updated_at + CLOSED_KEPT)
    if old is None:
        return _put(
            item,
            ConditionExpression="attribute_not_exists(#item)",
            ExpressionAttributeNames={"#item": "item"},
        )
    return _put(
        item,
        ConditionExpression="version = :old AND observed_at < :new",
        ExpressionAttributeValues={
            ":old": {"N": str(old.version)},
            ":new": item["observed_at"],
        },
    )


def _sort_key(key: str) -> str:
    """Name a finding's item; a sort key takes 1024 bytes."""
    if len(key.encode()) <= _KEY_BYTES:
        return f"{ROW_PREFIX}{key}"
    tail = hashlib.sha256(key.encode()).hexdigest()
    return f"{ROW_PREFIX}{key.encode()[:_KEY_BYTES].decode(errors='ignore')}#{tail}"


def _outbox(place: str, rows: Sequence[Row], cause: Cause) -> list[Item]:
    """Put what *rows* have to tell: at once, or for the end of the sweep."""
    told = digest(rows)
    if told is None:
        return []
    if cause.kind == "sweep":
        return [_put(_pending_item(place, told, cause))]
    account, region = place.split("/")
    at = max(row.updated_at for row in rows)
    alert = alert_of(told, cause=cause, account=account, region=region, at=at)
    return [_put(_alert_item(place, alert))] if alert else []


def _pending_item(place: str, told: Digest, cause: Cause) -> Item:
    return {
        "place": {"S": place},
        "item": {"S": f"{_PENDING}{cause.id}/{told.id}"},
        "document": {"S": told.model_dump_json()},
    }


def _alert_item(place: str, alert: Alert) -> Item:
    return {
        "place": {"S": place},
        "item": {"S": f"{ALERT_PREFIX}{alert.id}"},
        "document": {"S": alert.model_dump_json()},
        "expires": _epoch(alert.at + ALERT_KEPT),
    }


def _put(item: Item, **condition: Any) -> Item:
    return {"Put": {"Item": item, **condition}}


def _epoch(time: datetime) -> Item:
    return {"N": str(int(time.timestamp()))}


def _sortable(time: datetime) -> str:
    """Give *time* in UTC at one width, so that texts compare as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
