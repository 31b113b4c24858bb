"""Plan: one message per account and Region to be swept."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from ringfence.clients import client
from ringfence.messages import SweepRequest, read_start
from ringfence.queues import mark, send
from ringfence.settings import PlanSettings

logger = Logger()
settings = cache(PlanSettings.read)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Start the sweep that was scheduled; a second start is the same sweep."""
    here = settings()
    start = read_start(event)
    account = context.invoked_function_arn.split(":")[4]
    requests = [
        SweepRequest(sweep=start.sweep, account=account, region=region)
        for region in here.regions or (here.aws_region,)
    ]
    queue = client("sqs", here.aws_region)
    send(queue, here.sweep_queue_url, requests)
    try:
        mark(queue, here.change_queue_url, start.sweep)
    except (
        BotoCoreError,
        ClientError,
    ):  # sweeps must go on, and RF-013 tells that no event comes
        logger.exception("no heartbeat")
    logger.info("planned", sweep=start.sweep, places=len(requests))
    return {"sweep": start.sweep, "places": len(requests)}
