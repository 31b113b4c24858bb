"""
Drafts: the alert about a change whose findings do not fit into one transaction.

Sort key ``draft/<place>/<cause>`` in the partition `SWEEPS`. Each transaction of the
change adds to the draft what it has to tell; the last one makes it the alert. A draft
that nobody adds to any more was left by a function that died: it is told as it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ringfence.alerts import Alert, alert_about, digest, is_worth_telling
from ringfence.changes import Cause
from ringfence.items import Item, items, key_of
from ringfence.outbox import SWEEPS, Outbox, alert_item, put, was_lost
from ringfence.transitions import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# One transaction follows the other at once. Who is told too early has two alerts.
LEFT_AFTER = timedelta(minutes=5)

_DRAFT = "draft/"


class Drafts:
    """
    The drafts in the findings table.

    To read one the role needs GetItem; to add to it PutItem, to tell it DeleteItem,
    and to look for those that were left Query, all in the partition `SWEEPS`.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        self._outbox = Outbox(client, name)

    def of(self, place: str, cause: Cause) -> Alert | None:
        """Read the draft of *cause* in *place*; None: there is none."""
        item = self._client.get_item(
            TableName=self._name, Key=_key(place, cause), ConsistentRead=True
        ).get("Item")
        return Alert.model_validate_json(item["document"]["S"]) if item else None

    def tell_left(self, *, now: datetime) -> tuple[Alert, ...]:
        """Tell each draft that was left as it is; who still adds to it begins anew."""
        told = []
        for item in list(items(self._client, self._name, SWEEPS, _DRAFT)):
            draft = Alert.model_validate_json(item["document"]["S"])
            if now - draft.at <= LEFT_AFTER:
                continue
            gone = _delete(key_of(SWEEPS, item["item"]["S"]), draft)
            try:
                self._outbox.transact([*_worth_telling(SWEEPS, draft), gone])
            except ClientError as error:
                if not was_lost(error):  # else it is somebody's, after all
                    raise
            else:
                told.append(draft)
        return tuple(told)


def telling(
    place: str,
    rows: Sequence[Row],
    draft: Alert | None,
    *,
    cause: Cause,
    is_last: bool,
) -> tuple[list[Item], Alert | None]:
    """
    Give the actions that tell what *rows* changed, and the draft that then stands.

    *draft* is the one that stands now; None: there is none. With *is_last*, all is
    told, unless it is not worth a message.
    """
    told = digest(rows)
    new = draft
    if told:
        at = max(row.updated_at for row in rows)
        new = alert_about(told, cause=cause, at=at, draft=draft)
    if new is None:
        return [], None
    if is_last:
        gone = [_delete(_key(place, cause), draft)] if draft else []
        return [*_worth_telling(place, new), *gone], None
    if new == draft:
        return [], draft
    return [_put(place, new, draft)], new


def _worth_telling(place: str, draft: Alert) -> list[Item]:
    return [put(alert_item(place, draft))] if is_worth_telling(draft) else []


def _key(place: str, cause: Cause) -> Item:
    return key_of(SWEEPS, f"{_DRAFT}{place}/{cause.id}")


def _put(place: str, draft: Alert, before: Alert | None) -> Item:
    """Put *draft*, unless somebody else was quicker to add to it, or told it."""
    item = {
        **_key(place, draft.cause),
        "alert": {"S": draft.id},
        "document": {"S": draft.model_dump_json()},
    }
    if before is None:
        return put(
            item,
            ConditionExpression="attribute_not_exists(#item)",
            ExpressionAttributeNames={"#item": "item"},
        )
    return put(item, **_still(before))


def _delete(key: Item, draft: Alert) -> Item:
    return {"Delete": {"Key": key, **_still(draft)}}


def _still(draft: Alert) -> dict[str, object]:
    return {
        "ConditionExpression": "alert = :before",
        "ExpressionAttributeValues": {":before": {"S": draft.id}},
    }
