"""Publish: tell Security Hub and people what changed in the findings table."""

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.clients import client, client_of, session
from ringfence.members import Members
from ringfence.messages import read_stream_event
from ringfence.parked import ParkedPlaces
from ringfence.publish.stream import Outlets, publish
from ringfence.settings import PublishSettings

logger = Logger()


def pause(attempt: int) -> None:
    """Wait before an attempt is repeated, each time twice as long."""
    time.sleep(0.5 * 2**attempt)


def now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)  # noqa: TID251 - the entry point owns the clock


@cache
def outlets(own: str) -> Outlets:
    """Where this stack, in the account *own*, publishes."""
    here = PublishSettings.read()
    dynamodb = client("dynamodb", here.aws_region)
    members = Members(
        sts=client("sts", here.aws_region),
        role=f"{here.member_role}-publish",
        external_id=here.external_id,
        session_name="ringfence-publish",
        now=now,
    )

    def security_hub(account: str, region: str) -> Any:
        """Security Hub of the finding's own account and Region."""
        is_own = account == own
        return client_of(
            session() if is_own else members.session(account), "securityhub", region
        )

    return Outlets(
        security_hub=security_hub,
        parked=ParkedPlaces(dynamodb, here.findings_table),
        sns=client("sns", here.aws_region),
        topic=here.alert_topic_arn,
        sqs=client("sqs", here.aws_region),
        dead_letters=here.dead_letter_queue_url,
        sent=DynamoDBPersistenceLayer(here.idempotency_table, boto3_client=dynamodb),
        pause=pause,
        docs_url=here.docs_url,
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish a batch of the findings table's stream."""
    records = read_stream_event(event)
    answer = publish(
        records, outlets(context.invoked_function_arn.split(":")[4]), context
    )
    failed = len(answer["batchItemFailures"])
    logger.info("published", records=len(records), failed=failed)
    return dict(answer)
