"""The event rules by which other places hand their changes on."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.inspect import app
from ringfence import clients
from ringfence.changes.watched import ABOUT_ALL_REGIONS, FORWARDED
from ringfence.inspect.hub import read_place
from ringfence.inspect.rules import Forwarding
from ringfence.observations import ObservationsTable
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context
from tests.functions.test_heartbeat import written
from tests.functions.test_members import (
    MEMBER,
    Member,
    places,
    sweep,
    watched,  # noqa: F401 - the fixture
)

pytestmark = pytest.mark.usefixtures("watched")

BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
ROLE = f"arn:aws:iam::{MEMBER}:role/RingfenceMember-forward"
WIDE = '{"source": [{"prefix": "aws."}]}'
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def name_of(rule: str) -> str:
    return f"RingfenceMember-{rule}"


def deployed(region: str = REGION, but: str = "") -> Any:
    """Deploy member.yaml's rules in the member's account, *but* for one."""
    events = Member().client("events", region)
    for rule in FORWARDED:
        if rule != but:
            target = {"Id": "ringfence", "Arn": BUS, "RoleArn": ROLE}
            events.put_rule(Name=name_of(rule), EventPattern=WIDE)
            events.put_targets(Rule=name_of(rule), Targets=[target])
    return events


def delete(events: Any, *rules: str) -> None:
    for rule in rules:
        events.remove_targets(Rule=name_of(rule), Ids=["ringfence"])
        events.delete_rule(Name=name_of(rule))


def told(aws: Aws, region: str = REGION) -> list[str]:
    """What is open of the member's rules, in its own place."""
    found = places(aws).get(f"{MEMBER}/{region}", [])
    return sorted(key for key in found if "RF-012" in key)


def hears(context: Context, call: str, rule: str, region: str = REGION) -> None:
    """Let the change function hear of a call on one of the member's rules."""
    message = written("events", call, name_of(rule))
    record = message["Records"][0]
    record["body"] = record["body"].replace(ACCOUNT, MEMBER).replace(REGION, region)
    app.change(message, context)


def test_rules_as_they_are_deployed_are_quiet(aws: Aws, context: Context) -> None:
    """In each Region; and where member.yaml is not deployed, nothing is missed."""
    deployed()
    sweep(context)
    sweep(context, region="us-east-1")

    assert [[], []] == [told(aws), told(aws, "us-east-1")]
    assert f"{MEMBER}/us-east-1" in places(aws)


def test_whatever_keeps_a_rule_from_handing_on_is_told(
    aws: Aws, context: Context
) -> None:
    """By the next sweep of the place, in the place's own findings."""
    events = deployed(but="DataChangeRule")
    events.disable_rule(Name=name_of("EC2ChangeRule"))
    events.put_rule(
        Name=name_of("EdgeChangeRule"), EventPattern='{"source": ["aws.s3"]}'
    )
    events.remove_targets(Rule=name_of("TrailChangeRule"), Ids=["ringfence"])
    stranger = {"Id": "ringfence", "Arn": BUS, "RoleArn": ROLE + "-not"}
    events.put_targets(Rule=name_of("OwnChangeRule"), Targets=[stranger])
    sweep(context)
    bad = ("DataChangeRule", "EC2ChangeRule", "EdgeChangeRule")

    assert [
        f"RF-012/rule/{name_of(rule)}"
        for rule in (*bad, "OwnChangeRule", "TrailChangeRule")
    ] == told(aws)


def test_a_rule_that_is_disabled_is_told_at_once(aws: Aws, context: Context) -> None:
    """Its event comes by the rule about rules, and it is critical."""
    events = deployed()
    sweep(context)
    events.disable_rule(Name=name_of("EC2ChangeRule"))
    hears(context, "DisableRule", "EC2ChangeRule")
    alerts = json.dumps(aws.documents("alert/"))

    assert [f"RF-012/rule/{name_of('EC2ChangeRule')}"] == told(aws)
    assert "CRITICAL" in alerts
    assert "alice" in alerts


