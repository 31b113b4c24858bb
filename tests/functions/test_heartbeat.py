"""The heartbeat, and what else tells that changes would go unnoticed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.inspect import app
from functions.plan import app as plan_app
from ringfence import clients
from ringfence.inspect.heartbeat import part, patience
from ringfence.inspect.reread import sweep
from ringfence.inspect.rules import Forwarding, OwnRules
from ringfence.messages import SweepRequest, read_queue_event
from ringfence.observations import ObservationsTable
from ringfence.snapshot import Gap
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, a_hub, event

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE = f"{ACCOUNT}/{REGION}"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:change"
WIDE = '{"source": [{"prefix": "aws."}]}'


def ours(**names: str) -> OwnRules:
    """Give the stack's event rules so named, by what they are for."""
    members = Forwarding(
        prefix="RingfenceMember", account=ACCOUNT, region=REGION, partition="aws"
    )
    return OwnRules.of_stack(names, QUEUE, "/ringfence/policy", members)


def sweep_at(aws: Aws, time: datetime, **rules: str) -> None:
    """Sweep as is done every hour, a minute after it was started at *time*."""
    hub = a_hub(aws, time + timedelta(minutes=1), ours(**rules))
    started = time.strftime("sweep-%Y%m%dT%H%M%SZ")
    request = SweepRequest(account=ACCOUNT, region=REGION, sweep=started)
    sweep(request, hub, timedelta(hours=1))


def came(time: datetime) -> dict[str, Any]:
    """The message that tells of the heartbeat that was made at *time*."""
    told: dict[str, Any] = event("change.heartbeat")
    record = told["Records"][0]
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    record["body"] = record["body"].replace("2026-11-22T12:00:03Z", made)
    return told


def written(source: str, call: str, named: str) -> dict[str, Any]:
    """The message that tells of *call*, a write of *source*'s on what is so *named*."""
    told: dict[str, Any] = event("change.omitted_parameters")
    record = told["Records"][0]
    body = json.loads(record["body"])
    body["source"] = f"aws.{source}"
    body["detail"] |= {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": call,
        "requestParameters": {"name": named},
    }
    record["body"] = json.dumps(body)
    return told


def _told(source: str, time: str) -> str:
    """What is told of a call of that name, of any service and at any time."""
    detail = {"eventSource": source, "eventName": "TagQueue", "eventTime": time}
    return json.dumps({"detail": detail})


def make_rules(aws: Aws, *names: str) -> Any:
    """Make event rules that feed the change queue."""
    events = aws.client("events")
    for name in names:
        events.put_rule(Name=name, EventPattern=WIDE)
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": QUEUE}])
    return events


def test_each_start_tags_the_change_queue(aws: Aws, context: Context) -> None:
    """With the sweep that was started, so that a person sees what it is."""
    plan_app.handler(event("plan.scheduled"), context)
    tags = aws.client("sqs").list_queue_tags(QueueUrl=aws.queue_urls["change"])

    assert {"ringfence:heartbeat": "sweep-20261122T120000Z"} == tags["Tags"]


def test_sweeps_go_on_without_a_heartbeat(aws: Aws, context: Context) -> None:
    """A permission that is missing must not blind the sweep as well."""
    aws.client("sqs").delete_queue(QueueUrl=aws.queue_urls["change"])
    plan_app.handler(event("plan.scheduled"), context)

    assert "sweep" in [message["kind"] for message in aws.messages("sweep")]


