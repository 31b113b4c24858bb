"""
What was accepted in Security Hub, in the findings table.

Partition ``accepted/<account>/<Region>``, sort key the finding's key: apart from
findings and alerts, so that who may write here can write neither.
"""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ringfence.acceptances import Acceptance
from ringfence.items import UnlessOvertaken, epoch, items, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACCEPTED_PREFIX = "accepted/"
# How long one that has expired is kept, so that RF-004 is there to be read.
EXPIRED_KEPT = timedelta(days=30)


class AcceptanceTable:
    """Acceptances; to read takes Query, to write PutItem."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def of(self, place: str) -> tuple[Acceptance, ...]:
        """Read what was accepted in *place*, in force or not."""
        listed = items(self._client, self._name, f"{ACCEPTED_PREFIX}{place}")
        found = (_read(item["document"]["S"]) for item in listed)
        return tuple(one for one in found if one)

    def keep(self, place: str, acceptance: Acceptance) -> None:
        """Keep *acceptance*, unless one that was given later is there already."""
        last = datetime.combine(acceptance.expires, time.max, UTC) + EXPIRED_KEPT
        expires = epoch(last)
        with UnlessOvertaken():
            self._client.put_item(
                TableName=self._name,
                Item={
                    **key_of(f"{ACCEPTED_PREFIX}{place}", acceptance.key),
                    "document": {"S": acceptance.model_dump_json(by_alias=True)},
                    "expires": expires,
                },
                ConditionExpression="attribute_not_exists(#item) OR #expires <= :new",
                ExpressionAttributeNames={"#item": "item", "#expires": "expires"},
                ExpressionAttributeValues={":new": expires},
            )


def _read(document: str) -> Acceptance | None:
    """Read one; what another version wrote in another shape accepts nothing."""
    try:
        return Acceptance.model_validate_json(document)
    except ValidationError:
        return None