def test_rules_that_are_all_deleted_are_missed(aws: Aws, context: Context) -> None:
    """They were there: that is not the same as never to have been deployed."""
    events = deployed()
    sweep(context)
    delete(events, *FORWARDED)
    sweep(context)
    by_sweep = told(aws)
    hears(context, "DeleteRule", "EC2ChangeRule")

    assert [["RF-012/rules"]] * 2 == [by_sweep, told(aws)]


def test_what_is_told_of_no_region_is_handed_on_and_looked_after(
    aws: Aws, context: Context
) -> None:
    """In a Region that is not swept: at once, and where global services are read."""
    east = "us-east-1"
    deployed()
    events = deployed(east)
    sweep(context)
    before = told(aws)
    events.disable_rule(Name=name_of("EdgeChangeRule"))
    events.disable_rule(Name=name_of("EC2ChangeRule"))  # of no interest there
    hears(context, "DisableRule", "EdgeChangeRule", east)
    at_once = told(aws)
    events.enable_rule(Name=name_of("EdgeChangeRule"))
    sweep(context)

    assert [] == before
    assert [f"RF-012/rule/{east}/{name_of('EdgeChangeRule')}"] == at_once
    assert [] == told(aws)
    assert f"{MEMBER}/{east}" not in places(aws)


def test_those_that_are_all_deleted_there_are_missed(
    aws: Aws, context: Context
) -> None:
    """Apart from those of the place itself, which are as they should be."""
    deployed()
    events = deployed("us-west-2")
    sweep(context)
    delete(events, *FORWARDED)
    sweep(context)

    assert ["RF-012/rules/us-west-2"] == told(aws)


def test_a_region_that_may_not_be_asked_is_no_gap_unless_there_were_some(
    aws: Aws, context: Context
) -> None:
    """A policy that closes Regions is no fault, where nothing is handed on."""
    deployed()
    hub = app.hub(app.sweep_settings(), context, "sweep")
    session = hub.members.session(MEMBER)
    east = clients.client_of(session, "events", "us-east-1")
    with Stubber(east) as stub:
        for _ in range(2 * len(ABOUT_ALL_REGIONS)):
            stub.add_client_error("describe_rule", "AccessDeniedException", "no")
        never = read_place(MEMBER, REGION, None, hub)
        hub.observations.note_rules(f"{MEMBER}/us-east-1", hub.now())
        lately = read_place(MEMBER, REGION, None, hub)

    assert {name_of(rule) for rule in FORWARDED} == {
        rule.name for rule in never.own_rules
    }
    assert [("events.describe_rule", "AccessDeniedException")] == [
        (gap.operation, gap.code) for gap in lately.gaps["own_rules"]
    ]


def test_a_region_without_them_is_quiet_again_two_weeks_later(aws: Aws) -> None:
    """Whoever took member.yaml out of a Region meant it; it was told till then."""
    table = ObservationsTable(aws.client("dynamodb"), aws.table)
    never = table.had_rules("a/b", NOON)
    for day in (0, 6, 7):
        table.note_rules("a/b", NOON + timedelta(days=day))
    had = [
        table.had_rules("a/b", NOON + timedelta(days=day, minutes=-1))
        for day in (1, 8, 21, 22)
    ]

    assert (False, [True, True, True, False]) == (never, had)


def test_the_bus_is_that_of_our_own_partition() -> None:
    """Whichever accounts and Regions hand their changes on to it."""
    told = Forwarding(
        prefix="RingfenceMember",
        account=ACCOUNT,
        region="cn-north-1",
        partition="aws-cn",
    )
    target = told.of(MEMBER).target

    assert (
        f"arn:aws-cn:events:cn-north-1:{ACCOUNT}:event-bus/default",
        f"arn:aws-cn:iam::{MEMBER}:role/RingfenceMember-forward",
    ) == (target.arn, target.role)
