"""
A table of DynamoDB in memory, strict about what the findings table relies on.

Conditions hold or nothing of a transaction is written, reads are consistent, and
every item that was changed by a write is a record of the stream. What is not known
here is an error. It is a tenth of moto's price, and a model runs it by the thousand.
"""

import copy
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]
Key = tuple[str, str]

MAX_ACTIONS = 100

_COMPARED = {"=": operator.eq, "<": operator.lt, "<=": operator.le}
_SET = re.compile(r"(\w+) = (if_not_exists\(\w+, )?(:\w+)")


@dataclass
class Memory:
    """What is stored, and all that ever was written, in order."""

    items: dict[Key, Item] = field(default_factory=dict)
    stream: list[tuple[Key, Item]] = field(default_factory=list)

    def write(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Do all of *actions* or none; `ClientError` when a condition does not hold."""
        keys = [_key(_body(action)) for action in actions]
        assert 0 < len(actions) <= MAX_ACTIONS
        assert len(keys) == len(set(keys)), "an item twice in one transaction"
        holds = [
            _holds(_body(action), self.items.get(key))
            for key, action in zip(keys, actions, strict=True)
        ]
        if not all(holds):
            raise _cancelled(holds)
        for key, action in zip(keys, actions, strict=True):
            self._apply(key, action)

    def _apply(self, key: Key, action: Mapping[str, Any]) -> None:
        if "Delete" in action:
            self.items.pop(key, None)
        elif "Put" in action:
            item = copy.deepcopy(action["Put"]["Item"])
            if self.items.get(key) != item:  # DynamoDB streams changes, not writes
                self.items[key] = item
                self.stream.append((key, item))
        else:
            assert "ConditionCheck" in action


class Client:
    """The calls that the findings table makes, each made known to *calling* first."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get_paginator(self, operation: str) -> "Client":
        """Only queries are paged."""
        assert operation == "query"
        return self

    def paginate(self, **asked: Any) -> Iterator[Item]:
        """Give two items a page, to be sure that all pages are read."""
        assert asked["ConsistentRead"]
        condition = "place = :place AND begins_with(#item, :prefix)"
        assert asked["KeyConditionExpression"] == condition
        values = asked["ExpressionAttributeValues"]
        found = self.query(values[":place"]["S"], values[":prefix"]["S"])
        for start in range(0, len(found) or 1, 2):
            yield {"Items": found[start : start + 2]}

    def query(self, place: str, prefix: str) -> list[Item]:
        """Read what is under *place* and begins with *prefix*, in order."""
        return [
            copy.deepcopy(item)
            for key, item in sorted(self._memory.items.items())
            if key[0] == place and key[1].startswith(prefix)
        ]

    def get_item(self, **asked: Any) -> Item:
        """Read one item."""
        assert asked["ConsistentRead"]
        item = self._memory.items.get(_key(asked))
        return {"Item": copy.deepcopy(item)} if item else {}

    def put_item(self, **asked: Any) -> Item:
        """Write one item, if its condition holds."""
        if not _holds(asked, self._memory.items.get(_key(asked))):
            raise _refused("PutItem")
        self._memory.write([{"Put": {"Item": asked["Item"]}}])
        return {}

    def update_item(self, **asked: Any) -> Item:
        """Set some attributes of an item, which need not be there yet."""
        key = _key(asked)
        item = self._memory.items.get(key)
        if not _holds(asked, item):
            raise _refused("UpdateItem")
        changed = {**asked["Key"], **(item or {})}
        values = asked["ExpressionAttributeValues"]
        for name, default, value in _SET.findall(asked["UpdateExpression"]):
            if not default or name not in changed:
                changed[name] = values[value]
        self._memory.write([{"Put": {"Item": changed}}])
        return {}

    def transact_write_items(self, *, TransactItems: list[Item]) -> Item:  # noqa: N803
        """Write all or nothing."""
        self._memory.write(TransactItems)
        return {}


def _body(action: Mapping[str, Any]) -> Item:
    [(_, body)] = action.items()
    known: Item = body
    return known


def _key(body: Item) -> Key:
    item = body.get("Item") or body["Key"]
    return item["place"]["S"], item["item"]["S"]


def _holds(body: Item, item: Item | None) -> bool:
    condition = body.get("ConditionExpression")
    if condition is None:
        return True
    names = body.get("ExpressionAttributeNames", {})
    values = body.get("ExpressionAttributeValues", {})
    return any(
        all(_term(term, names, values, item or {}) for term in either.split(" AND "))
        for either in condition.split(" OR ")
    )


def _term(
    term: str, names: Mapping[str, str], values: Mapping[str, Item], item: Item
) -> bool:
    if match := re.fullmatch(r"attribute_(not_)?exists\((\S+)\)", term):
        return (names.get(match[2], match[2]) in item) is not bool(match[1])
    match = re.fullmatch(r"(\S+) (=|<|<=) (:\S+)", term)
    assert match, term
    there = item.get(names.get(match[1], match[1]))
    if there is None:
        return False
    [(kind, here)] = values[match[3]].items()
    there, here = (int(text) if kind == "N" else text for text in (there[kind], here))
    return bool(_COMPARED[match[2]](there, here))


def _refused(operation: str) -> ClientError:
    return ClientError(
        {"Error": {"Code": "ConditionalCheckFailedException"}}, operation
    )


def _cancelled(holds: Sequence[bool]) -> ClientError:
    reasons = [{"Code": "None" if good else "ConditionalCheckFailed"} for good in holds]
    error: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": reasons,
    }
    return ClientError(error, "TransactWriteItems")
