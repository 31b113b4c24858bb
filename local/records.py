"""
What every CloudTrail record of a call holds, whoever made it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import uuid
from datetime import UTC, datetime
from typing import Any


def now() -> str:
    """Give the time as records do, in whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251 - the edge's clock


def call(
    source: str, name: str, *, account: str, region: str, **told: Any
) -> dict[str, Any]:
    """Give the record of the call *name* of *source*, with what else is *told*."""
    return {
        "eventVersion": "1.11",
        "eventTime": now(),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    } | told
