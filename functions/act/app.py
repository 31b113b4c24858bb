"""Act: do what a person chose for a finding in Security Hub."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.actions import read_actions
from ringfence.clients import client
from ringfence.inspect.asked import follow
from ringfence.logs import ascii_logger
from ringfence.messages import failures, read_queue_event
from ringfence.publish.notes import advise
from ringfence.queues import send
from ringfence.settings import ActSettings
from ringfence.store import FindingsTable

logger = ascii_logger()
settings = cache(ActSettings.read)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Accept findings or have them judged anew, as the messages ask."""
    here = settings()
    account = context.invoked_function_arn.split(":")[4]
    actions, again = read_actions(read_queue_event(event), account)
    table = FindingsTable(client("dynamodb", here.aws_region), here.findings_table)
    done = follow(actions, table)
    send(client("sqs", here.aws_region), here.sweep_queue_url, done.sweeps)
    for action, one in done.accepted.items():
        logger.info("accepted", finding=action.finding, until=one.expires.isoformat())
    again |= {actions[action]: why for action, why in done.refused.items()}
    for action in done.unexplained:
        logger.info("not accepted: there is no note", finding=action.finding)
        trouble = advise(client("securityhub", action.region), action)
        if trouble:
            again[actions[action]] = trouble
    for message, why in again.items():
        logger.error("action not followed", message_id=message.id, why=why)
    return failures(again)