def test_one_that_comes_round_is_noted_and_counted(
    aws: Aws, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no change: nothing is read, and the alarm hears of it."""
    answer = app.change(came(NOON), context)
    table = ObservationsTable(aws.client("dynamodb"), aws.table)
    heartbeat = table.heartbeat(PLACE)

    assert {"batchItemFailures": []} == answer
    assert heartbeat is not None
    assert NOON == heartbeat.came_at
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [[1.0]] == [
        line["HeartbeatArrived"] for line in metrics if "HeartbeatArrived" in line
    ]
    assert [] == aws.items("finding/")


def test_silence_is_told_after_two_periods(aws: Aws) -> None:
    """Not after one, which may be lost; and it is over once one comes round."""
    found = []
    for hours in (0, 1, 2, 3):
        sweep_at(aws, NOON + timedelta(hours=hours))
        found.append(aws.items("finding/RF-013"))

    assert [[], [], *[["finding/RF-013/heartbeat"]] * 2] == found


def test_a_heartbeat_keeps_it_quiet(aws: Aws, context: Context) -> None:
    """However many sweeps there are, and however late each comes round."""
    for hours in range(5):
        time = NOON + timedelta(hours=hours)
        sweep_at(aws, time)
        app.change(came(time + timedelta(seconds=2)), context)

    assert [] == aws.items("finding/RF-013")


def test_a_stack_that_was_asleep_has_not_been_silent(
    aws: Aws, context: Context
) -> None:
    """Where nobody made a heartbeat, none is missing."""
    sweep_at(aws, NOON)
    app.change(came(NOON), context)
    sweep_at(aws, NOON + timedelta(days=9))

    assert [] == aws.items("finding/RF-013")


def test_it_passes_when_events_come_again(aws: Aws, context: Context) -> None:
    """The next sweep closes it."""
    for hours in (0, 2):
        sweep_at(aws, NOON + timedelta(hours=hours))
    app.change(came(NOON + timedelta(hours=2)), context)
    sweep_at(aws, NOON + timedelta(hours=3))
    (item,) = (
        item
        for item in aws.client("dynamodb").scan(TableName=aws.table)["Items"]
        if item["item"]["S"].startswith("finding/RF-013")
    )

    assert "PASSED" in json.dumps(item)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (timedelta(minutes=15), timedelta(minutes=25)),
        (timedelta(hours=1), timedelta(minutes=115)),
        (timedelta(days=1), timedelta(hours=3)),
    ],
)
def test_patience_is_two_periods_and_never_half_a_day(
    period: timedelta, expected: timedelta
) -> None:
    """Whoever sweeps once a day is told by the next sweep, not by the one after."""
    assert expected == patience(period)


def test_a_rule_that_is_disabled_is_told_at_once(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own event may be the last that comes through."""
    monkeypatch.setenv("CHANGE_RULES", "EC2ChangeRule=ec2,EdgeChangeRule=names")
    make_rules(aws, "ec2", "names").disable_rule(Name="ec2")
    app.change(written("events", "DisableRule", "ec2"), context)

    assert ["finding/RF-012/rule/ec2"] == aws.items("finding/RF-012")


def test_a_rule_that_is_narrowed_is_told_at_once_and_who_did_it(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Critical, with what it leaves out; and it closes when it takes that again."""
    monkeypatch.setenv("CHANGE_RULES", "TrailChangeRule=trails,EC2ChangeRule=ec2")
    events = make_rules(aws, "trails", "ec2")
    others = {"detail": {"eventName": [{"prefix": "St"}]}}
    events.put_rule(Name="trails", EventPattern=json.dumps(others))
    app.change(written("events", "PutRule", "trails"), context)
    alerts = json.dumps(aws.documents("alert/"))
    (finding,) = aws.documents("finding/RF-012")
    events.put_rule(Name="trails", EventPattern=WIDE)
    app.change(written("events", "PutRule", "trails"), context)
    (after,) = aws.documents("finding/RF-012")

    assert "CRITICAL" in alerts
    assert "alice" in alerts
    assert "leaves out CreateTrail, DeleteTrail, PutEventSelectors" in alerts
    assert (True, False) == (finding["is_open"], after["is_open"])


def test_the_sweep_finds_rules_that_are_gone_or_aimless(aws: Aws) -> None:
    """Where no event could tell."""
    events = make_rules(aws, "aimless", "good", "narrow", "spoiled")
    events.remove_targets(Rule="aimless", Ids=["queue"])
    events.put_rule(Name="narrow", EventPattern='{"source": ["aws.s3"]}')
    rewriting = {"Id": "queue", "Arn": QUEUE, "Input": '{"all": "is well"}'}
    events.put_targets(Rule="spoiled", Targets=[rewriting])
    sweep_at(
        aws,
        NOON,
        EC2ChangeRule="aimless",
        NetworkChangeRule="good",
        LaunchChangeRule="gone",
        TrailChangeRule="narrow",
        EdgeChangeRule="spoiled",
    )

    assert [
        f"finding/RF-012/rule/{name}"
        for name in ("aimless", "gone", "narrow", "spoiled")
    ] == aws.items("finding/RF-012")


def test_that_members_rules_are_not_followed_any_more_is_told(aws: Aws) -> None:
    """They hand their own tampering on: it has to get into the queue, too."""
    events = make_rules(aws, "own")
    mine, theirs = {"prefix": "own"}, {"prefix": "RingfenceMember-"}
    policy = "/ringfence/policy"
    found = []
    for hours, rules in enumerate(([mine, theirs], [mine])):
        named = {"name": [*rules, policy]}
        asked = {"$or": [named, {"rule": rules}, {"names": [policy]}]}
        pattern = {"detail": {"requestParameters": asked}}
        events.put_rule(Name="own", EventPattern=json.dumps(pattern))
        sweep_at(aws, NOON + timedelta(hours=hours), OwnChangeRule="own")
        found.append(aws.items("finding/RF-012"))

    assert [[], ["finding/RF-012/rule/own"]] == found


def event_bridge() -> Any:
    """A client that looks for no credentials."""
    return clients.session().client(
        "events",
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.mark.parametrize("operation", ["describe_rule", "list_targets_by_rule"])
def test_rules_that_may_not_be_read_are_a_gap(operation: str) -> None:
    """Neither enabled nor disabled: what could not be read, and why."""
    events = event_bridge()
    with Stubber(events) as stub:
        if operation != "describe_rule":
            told = {"State": "ENABLED", "EventPattern": WIDE}
            stub.add_response("describe_rule", told, {"Name": "ec2"})
        stub.add_client_error(operation, "AccessDeniedException", "no")
        gap = ours(EC2ChangeRule="ec2").told_by(events, REGION)

    assert isinstance(gap, Gap)
    assert (f"events.{operation}", "AccessDeniedException", "ec2") == (
        gap.operation,
        gap.code,
        gap.argument,
    )


def test_a_rule_that_is_no_rule_is_a_gap() -> None:
    """An answer that makes no sense stops no sweep."""
    events = event_bridge()
    with Stubber(events) as stub:
        stub.add_response("describe_rule", {"Name": "ec2"}, {"Name": "ec2"})
        gap = ours(EC2ChangeRule="ec2").told_by(events, REGION)

    assert isinstance(gap, Gap)
    assert ("events.describe_rule", "MalformedAnswer") == (gap.operation, gap.code)


def test_a_trail_that_is_stopped_is_told_at_once_with_who_did_it(
    aws: Aws, context: Context
) -> None:
    """The alert names the person and the finding how to start the trail again."""
    aws.client("cloudtrail").stop_logging(Name="changes")
    app.change(written("cloudtrail", "StopLogging", "changes"), context)
    rows = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    told = [
        json.loads(row["document"]["S"])
        for row in rows
        if row["item"]["S"].startswith("alert/")
    ]

    assert [f"finding/TRAIL-001/AWS::::Account:{ACCOUNT}"] == aws.items("finding/TRAIL")
    assert "alice" in json.dumps(told)
    assert "start-logging" in json.dumps(told)


@pytest.mark.parametrize(
    "body",
    [
        "TagQueue",
        '["TagQueue"]',
        '{"detail": {"eventName": "TagQueue"}}',
        _told("ec2.amazonaws.com", "2026-11-22T12:00:03Z"),
        _told("sqs.amazonaws.com", "soon"),
    ],
)
def test_what_only_looks_like_one_is_none(body: str) -> None:
    """It is left to be read as a change, or to be put aside."""
    record = event("change.heartbeat")["Records"][0] | {"body": body}
    messages = read_queue_event({"Records": [record]})

    assert ([], list(messages)) == part(messages)
