"""Plan: one message per account and Region to be swept."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.accounts import Accounts
from ringfence.clients import client
from ringfence.collect.organization import roster_of
from ringfence.messages import RosterRequest, SweepRequest, read_start
from ringfence.queues import send
from ringfence.settings import PlanSettings

logger = Logger()
settings = cache(PlanSettings.read)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Start the sweep that was scheduled; a second start is the same sweep."""
    here = settings()
    start = read_start(event)
    own = context.invoked_function_arn.split(":")[4]
    watched = Accounts.of(own, here.accounts)
    roster = roster_of(client("organizations", here.aws_region), watched)
    regions = tuple(dict.fromkeys((here.aws_region, *here.regions)))
    requests = [
        SweepRequest(sweep=start.sweep, account=account, region=region)
        for account in roster.accounts
        for region in regions
    ]
    queue = client("sqs", here.aws_region)
    send(queue, here.sweep_queue_url, requests)
    told = RosterRequest(
        sweep=start.sweep,
        account=own,
        region=here.aws_region,
        accounts=roster.accounts,
        regions=regions,
        inactive=roster.inactive,
        trouble=roster.trouble,
    )
    send(queue, here.sweep_queue_url, [told])
    if roster.trouble:
        logger.error("the organization does not tell its accounts", why=roster.trouble)
    logger.info("planned", sweep=start.sweep, places=len(requests))
    return {"sweep": start.sweep, "places": len(requests)}
