"""
What waits in the findings table to be told, and the alerts that tell it.

Sort key ``item`` is ``alert/<id>`` (an `Alert`, published by the table's stream),
``pending/<sweep>/<digest>`` (what a place's sweep has written so far, in the
place's own partition) or ``harvest/<digest>`` (what a place's sweep handed in, in
the partition `SWEEPS`). A digest moves on in one transaction, so it is told once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from ringfence.alerts import ALERT_PREFIX, Alert, Digest, merged
from ringfence.items import Item, epoch, items, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ALERT_KEPT = timedelta(days=14)
ATTEMPTS = 5
PENDING = "pending/"
HARVEST = "harvest/"
SWEEPS = "sweeps"

# A transaction takes 100 actions and 4 MB of items, those included that it deletes.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
_DELETES = 98
_BYTES = 3_400_000
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class ContendedError(RuntimeError):
    """Others wrote the same rows again and again; the invocation may be retried."""


class Outbox:
    """
    Digests and alerts in the findings table.

    The role needs Query and PutItem, and where digests move on DeleteItem; a
    transaction needs nothing of its own.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def items(self, place: str, prefix: str) -> Iterator[Item]:
        """Read the items of partition *place* whose sort key begins with *prefix*."""
        return items(self._client, self._name, place, prefix)

    def gathered(self, place: str, prefix: str) -> dict[str, Digest]:
        """
        Read what waits there, merged until one transaction can delete it all.

        However much there is, a handful is in memory; each merge is kept, so a
        run that dies leaves less for the next one.
        """
        while True:
            some, is_all = self._handful(place, prefix)
            if is_all:
                return some
            one = merged(some.values())
            put_one = put(digest_item(place, prefix, one))
            self.transact([put_one, *deletes(place, some)])

    def transact(self, actions: Sequence[Item]) -> None:
        """Write all of *actions*, or none."""
        for action in actions:
            for body in action.values():
                body["TableName"] = self._name
        self._client.transact_write_items(
            TransactItems=cast("Sequence[TransactWriteItemTypeDef]", actions)
        )

    def _handful(self, place: str, prefix: str) -> tuple[dict[str, Digest], bool]:
        """Read what one transaction can delete, and whether that is all."""
        some: dict[str, Digest] = {}
        room = _BYTES
        for item in self.items(place, prefix):
            text = item["document"]["S"]
            room -= len(text.encode())
            if len(some) == _DELETES or room < 0:
                return some, False
            some[item["item"]["S"]] = Digest.model_validate_json(text)
        return some, True


def was_lost(error: ClientError) -> bool:
    """Tell a race that was lost from every other reason to cancel."""
    reasons = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and codes <= _LOST


def digest_item(place: str, prefix: str, told: Digest) -> Item:
    """Give *told* as an item that waits under *prefix* in partition *place*."""
    return {
        **key_of(place, f"{prefix}{told.id}"),
        "document": {"S": told.model_dump_json()},
    }


def alert_item(place: str, alert: Alert) -> Item:
    """Give *alert* as an item that the table's stream publishes."""
    return {
        **key_of(place, f"{ALERT_PREFIX}{alert.id}"),
        "document": {"S": alert.model_dump_json()},
        "expires": epoch(alert.at + ALERT_KEPT),
    }


def deletes(place: str, names: Iterable[str]) -> list[Item]:
    """Delete the items *names*, all of which must still be there."""
    return [
        {
            "Delete": {
                "Key": key_of(place, name),
                "ConditionExpression": "attribute_exists(#item)",
                "ExpressionAttributeNames": {"#item": "item"},
            }
        }
        for name in names
    ]


def check(key: Item, **condition: Any) -> Item:
    """Let a *condition* on the item *key* be one of the transaction."""
    return {"ConditionCheck": {"Key": key, **condition}}


def put(item: Mapping[str, Any], **condition: Any) -> Item:
    """Put *item*, on a *condition* where one is given."""
    return {"Put": {"Item": item, **condition}}
