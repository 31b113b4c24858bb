"""Plan: one message per account and Region to be swept."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.clients import client
from ringfence.logs import ascii_logger
from ringfence.messages import SweepRequest, read_start
from ringfence.queues import send
from ringfence.settings import PlanSettings

logger = ascii_logger()
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
    send(client("sqs", here.aws_region), here.sweep_queue_url, requests)
    logger.info("planned", sweep=start.sweep, places=len(requests))
    return {"sweep": start.sweep, "places": len(requests)}
