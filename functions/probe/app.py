"""Probe: look at endpoints over the network, as a visitor does."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.accounts import Accounts
from ringfence.changes import Cause
from ringfence.clients import client
from ringfence.inspect.endpoints import look
from ringfence.inspect.policies import last_good
from ringfence.inspect.releases import in_force, renew
from ringfence.messages import (
    ProbeRequest,
    RenewalRequest,
    failures,
    read_queue_event,
    read_requests,
)
from ringfence.observations import ObservationsTable
from ringfence.probe import Address, observe, public_only, public_or_private
from ringfence.settings import ProbeSettings
from ringfence.store import FindingsTable

logger = Logger()
settings = cache(ProbeSettings.read)


def now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)  # noqa: TID251 - the entry point owns the clock


def may_dial(here: ProbeSettings) -> Callable[[Address], bool]:
    """What this function may connect to: private addresses only from inside."""
    return public_or_private if here.probes_inside else public_only


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Look at the endpoints that the messages name, and keep what they showed."""
    here = settings()
    dynamodb = client("dynamodb", here.aws_region)
    table = FindingsTable(dynamodb, here.findings_table)
    observations = ObservationsTable(dynamodb, here.findings_table)
    account = context.invoked_function_arn.split(":")[4]
    watched = Accounts.of(account, here.accounts)
    messages = read_queue_event(event)
    renewals, others = read_requests(RenewalRequest, messages, watched)
    if renewals:
        troubles = renew(table, now().date())
        logger.info("renewed release data", troubles=troubles)
    requests, unread = read_requests(ProbeRequest, others, watched)
    for message, why in unread.items():
        logger.error("unreadable message", message_id=message.id, why=why)
    cause = Cause(kind="probe", id=f"probe-{context.aws_request_id}")
    policy = last_good(table)
    looking = partial(observe, may_dial=may_dial(here), roots=policy.roots)
    seen = look(
        requests,
        policy,
        cause,
        observe=looking,
        table=table,
        observations=observations,
        now=now,
        releases=in_force(table) if requests else None,
    )
    for request, shown in seen.items():
        errors = [one.error for one in shown if one and one.error]
        logger.info("probed", host=request.host, port=request.port, errors=errors)
    return failures(unread)
