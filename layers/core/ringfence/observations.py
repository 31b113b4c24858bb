"""
What is remembered between looks, beside the findings in their table.

Partition ``place`` is that of the findings; sort key ``item`` is
``look/<host:port>`` (a `Look`), ``held/<end>`` (a `Held`),
``seen/<kind>/<name>`` (what an inventory alone does not tell later),
``rules`` (when event rules of member.yaml were there) or
``heartbeat/<which>``. No query for findings reads these, the stream's filter lets
none of them through, and all but the last expire when nobody has written them for
a while.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ringfence.inventory.looks import Held, Look
from ringfence.inventory.memories import Lacking, Memories, Memory, Ran, SeenImage
from ringfence.inventory.watch import Heartbeat
from ringfence.items import UnlessOvertaken, epoch, items, key_of, sortable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOK_KEPT = timedelta(days=30)
HELD_KEPT = timedelta(days=400)
HELD_NOTED_AFTER = timedelta(days=7)
SEEN_KEPT = timedelta(days=400)
RULES_KEPT = timedelta(days=14)
RULES_NOTED_AFTER = timedelta(days=7)

# Two clocks may differ by as much, and CloudTrail tells whole seconds only.
_SKEW = timedelta(minutes=1)

_LOOK = "look/"
_HELD = "held/"
_HEARTBEAT = "heartbeat/"
_AWAITED = "awaited"  # written by sweeps alone
_CAME = "came"  # written for changes alone
_SEEN = "seen/"
_RULES = "rules"

_LOOKS = TypeAdapter(Look)
_HELDS = TypeAdapter(Held)
_MEMORIES: TypeAdapter[Memory] = TypeAdapter(Memory)


class ObservationsTable:
    """
    Looks and what was held, in the findings table.

    The role needs Query, GetItem and PutItem, to forget DeleteItem.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def looks(self, place: str) -> tuple[Look, ...]:
        """Read the last look at every endpoint of *place*."""
        looks = map(_look, self._documents(place, _LOOK))
        return tuple(look for look in looks if look)

    def look(self, place: str, endpoint: str) -> Look | None:
        """Read the last look at *endpoint*; None: nobody asked for any."""
        answer = self._client.get_item(
            TableName=self._name,
            Key=key_of(place, _LOOK + endpoint),
            ConsistentRead=True,
        )
        if "Item" not in answer:
            return None
        return _look(answer["Item"]["document"]["S"])

    def keep(self, place: str, look: Look) -> bool:
        """Remember *look*, unless a newer one is there already; say whether."""
        at = look.observed_at or look.asked_at
        return self._put(
            {
                **key_of(place, _LOOK + look.endpoint),
                "observed_at": {"S": sortable(at)},
                "document": {"S": _LOOKS.dump_json(look).decode()},
                "expires": epoch(at + LOOK_KEPT),
            },
            ConditionExpression="attribute_not_exists(#item) OR observed_at < :new",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":new": {"S": sortable(at)}},
        )

    def ask(self, place: str, endpoints: Iterable[str], *, at: datetime) -> None:
        """Remember that looks at *endpoints* were first asked for."""
        for endpoint in endpoints:
            self.keep(place, Look(endpoint=endpoint, asked_at=at))

    def forget(self, place: str, endpoints: Iterable[str]) -> None:
        """Forget the looks at *endpoints* that nobody asks for any more."""
        for endpoint in sorted(endpoints):
            self._client.delete_item(
                TableName=self._name, Key=key_of(place, _LOOK + endpoint)
            )

    def held(self, place: str) -> tuple[Held, ...]:
        """Read what records led to while it was ours."""
        return tuple(map(_HELDS.validate_json, self._documents(place, _HELD)))

    def note_held(
        self,
        place: str,
        known: Iterable[Held],
        now_held: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Remember that *now_held* (resource by end) is ours, where that is news."""
        before = {item.end: item for item in known}
        for end, resource in sorted(now_held.items()):
            old = before.get(end)
            if old and old.resource == resource and at - old.seen_at < HELD_NOTED_AFTER:
                continue
            held = Held(end=end, resource=resource, seen_at=at)
            self._put(
                {
                    **key_of(place, _HELD + end),
                    "document": {"S": _HELDS.dump_json(held).decode()},
                    "expires": epoch(at + HELD_KEPT),
                }
            )

    def heartbeat(self, place: str) -> Heartbeat | None:
        """Read what is known of the heartbeat; None: there was none yet."""
        awaited = self._times(place, _HEARTBEAT + _AWAITED)
        came = self._times(place, _HEARTBEAT + _CAME).get("made_at")
        if not awaited and came is None:
            return None
        is_over = not awaited or (came and came >= awaited["made_at"] - _SKEW)
        since = None if is_over else awaited["since"]
        return Heartbeat(waiting_since=since, came_at=came)

    def await_heartbeat(
        self, place: str, *, made_at: datetime, since: datetime
    ) -> None:
        """Remember *since* when one that was made then is waited for, or an older."""
        known = self.heartbeat(place)
        if known is None or known.waiting_since is None:
            self._put(_heartbeat(place, _AWAITED, made_at=made_at, since=since))

    def note_heartbeat(self, place: str, made_at: datetime) -> None:
        """Remember that the event of one that was made then has come round."""
        self._put(
            _heartbeat(place, _CAME, made_at=made_at),
            ConditionExpression="attribute_not_exists(#item) OR made_at < :new",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":new": {"S": sortable(made_at)}},
        )

    def had_rules(self, place: str, now: datetime) -> bool:
        """Whether event rules of member.yaml were in *place* of late."""
        seen_at = self._times(place, _RULES).get("seen_at")
        return seen_at is not None and now - seen_at < RULES_KEPT

    def note_rules(self, place: str, at: datetime) -> None:
        """Remember that there are some; what was noted of late is not noted again."""
        seen_at = self._times(place, _RULES).get("seen_at")
        if seen_at is None or at - seen_at >= RULES_NOTED_AFTER:
            told = {"seen_at": {"S": sortable(at)}, "expires": epoch(at + RULES_KEPT)}
            self._put({**key_of(place, _RULES), **told})

    def _times(self, place: str, item: str) -> dict[str, datetime]:
        """The times that *item* holds, by attribute."""
        answer = self._client.get_item(
            TableName=self._name, Key=key_of(place, item), ConsistentRead=True
        )
        return {
            attribute: datetime.fromisoformat(value["S"])
            for attribute, value in answer.get("Item", {}).items()
            if attribute in ("made_at", "since", "seen_at")
        }

    def memories(self, place: str) -> Memories:
        """Read what sweeps saw that AWS may not say any more."""
        found = tuple(filter(None, map(_memory, self._documents(place, _SEEN))))
        return Memories(
            images={one.id: one for one in found if isinstance(one, SeenImage)},
            lacking={one.instance: one for one in found if isinstance(one, Lacking)},
            ran={one.group: one for one in found if isinstance(one, Ran)},
        )

    def remember(self, place: str, memories: Iterable[Memory]) -> None:
        """Keep *memories*, each in the place of an earlier one of the same thing."""
        for memory in memories:
            self._put(
                {
                    **key_of(place, _SEEN + _named(memory)),
                    "document": {"S": _MEMORIES.dump_json(memory).decode()},
                    "expires": epoch(memory.seen_at + SEEN_KEPT),
                }
            )

    def _put(self, item: dict[str, Any], **condition: Any) -> bool:
        with UnlessOvertaken():
            self._client.put_item(TableName=self._name, Item=item, **condition)
            return True
        return False

    def _documents(self, place: str, prefix: str) -> Iterator[str]:
        for item in items(self._client, self._name, place, prefix):
            yield item["document"]["S"]


def _look(document: str) -> Look | None:
    """Read a look; one that an older version wrote in another shape counts as none."""
    try:
        return _LOOKS.validate_json(document)
    except ValidationError:
        return None


def _heartbeat(place: str, name: str, **times: datetime) -> dict[str, Any]:
    told = {attribute: {"S": sortable(time)} for attribute, time in times.items()}
    return {**key_of(place, _HEARTBEAT + name), **told}


def _memory(document: str) -> Memory | None:
    """Read a memory; one that another version wrote in another shape counts as none."""
    try:
        return _MEMORIES.validate_json(document)
    except ValidationError:
        return None


def _named(memory: Memory) -> str:
    match memory:
        case SeenImage():
            return f"image/{memory.id}"
        case Lacking():
            return f"lacking/{memory.instance}"
        case Ran():
            return f"ran/{memory.group}"
