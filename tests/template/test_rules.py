"""The event rules match what ringfence.changes reads, and nothing else."""

import json
from collections import Counter
from typing import Any

import pytest
from moto.events.models import EventPattern

from ringfence.changes import EVENTS
from ringfence.changes.watched import FORWARDED, Own, left_out
from ringfence.changes.watched import RULES as WATCHED
from tests.template import stack

OURS = {
    name: rule
    for name, rule in stack.resources("AWS::Events::Rule").items()
    if name != "ActionRule"  # what people choose, see test_security_hub.py
}
RULES = {name: rule for name, rule in OURS.items() if name != "HeartbeatRule"}
# The quota that an account begins with; the API itself takes 4,096.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
PATTERN = 2048
# "can reference a maximum of 10 metrics"
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
METRICS = 10


def matched(rule: str) -> list[tuple[str, str]]:
    """What *rule* lets through: each of its names, of the sources that have it."""
    detail = RULES[rule]["EventPattern"]["detail"]
    return [
        (source, name)
        for name in detail["eventName"]
        for source in detail["eventSource"]
        if name in EVENTS.get(source, ())
    ]


def test_the_rules_and_the_reader_know_the_same_events() -> None:
    """What is understood is matched, by one rule only: each change comes once."""
    found = Counter(pair for rule in RULES for pair in matched(rule))
    known = {(source, name) for source, names in EVENTS.items() for name in names}

    assert known == set(found)
    assert {1} == set(found.values())


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_name_is_one_that_its_sources_have_once(rule: str) -> None:
    """A rule of several services matches no name that two of them have, nor none."""
    detail = RULES[rule]["EventPattern"]["detail"]

    assert sorted(set(detail["eventName"])) == detail["eventName"]
    assert detail["eventName"] == sorted(name for _, name in matched(rule))
    assert set(detail["eventSource"]) == {source for source, _ in matched(rule)}


