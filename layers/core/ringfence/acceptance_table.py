"""
What was accepted in Security Hub, in the findings table.

Partition ``accepted/<account>/<Region>``, sort key the finding's key: apart from
findings and alerts, so that who may write here can write neither.
"""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import ValidationError

from ringfence.acceptances import Acceptance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACCEPTED_PREFIX = "accepted/"
# How long one that has expired is kept, so that RF-004 is there to be read.
EXPIRED_KEPT = timedelta(days=30)

_LOST = "ConditionalCheckFailedException"


class AcceptanceTable:
    """Acceptances; to read takes Query, to write PutItem."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def of(self, place: str) -> tuple[Acceptance, ...]:
        """Read what was accepted in *place*, in force or not."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="place = :place",
            ExpressionAttributeValues={":place": {"S": f"{ACCEPTED_PREFIX}{place}"}},
            ConsistentRead=True,
        )
        found = (
            _read(item["document"]["S"]) for page in pages for item in page["Items"]
        )
        return tuple(one for one in found if one)

    def keep(self, place: str, acceptance: Acceptance) -> None:
        """Keep *acceptance*, unless one that was given later is there already."""
        last = datetime.combine(acceptance.expires, time.max, UTC) + EXPIRED_KEPT
        expires = {"N": str(int(last.timestamp()))}
        try:
            self._client.put_item(
                TableName=self._name,
                Item={
                    "place": {"S": f"{ACCEPTED_PREFIX}{place}"},
                    "item": {"S": acceptance.key},
                    "document": {"S": acceptance.model_dump_json(by_alias=True)},
                    "expires": expires,
                },
                ConditionExpression="attribute_not_exists(#item) OR #expires <= :new",
                ExpressionAttributeNames={"#item": "item", "#expires": "expires"},
                ExpressionAttributeValues={":new": expires},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _LOST:
                raise


def _read(document: str) -> Acceptance | None:
    """Read one; what another version wrote in another shape accepts nothing."""
    try:
        return Acceptance.model_validate_json(document)
    except ValidationError:
        return None
