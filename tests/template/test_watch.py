"""Encryption, dead letters and alarms, held on the parsed template."""

import hashlib
import json
from typing import Any

import pytest

from ringfence.policy import Policy, read_policy
from tests.template import stack

FIRST_POLICY = "b27937793541362074539c30ed59f9430954dc432461e59b0ef1749e2d0ee63f"
QUEUES = stack.resources("AWS::SQS::Queue")
ALARMS = stack.resources("AWS::CloudWatch::Alarm")


def watched(namespace: str, metric: str) -> set[str]:
    """The logical ids whose *metric* some alarm looks at."""
    found = set()
    for alarm in ALARMS.values():
        stats = [item.get("MetricStat", {}) for item in alarm.get("Metrics", ())]
        for looked_at in (alarm, *(stat.get("Metric", {}) for stat in stats)):
            name = (looked_at.get("Namespace"), looked_at.get("MetricName"))
            if name == (namespace, metric):
                dimensions = looked_at["Dimensions"]
                found |= {stack.target(item["Value"]) for item in dimensions}
    return found


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_queues_are_encrypted(queue: str) -> None:
    """Messages at rest are, dead ones too."""
    assert QUEUES[queue]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("table", sorted(stack.resources("AWS::DynamoDB::Table")))
def test_tables_are_encrypted_and_can_be_restored(table: str) -> None:
    """A table forgets only what expires."""
    body = stack.resources("AWS::DynamoDB::Table")[table]

    assert body["SSESpecification"]["SSEEnabled"]
    assert body["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert body["TimeToLiveSpecification"]["Enabled"]


def test_the_topic_is_encrypted_by_a_key_that_alarms_may_use() -> None:
    """CloudWatch cannot use AWS's own key of SNS: alarms would vanish in silence."""
    (topic,) = stack.resources("AWS::SNS::Topic").values()
    key = stack.resources("AWS::KMS::Key")[stack.target(topic["KmsMasterKeyId"])]
    users = [
        service
        for statement in key["KeyPolicy"]["Statement"]
        for service in stack.listed(statement["Principal"].get("Service", []))
    ]

    assert ["cloudwatch.amazonaws.com", "events.amazonaws.com"] == users
    assert key["EnableKeyRotation"]


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_each_queue_has_an_alarm(queue: str) -> None:
    """A queue by its oldest message, a dead-letter queue by its depth."""
    is_dead = queue.endswith("DeadLetterQueue")
    metric = "NumberOfMessagesVisible" if is_dead else "AgeOfOldestMessage"

    assert queue in watched("AWS/SQS", f"Approximate{metric}")


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_each_queue_has_dead_letters(queue: str) -> None:
    """Dead letters are kept as long as SQS can; others move there."""
    body = QUEUES[queue]
    if queue.endswith("DeadLetterQueue"):
        assert 14 * 86400 == body["MessageRetentionPeriod"]
    else:
        dead = body["RedrivePolicy"]["deadLetterTargetArn"]

        assert queue.replace("Queue", "DeadLetterQueue") == stack.target(dead)


def test_each_function_has_an_alarm() -> None:
    """Errors and throttling are both told."""
    for metric in ("Errors", "Throttles"):
        assert set(stack.functions()) == watched("AWS/Lambda", metric)


def test_the_stream_has_an_alarm() -> None:
    """Findings that are published late are told."""
    assert {"PublishFunction"} == watched("AWS/Lambda", "IteratorAge")


def test_each_rule_has_an_alarm_and_dead_letters() -> None:
    """An event that cannot be delivered is told, and kept."""
    rules = stack.resources("AWS::Events::Rule")

    assert set(rules) == watched("AWS/Events", "FailedInvocations")
    for rule in rules.values():
        (queue,) = rule["Targets"]

        assert "RuleDeadLetterQueue" == stack.target(queue["DeadLetterConfig"]["Arn"])


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_alarms_reach_people_and_say_what_to_do(alarm: str) -> None:
    """An alarm goes to the alert topic, when it begins and when it ends."""
    body = ALARMS[alarm]
    topics = [*body["AlarmActions"], *body["OKActions"]]

    assert ["AlertTopic", "AlertTopic"] == [stack.target(item) for item in topics]
    assert body["AlarmDescription"].startswith("Ringfence: ")


PERIODS = stack.template()["Parameters"]["SweepPeriod"]["AllowedValues"]


def evaluated(value: Any, period: str) -> Any:
    """*value* with its conditions resolved for a sweep *period*."""
    if not isinstance(value, dict) or "Fn::If" not in value:
        return value
    condition, then, otherwise = value["Fn::If"]
    _, wanted = stack.template()["Conditions"][condition]["Fn::Equals"]
    return evaluated(then if wanted == period else otherwise, period)


@pytest.mark.parametrize("period", PERIODS)
def test_missing_sweeps_are_told_after_two_periods(period: str) -> None:
    """The alarm waits for two sweeps, and at least an hour; silence is breaching."""
    alarm = ALARMS["NoSweepAlarm"]
    hours = evaluated(alarm["EvaluationPeriods"], period) * alarm["Period"] / 3600

    assert max(1, 2 * stack.minutes(period) / 60) == hours
    assert "breaching" == alarm["TreatMissingData"]


@pytest.mark.parametrize("period", PERIODS)
def test_a_missing_heartbeat_is_told_an_hour_later(period: str) -> None:
    """The event of a heartbeat may be slow; silence is breaching."""
    sweep, beat = (ALARMS[f"No{name}Alarm"] for name in ("Sweep", "Heartbeat"))

    assert evaluated(beat["EvaluationPeriods"], period) == (
        evaluated(sweep["EvaluationPeriods"], period) + 1
    )
    assert (3600, "breaching") == (beat["Period"], beat["TreatMissingData"])


@pytest.mark.parametrize(
    ("schedule", "event"),
    [
        # The time makes a sweep that is started twice one sweep.
        ("SweepSchedule", {"scheduled_at": "<aws.scheduler.scheduled-time>"}),
        ("SweepEndSchedule", {"kind": "end"}),
    ],
)
def test_schedules_tell_plan_what_it_understands(
    schedule: str, event: dict[str, str]
) -> None:
    """Sweeps begin and end by the clock, and neither is lost in silence."""
    start = stack.resources("AWS::Scheduler::Schedule")[schedule]["Target"]

    assert event == json.loads(start["Input"])
    assert ("PlanFunction", "ScheduleDeadLetterQueue") == (
        stack.target(start["Arn"]),
        stack.target(start["DeadLetterConfig"]["Arn"]),
    )


def test_the_first_policy_is_the_default_one() -> None:
    """Its examples are comments: nothing is accepted that nobody asked for."""
    (parameter,) = stack.resources("AWS::SSM::Parameter").values()

    assert Policy() == read_policy(parameter["Value"])


def test_the_first_policy_never_changes() -> None:
    """Another text would overwrite the owner's policy when the stack is updated."""
    (parameter,) = stack.resources("AWS::SSM::Parameter").values()
    text = parameter["Value"]

    assert FIRST_POLICY == hashlib.sha256(text.encode()).hexdigest()


def test_the_policy_s_examples_are_valid() -> None:
    """Whoever removes the comment signs gets a policy that works."""
    (parameter,) = stack.resources("AWS::SSM::Parameter").values()
    lines = parameter["Value"].splitlines()
    examples = [line[2:] for line in lines if line.startswith(("# ", "#  "))]
    text = "\n".join(line for line in examples if ":" in line or line.startswith(" "))
    policy = read_policy(_only_yaml(text))

    assert policy.trusted
    assert policy.endpoints
    assert policy.waivers


def _only_yaml(text: str) -> str:
    """Leave out the comments that are sentences."""
    return "\n".join(
        line for line in text.splitlines() if not line.endswith(".") and line.strip()
    )


def test_the_dashboard_is_json() -> None:
    """A typing error there would only show on deployment."""
    (dashboard,) = stack.resources("AWS::CloudWatch::Dashboard").values()
    body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])

    assert all(widget["properties"]["metrics"] for widget in body["widgets"])


def test_every_parameter_is_described() -> None:
    """Who deploys reads what a parameter means and has a default."""
    for parameter in stack.template()["Parameters"].values():
        assert parameter["Description"]
        assert "Default" in parameter
        assert "AllowedPattern" in parameter or "AllowedValues" in parameter