@pytest.mark.parametrize("rule", sorted(OURS))
def test_a_rule_takes_successful_calls_of_its_services(rule: str) -> None:
    """Names such as CreateRule exist in several services; failed calls arrive too."""
    pattern = OURS[rule]["EventPattern"]
    detail = pattern["detail"]

    assert ["AWS API Call via CloudTrail"] == pattern["detail-type"]
    assert [{"exists": False}] == detail["errorCode"]
    assert [f"aws.{name.partition('.')[0]}" for name in detail["eventSource"]] == (
        pattern["source"]
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_takes_the_calls_of_every_account(rule: str) -> None:
    """Member accounts' events may come over the same bus, and only calls are chosen."""
    pattern = RULES[rule]["EventPattern"]

    assert {"source", "detail-type", "detail"} == set(pattern)
    assert {"eventSource", "eventName", "errorCode"} == (
        set(pattern["detail"]) - {"requestParameters"}
    )


def test_only_the_stacks_own_rules_and_policy_are_watched() -> None:
    """Others' rules and parameters change all day; no other rule is narrowed so."""
    narrowed = {
        rule: detail["requestParameters"]
        for rule, body in RULES.items()
        if "requestParameters" in (detail := body["EventPattern"]["detail"])
    }
    own = [
        {"prefix": {"Fn::Sub": f"${{{name}}}-"}}
        for name in ("AWS::StackName", "MemberRole")  # ours, and those of member.yaml
    ]
    policy = {"Ref": "PolicyParameter"}

    assert {
        "OwnChangeRule": {
            "$or": [{"name": [*own, policy]}, {"rule": own}, {"names": [policy]}]
        }
    } == narrowed


@pytest.mark.parametrize("rule", sorted(OURS))
def test_a_pattern_fits(rule: str) -> None:
    """It stays under the quota that an account begins with."""
    text = json.dumps(OURS[rule]["EventPattern"], separators=(",", ":"))

    assert len(text) < PATTERN


@pytest.mark.parametrize("name", sorted(stack.resources("AWS::CloudWatch::Alarm")))
def test_an_alarm_reads_no_more_metrics_than_it_may(name: str) -> None:
    """The limit is a hard one: with one rule too many the stack does not deploy."""
    alarm = stack.resources("AWS::CloudWatch::Alarm")[name]
    read = [item for item in alarm.get("Metrics", ()) if "MetricStat" in item]

    assert len(read) <= METRICS


def filled(value: Any) -> Any:
    """*value* as it is deployed in a stack called ringfence."""
    if isinstance(value, dict):
        if "Ref" in value:
            return "/ringfence/policy"
        if "Fn::Sub" in value:
            text = value["Fn::Sub"].replace("${AWS::StackName}", "ringfence")
            text = text.replace("${MemberRole}", "RingfenceMember")
            return text.replace("${ChangeQueue.QueueName}", "changes")
        return {key: filled(inner) for key, inner in value.items()}
    return [filled(inner) for inner in value] if isinstance(value, list) else value


PATTERNS = {
    rule: EventPattern.load(json.dumps(filled(body["EventPattern"])))
    for rule, body in RULES.items()
}


def rules_for(service: str, name: str, asked: Any, **more: Any) -> list[str]:
    """The rules that let a call of some account through."""
    event: Any = {
        "source": f"aws.{service}",
        "detail-type": "AWS API Call via CloudTrail",
        "account": "222233334444",
        "detail": {
            "eventSource": f"{service}.amazonaws.com",
            "eventName": name,
            "requestParameters": asked,
            **more,
        },
    }
    return [rule for rule, pattern in PATTERNS.items() if pattern.matches_event(event)]


@pytest.mark.parametrize(
    ("service", "name", "asked", "rules"),
    [
        ("ec2", "CreateRoute", {"omitted": True}, ["NetworkChangeRule"]),
        ("appmesh", "CreateRoute", {}, []),
        ("elasticloadbalancing", "CreateRule", None, ["LoadBalancingChangeRule"]),
        ("globalaccelerator", "CreateListener", {}, ["EdgeChangeRule"]),
        ("wafv2", "DisassociateWebACL", {}, ["LoadBalancingChangeRule"]),
        ("wafv2", "UpdateIPSet", {}, []),
        ("events", "DisableRule", {"name": "ringfence-EC2-1"}, ["OwnChangeRule"]),
        ("events", "RemoveTargets", {"rule": "ringfence-EC2-1"}, ["OwnChangeRule"]),
        ("events", "PutRule", {"name": "RingfenceMember-EC2"}, ["OwnChangeRule"]),
        ("events", "PutTargets", {"rule": "RingfenceMember-EC2"}, ["OwnChangeRule"]),
        ("events", "DeleteRule", {"name": "nightly"}, []),
        ("ssm", "PutParameter", {"name": "/ringfence/policy"}, ["OwnChangeRule"]),
        ("ssm", "PutParameter", {"name": "/other/policy"}, []),
        ("cloudtrail", "StopLogging", {"name": "main"}, ["TrailChangeRule"]),
        ("cloudtrail", "PutInsightSelectors", {"trailName": "main"}, []),
    ],
)
def test_a_call_comes_by_its_rule_alone(
    service: str, name: str, asked: Any, rules: list[str]
) -> None:
    """Whosever account it is; and a call that failed comes by none."""
    assert rules == rules_for(service, name, asked)
    assert [] == rules_for(service, name, asked, errorCode="AccessDenied")


def test_the_heartbeat_is_a_tag_on_the_change_queue_alone() -> None:
    """Whoever tags another queue is no proof of anything, and costs nothing."""
    detail = OURS["HeartbeatRule"]["EventPattern"]["detail"]

    assert ["TagQueue"] == detail["eventName"]
    assert {"queueUrl": [{"suffix": {"Fn::Sub": "/${ChangeQueue.QueueName}"}}]} == (
        detail["requestParameters"]
    )


@pytest.mark.parametrize("function", ["SweepFunction", "ChangeFunction"])
def test_every_rule_is_looked_after(function: str) -> None:
    """A rule that nobody names could be disabled without a finding (RF-012)."""
    variables = stack.functions()[function]["Environment"]["Variables"]
    _, names = variables["CHANGE_RULES"]["Fn::Join"]

    assert {f"{rule}=${{{rule}}}" for rule in OURS} == {
        name["Fn::Sub"] for name in names
    }
    assert "ChangeQueue" == stack.target(variables["CHANGE_QUEUE_ARN"])


@pytest.mark.parametrize("rule", sorted(OURS))
def test_a_rule_is_known_by_what_it_takes(rule: str) -> None:
    """So that it is told what a pattern that somebody narrowed leaves out."""
    detail = OURS[rule]["EventPattern"]["detail"]
    calls = [
        (source, name)
        for source in detail["eventSource"]
        for name in detail["eventName"]
        if rule == "HeartbeatRule" or name in EVENTS[source]
    ]

    assert sorted(calls) == sorted(WATCHED[rule])


@pytest.mark.parametrize("rule", sorted(OURS))
def test_a_rule_as_it_is_deployed_leaves_out_nothing(rule: str) -> None:
    """Nor would a new stack begin with a finding; and one name less is told."""
    pattern = filled(OURS[rule]["EventPattern"])
    names = tuple(f"ringfence-{name}-1" for name in OURS)
    own = Own((*names, "RingfenceMember-EC2ChangeRule"), "/ringfence/policy", "changes")
    narrowed = json.loads(json.dumps(pattern))
    lost = narrowed["detail"]["eventName"].pop()

    assert () == left_out(rule, pattern, own)
    assert (lost,) == left_out(rule, narrowed, own)


def test_only_the_stacks_own_place_has_a_heartbeat() -> None:
    """The rest is handed on by the accounts that are watched, too."""
    assert set(OURS) - {"HeartbeatRule"} == set(FORWARDED)
