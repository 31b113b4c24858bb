"""Plan: begin a sweep of each account and Region, and end it when all were read."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from ringfence.accounts import Accounts
from ringfence.clients import client
from ringfence.collect.organization import roster_of
from ringfence.drafts import Drafts
from ringfence.logs import ascii_logger
from ringfence.messages import End, RosterRequest, SweepRequest, read_start
from ringfence.queues import mark, send
from ringfence.settings import PlanSettings
from ringfence.sweeps import SweepBook

logger = ascii_logger()
settings = cache(PlanSettings.read)
metrics = cache(Metrics)


def now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)  # noqa: TID251 - the entry point owns the clock


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """End what is over, and start the sweep that was scheduled."""
    here = settings()
    start = read_start(event)
    dynamodb = client("dynamodb", here.aws_region)
    book = SweepBook(dynamodb, here.findings_table)
    end(book)
    if isinstance(start, End):
        tell_left(Drafts(dynamodb, here.findings_table))
        return {}
    own = context.invoked_function_arn.split(":")[4]
    watched = Accounts.of(own, here.accounts)
    roster = roster_of(client("organizations", here.aws_region), watched)
    regions = tuple(dict.fromkeys((here.aws_region, *here.regions)))
    wanted = {(account, region) for account in roster.accounts for region in regions}
    if roster.trouble:  # nobody has left because nobody tells who is there
        wanted.update(book.watched())
    places = book.begin(
        start.sweep, sorted(wanted), period=here.sweep_period, now=now()
    )
    requests = [
        SweepRequest(sweep=start.sweep, account=account, region=region)
        for account, region in places
    ]
    queue = client("sqs", here.aws_region)
    told = RosterRequest(
        sweep=start.sweep,
        account=own,
        region=here.aws_region,
        accounts=tuple(sorted({account for account, _ in wanted})),
        regions=regions,
        inactive=roster.inactive,
        trouble=roster.trouble,
    )
    send(queue, here.sweep_queue_url, [told])  # first: it tells who is shut, at once
    send(queue, here.sweep_queue_url, requests)
    if roster.trouble:
        logger.error("the organization does not tell its accounts", why=roster.trouble)
    try:
        mark(queue, here.change_queue_url, start.sweep)
    except (BotoCoreError, ClientError):
        logger.exception("no heartbeat")  # sweeps must go on; RF-013 tells of it
    logger.info("planned", sweep=start.sweep, places=len(requests))
    return {"sweep": start.sweep, "places": len(requests)}


def end(book: SweepBook) -> None:
    """Tell what the newest sweep found, once nothing more is to be waited for."""
    ended = book.end(now=now())
    if ended is None:
        return
    if ended.is_complete:
        metrics().add_metric("SweepCompleted", MetricUnit.Count, 1)
        metrics().flush_metrics()
    logger.info(
        "sweep is over",
        sweep=ended.sweep.id,
        alert=ended.alert and ended.alert.id,
        **ended.coverage.model_dump(),
    )


def tell_left(drafts: Drafts) -> None:
    """Tell the alerts that functions have left unfinished when they died."""
    for alert in drafts.tell_left(now=now()):
        logger.warning("an alert was left unfinished", alert=alert.id)
