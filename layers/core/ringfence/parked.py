"""
Places whose findings Security Hub does not take, remembered until it does.

The findings table holds every row anyway. What is kept here is only that some of
a place's were not published: the next sweep that finds a way sends all of them
again. A partition of its own, so that whoever publishes may write nothing else
of the table.
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfence.items import UnlessOvertaken, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PARTITION = "parked"


@dataclass(frozen=True, slots=True)
class Parked:
    """That findings of a place were put aside for *code*; *token* tells this time."""

    code: str
    token: str


class ParkedPlaces:
    """The role needs PutItem to park, GetItem and DeleteItem to release."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def park(self, place: str, code: str) -> None:
        """Remember that findings of *place* were put aside."""
        self._client.put_item(
            TableName=self._table,
            Item={
                **key_of(_PARTITION, place),
                "code": {"S": code},
                "token": {"S": uuid.uuid4().hex},
            },
        )

    def of(self, place: str) -> Parked | None:
        """Whether findings of *place* were put aside; None: they were not."""
        item = self._client.get_item(
            TableName=self._table,
            Key=key_of(_PARTITION, place),
            ConsistentRead=True,
        ).get("Item")
        return Parked(item["code"]["S"], item["token"]["S"]) if item else None

    def release(self, place: str, parked: Parked) -> None:
        """Forget *parked*, which was sent again, and nothing that came after it."""
        with UnlessOvertaken():  # by more, which the next sweep sends
            self._client.delete_item(
                TableName=self._table,
                Key=key_of(_PARTITION, place),
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": {"S": parked.token}},
            )
