"""Publish: tell Security Hub and people what changed in the findings table."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.clients import client
from ringfence.logs import ascii_logger
from ringfence.messages import read_stream_event
from ringfence.publish.stream import Outlets, publish
from ringfence.settings import PublishSettings

logger = ascii_logger()


def pause(attempt: int) -> None:
    """Wait before an attempt is repeated, each time twice as long."""
    time.sleep(0.5 * 2**attempt)


@cache
def outlets() -> Outlets:
    """Where this stack publishes."""
    here = PublishSettings.read()
    return Outlets(
        security_hub=lambda region: client("securityhub", region),
        sns=client("sns", here.aws_region),
        topic=here.alert_topic_arn,
        sqs=client("sqs", here.aws_region),
        dead_letters=here.dead_letter_queue_url,
        sent=DynamoDBPersistenceLayer(
            here.idempotency_table, boto3_client=client("dynamodb", here.aws_region)
        ),
        pause=pause,
        docs_url=here.docs_url,
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish a batch of the findings table's stream."""
    records = read_stream_event(event)
    answer = publish(records, outlets(), context)
    failed = len(answer["batchItemFailures"])
    logger.info("published", records=len(records), failed=failed)
    return dict(answer)
