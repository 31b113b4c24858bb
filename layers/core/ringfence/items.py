"""
Items of the findings table: named, read, timed, and written on a condition.

Partition ``place``, sort key ``item``; ``expires`` is the table's time to live.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

_LOST = "ConditionalCheckFailedException"


def key_of(place: str, item: str) -> Item:
    """Name an item."""
    return {"place": {"S": place}, "item": {"S": item}}


def items(
    client: "DynamoDBClient", table: str, place: str, prefix: str = ""
) -> Iterator[Item]:
    """Read the items of partition *place* whose sort key begins with *prefix*."""
    asked: Any = {
        "KeyConditionExpression": "place = :place",
        "ExpressionAttributeValues": {":place": {"S": place}},
    }
    if prefix:  # a key is never compared with nothing
        asked["KeyConditionExpression"] += " AND begins_with(#item, :prefix)"
        asked["ExpressionAttributeNames"] = {"#item": "item"}
        asked["ExpressionAttributeValues"][":prefix"] = {"S": prefix}
    pages = client.get_paginator("query").paginate(
        TableName=table, ConsistentRead=True, **asked
    )
    for page in pages:
        yield from page["Items"]


class UnlessOvertaken:
    """Let go of a single write whose condition holds no more: others were quicker."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        return (
            isinstance(error, ClientError) and error.response["Error"]["Code"] == _LOST
        )


def epoch(time: datetime) -> Item:
    """Give *time* as the table's time to live takes it."""
    return {"N": str(int(time.timestamp()))}


def sortable(time: datetime) -> str:
    """Give *time* in UTC at one width, so that texts compare as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
