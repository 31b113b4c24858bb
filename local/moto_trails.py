"""
What moto lacks of CloudTrail: that it records, and that trails are in all Regions.

Calls that a function of ours makes for their event's sake come round as CloudTrail
has them: on the Region's bus, as long as a trail logs there. Other calls are put
there by `local.cloudtrail`, in whose name they are made.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

import json
from typing import Any

from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.events.models import events_backends
from moto.sqs.responses import SQSResponse

from local.patching import replace
from local.records import call

_get_trail = CloudTrailBackend.get_trail
_tag_queue = SQSResponse.tag_queue


def install() -> None:
    """Fill the gap."""
    replace(CloudTrailBackend, "get_trail", _find)
    replace(SQSResponse, "tag_queue", _tag_and_tell)


def _find(self: CloudTrailBackend, name_or_arn: str) -> Trail:
    """Find a trail by its ARN in whatever Region it is at home."""
    for trail in self.describe_trails(include_shadow_trails=True):
        if trail.arn == name_or_arn:
            return trail
    return _get_trail(self, name_or_arn)


def _tag_and_tell(self: SQSResponse) -> Any:
    """Tag the queue, and put the record of it on the bus where a trail logs."""
    answer = _tag_queue(self)
    _tell(self)
    return answer


def _tell(self: SQSResponse) -> None:
    account, region = self.current_account, self.region
    trails = cloudtrail_backends[account][region].describe_trails(
        include_shadow_trails=True
    )
    if not any(trail.status.is_logging for trail in trails):
        return
    asked = {key: self._get_param(key) for key in ("QueueUrl", "Tags")}
    record = _record(account, region, asked)
    entry = {
        "Source": "aws.sqs",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(record),
    }
    events_backends[account][region].put_events([entry])


def _record(account: str, region: str, asked: Any) -> dict[str, Any]:
    """As SQS's other management events are recorded: in lower camel case."""
    return call(
        "sqs",
        "TagQueue",
        account=account,
        region=region,
        userIdentity={"type": "AssumedRole", "accountId": account},
        sourceIPAddress="203.0.113.200",
        userAgent="Boto3",
        requestParameters={"queueUrl": asked["QueueUrl"], "tags": asked["Tags"]},
        responseElements=None,
    )
