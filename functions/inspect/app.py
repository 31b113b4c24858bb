"""Inspect: re-read and judge, a whole Region for a sweep, some VPCs for changes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from ringfence.accounts import Accounts
from ringfence.clients import client, session
from ringfence.collect.locate import Whereabouts
from ringfence.inspect import changed, heartbeat, placing, reread
from ringfence.inspect.endpoints import to_look_at, wait_s
from ringfence.inspect.hints import again_after_s, read_hints
from ringfence.inspect.hub import Hub
from ringfence.inspect.policies import Policies
from ringfence.inspect.releases import is_due
from ringfence.inspect.rules import Forwarding, OwnRules
from ringfence.inspect.verdicts import place_of
from ringfence.logs import ascii_logger
from ringfence.members import Members
from ringfence.messages import (
    QueueMessage,
    RenewalRequest,
    RosterRequest,
    SweepRequest,
    failures,
    read_queue_event,
    read_requests,
)
from ringfence.observations import ObservationsTable
from ringfence.parked import ParkedPlaces
from ringfence.queues import return_soon, send
from ringfence.settings import ChangeSettings, SweepSettings
from ringfence.store import FindingsTable
from ringfence.sweeps import SweepBook

logger = ascii_logger()
sweep_settings = cache(SweepSettings.read)
change_settings = cache(ChangeSettings.read)
metrics = cache(Metrics)


def now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)  # noqa: TID251 - the entry point owns the clock


def own_account(context: LambdaContext) -> str:
    """The account that this function runs in."""
    account: str = context.invoked_function_arn.split(":")[4]
    return account


@cache
def members(role: str, external_id: str, region: str, work: str) -> Members:
    """The ways into other accounts, kept with their credentials while warm."""
    return Members(
        sts=client("sts", region),
        role=f"{role}-read",
        external_id=external_id,
        session_name=f"ringfence-{work}",
        now=now,
    )


@cache
def whereabouts() -> Whereabouts:
    """What is known of where resources are, while warm."""
    return Whereabouts()


@cache
def policies(parameter: str, table: str, region: str) -> Policies:
    """The policy, and which one this function has seen to be kept while warm."""
    kept = FindingsTable(client("dynamodb", region), table)
    return Policies(client("ssm", region), parameter, kept)


def hub(here: SweepSettings | ChangeSettings, context: LambdaContext, work: str) -> Hub:
    """What an inspection works with, in this function."""
    dynamodb = client("dynamodb", here.aws_region)
    forwarding = Forwarding(
        prefix=here.member_role,
        account=own_account(context),
        region=here.aws_region,
        partition=client("sts", here.aws_region).meta.partition,
    )
    return Hub(
        account=own_account(context),
        region=here.aws_region,
        session=session(),
        policies=policies(here.policy_parameter, here.findings_table, here.aws_region),
        table=FindingsTable(dynamodb, here.findings_table),
        parked=ParkedPlaces(dynamodb, here.findings_table),
        observations=ObservationsTable(dynamodb, here.findings_table),
        book=SweepBook(dynamodb, here.findings_table),
        now=now,
        members=members(here.member_role, here.external_id, here.aws_region, work),
        whereabouts=whereabouts(),
        rules=OwnRules.of_stack(
            here.change_rules, here.change_queue_arn, here.policy_parameter, forwarding
        ),
        forwarding=forwarding,
        regions=here.regions,
        probes_inside=here.probes_inside,
        user_data=isinstance(here, SweepSettings) and here.user_data,
    )


def tell(unread: Mapping[QueueMessage, str]) -> None:
    """Say what is wrong with the messages that go back to their queue."""
    for message, why in unread.items():
        logger.error("unreadable message", message_id=message.id, why=why)


def renewals(inside: Hub) -> tuple[RenewalRequest, ...]:
    """Ask for newer release data, once a day."""
    if not is_due(inside.table, inside.now().date()):
        return ()
    return (RenewalRequest(account=inside.account, region=inside.region),)


def note(beats: list[datetime], inside: Hub) -> None:
    """Remember the heartbeats that came round, and tell the alarm that they did."""
    place = place_of(inside.account, inside.region)
    inside.observations.note_heartbeat(place, max(beats))
    metrics().add_metric("HeartbeatArrived", MetricUnit.Count, len(beats))
    metrics().flush_metrics()


def at_once(_: object) -> int:
    """Let nothing wait that a person asked for."""
    return 0


@logger.inject_lambda_context
def sweep(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Re-read and judge each account and Region that a message names."""
    here = sweep_settings()
    policies.cache_clear()  # a sweep looks afresh which one is kept
    inside = hub(here, context, "sweep")
    watched = Accounts.of(inside.account, here.accounts)
    messages = read_queue_event(event)
    rosters, others = read_requests(RosterRequest, messages, watched)
    for roster in rosters:
        reread.enrol_all(roster, inside)
    requests, unread = read_requests(SweepRequest, others, watched)
    tell(unread)
    for request in requests:
        if not request.is_asked and inside.book.is_superseded(request.sweep):
            logger.info("superseded by a newer sweep", **request.model_dump())
            continue
        swept = reread.sweep(request, inside, here.sweep_period)
        if swept.report is None:
            logger.warning("no way in", **request.model_dump())
            continue
        queue = client("sqs", here.aws_region)
        probes = to_look_at(request, swept.probes)
        wait = at_once if request.is_asked else wait_s
        send(queue, here.probe_queue_url, probes, wait_s=wait)
        if here.release_feeds and inside.is_own(request.account, request.region):
            send(queue, here.probe_queue_url, renewals(inside))
        logger.info(
            "swept",
            **request.model_dump(),
            findings=len(swept.report.findings),
            probes=len(probes),
        )
    return failures(unread)


@logger.inject_lambda_context
def change(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Re-read and judge what the changes in a batch of messages touched."""
    here = change_settings()
    inside = hub(here, context, "change")
    watched = Accounts.of(inside.account, here.accounts)
    beats, messages = heartbeat.part(read_queue_event(event))
    if beats:
        note(beats, inside)
    hints, unread = read_hints(messages, watched)
    tell(unread)
    queue = client("sqs", here.aws_region)
    placed = placing.place(hints, inside)
    send(queue, here.change_queue_url, placed.apart)
    hints = list(placed.here)
    half = timedelta(milliseconds=context.get_remaining_time_in_millis() / 2)
    led_to = changed.changes(hints, inside, until=now() + half)
    late = led_to.late | led_to.left
    again = [*unread, *(hint.message for hint in hints if hint.change.event_id in late)]
    waits = {one.receipt: again_after_s(one.attributes.received) for one in again}
    crashed = [hint for hint in hints if hint.change.event_id in led_to.crashed - late]
    send(queue, here.probe_queue_url, led_to.probes, wait_s=lambda _: led_to.wait_s)
    return_soon(queue, here.change_queue_url, waits)
    made_at = {hint.change.event_id: hint.change.at for hint in hints}
    for event_id in made_at.keys() - late - led_to.crashed:
        delay = (now() - made_at[event_id]).total_seconds()
        metrics().add_metric("ChangeDelay", MetricUnit.Seconds, delay)
    if metrics().provider.metric_set:
        metrics().flush_metrics()
    logger.info(
        "judged",
        changes=len(hints),
        apart=len(placed.apart),
        not_visible=len(led_to.late),
        left=len(led_to.left),
        crashed=len(crashed),
    )
    return failures([*again, *(hint.message for hint in crashed)])
