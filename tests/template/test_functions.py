"""House rules for functions, held on the parsed template."""

import math
from typing import Any

import pytest

from ringfence.inspect.endpoints import SPREAD_S
from ringfence.probe.endpoint import AT_ONCE, TIMEOUT_S
from ringfence.settings import (
    ActSettings,
    ChangeSettings,
    PlanSettings,
    ProbeSettings,
    PublishSettings,
    Settings,
    SweepSettings,
)
from tests.template import stack

SETTINGS: dict[str, type[Settings]] = {
    "PlanFunction": PlanSettings,
    "SweepFunction": SweepSettings,
    "ChangeFunction": ChangeSettings,
    "ProbeFunction": ProbeSettings,
    "PublishFunction": PublishSettings,
    "ActFunction": ActSettings,
}
HANDLERS = {
    "PlanFunction": ("functions/plan/", "app.handler"),
    "SweepFunction": ("functions/inspect/", "app.sweep"),
    "ChangeFunction": ("functions/inspect/", "app.change"),
    "ProbeFunction": ("functions/probe/", "app.handler"),
    "PublishFunction": ("functions/publish/", "app.handler"),
    "ActFunction": ("functions/act/", "app.handler"),
}
FUNCTIONS = sorted(SETTINGS)
NEW_ACCOUNT_CONCURRENCY = 10


def events(function: str) -> list[dict[str, Any]]:
    found = stack.functions()[function].get("Events", {})
    return [dict(event["Properties"], Type=event["Type"]) for event in found.values()]


def test_every_function_is_known_here() -> None:
    """A new function gets its handler and settings stated in this file."""
    assert {
        name: (body["CodeUri"], body["Handler"])
        for name, body in stack.functions().items()
    } == HANDLERS


def test_each_function_has_a_role_of_its_own() -> None:
    """One function per set of permissions: no role is shared."""
    roles = [stack.role_of(function) for function in FUNCTIONS]

    assert len(FUNCTIONS) == len(set(roles) & set(stack.resources("AWS::IAM::Role")))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_environment_is_what_the_settings_read(function: str) -> None:
    """A variable that nobody reads, or that nobody sets, is a mistake."""
    variables = stack.functions()[function]["Environment"]["Variables"]
    read = {
        name
        for name in SETTINGS[function].variables()
        if not name.startswith("AWS_")  # Lambda sets those
    }

    assert read == set(variables)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_logs_are_json_in_a_group_that_ends(function: str) -> None:
    """A log group that Lambda makes by itself is kept for ever."""
    logging = stack.functions()[function]["LoggingConfig"]
    group = stack.resources("AWS::Logs::LogGroup")[stack.target(logging["LogGroup"])]

    assert ("JSON", True) == (logging["LogFormat"], "RetentionInDays" in group)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_to_its_own_log_only(function: str) -> None:
    """What a function says, another cannot say in its place."""
    group = stack.target(stack.functions()[function]["LoggingConfig"]["LogGroup"])
    allowed = [
        (sorted(statement["Action"]), stack.target(statement["Resource"]))
        for statement in stack.statements(stack.role_of(function))
        if any(action.startswith("logs:") for action in statement["Action"])
    ]

    assert [(["logs:CreateLogStream", "logs:PutLogEvents"], group)] == allowed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_that_fails_is_lost(function: str) -> None:
    """Whatever starts a function has somewhere to put what it cannot digest."""
    body = stack.functions()[function]
    queues = stack.resources("AWS::SQS::Queue")
    if function == "PlanFunction":
        homes = [body["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]]
        letters = [stack.target(home["Destination"]) for home in homes]
    elif function == "PublishFunction":
        homes = [event["DestinationConfig"]["OnFailure"] for event in events(function)]
        letters = [stack.target(home["Destination"]) for home in homes]
    else:
        sources = [stack.target(event["Queue"]) for event in events(function)]
        letters = [
            stack.target(queues[source]["RedrivePolicy"]["deadLetterTargetArn"])
            for source in sources
        ]

    assert letters
    assert all(letter.endswith("DeadLetterQueue") for letter in letters)
    assert set(letters) <= set(queues)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_batch_fails_in_part(function: str) -> None:
    """One bad message must not bring the good ones of its batch back."""
    for event in events(function):
        assert ["ReportBatchItemFailures"] == event["FunctionResponseTypes"]


@pytest.mark.parametrize(
    "function", ["SweepFunction", "ChangeFunction", "ProbeFunction", "ActFunction"]
)
def test_a_message_is_invisible_long_enough(function: str) -> None:
    """Six times the timeout, and the batch window, as AWS asks for."""
    timeout = stack.functions()[function]["Timeout"]
    for event in events(function):
        queue = stack.resources("AWS::SQS::Queue")[stack.target(event["Queue"])]
        window = event.get("MaximumBatchingWindowInSeconds", 0)

        assert queue["VisibilityTimeout"] >= 6 * timeout + window
        assert 5 == queue["RedrivePolicy"]["maxReceiveCount"]


def test_changes_find_a_free_place_in_a_new_account() -> None:
    """
    All else is capped, so that sweeps cannot take what changes need.

    What a person asked for takes seconds, and is not counted.
    """
    default = stack.template()["Parameters"]["SweepConcurrency"]["Default"]
    scaling = [
        events(name)[0]["ScalingConfig"] for name in ("SweepFunction", "ProbeFunction")
    ]
    caps = [default, scaling[1]["MaximumConcurrency"]]
    plan_and_stream = 1 + 4  # a new table's stream has at most four shards
    reserved = [
        name
        for name, body in stack.functions().items()
        if "ReservedConcurrentExecutions" in body
    ]

    assert {"Ref": "SweepConcurrency"} == scaling[0]["MaximumConcurrency"]
    assert sum(caps) + plan_and_stream < NEW_ACCOUNT_CONCURRENCY
    assert [] == reserved  # AWS refuses that in an account with ten


def test_a_burst_of_changes_is_one_batch() -> None:
    """Two hundred rule changes of one run cost one evaluation."""
    (queue,) = events("ChangeFunction")

    assert queue["BatchSize"] >= 200
    assert queue["MaximumBatchingWindowInSeconds"] >= 1  # SQS asks for it above ten


def test_a_storm_of_changes_is_few_batches() -> None:
    """Each batch may send an alert: a dozen a minute at most, while it blows."""
    (queue,) = events("ChangeFunction")
    at_once = queue["ScalingConfig"]["MaximumConcurrency"]
    a_minute = 60 / queue["MaximumBatchingWindowInSeconds"] * at_once

    assert a_minute <= 12
    assert queue["MaximumBatchingWindowInSeconds"] <= 10  # each alert waits as long


def test_a_batch_of_probes_ends_even_if_every_endpoint_hangs() -> None:
    """All hang for their time-out, so many at a time; a third is left for the table."""
    (queue,) = events("ProbeFunction")
    rounds = math.ceil(queue["BatchSize"] / AT_ONCE)
    timeout = stack.functions()["ProbeFunction"]["Timeout"]

    assert rounds * TIMEOUT_S <= timeout * 2 / 3
    assert queue["BatchSize"] >= 500
    assert queue["MaximumBatchingWindowInSeconds"] >= 1  # SQS asks for it above ten


def test_the_stream_is_followed_from_the_beginning() -> None:
    """The outbox publishes all that was written, and isolates what it cannot."""
    (stream,) = events("PublishFunction")

    assert ("TRIM_HORIZON", True) == (
        stream["StartingPosition"],
        stream["BisectBatchOnFunctionError"],
    )
    assert stream["MaximumRetryAttempts"] > 0
    assert 86400 == stream["MaximumRecordAgeInSeconds"]


def test_probes_are_made_inside_only_where_the_code_knows() -> None:
    """The function dials private addresses if, and only if, it is in a VPC."""
    condition, inside, outside = stack.functions()["ProbeFunction"]["VpcConfig"][
        "Fn::If"
    ]

    assert ("ProbesInside", {"Ref": "AWS::NoValue"}) == (condition, outside)
    assert {"SubnetIds", "SecurityGroupIds"} == set(inside)
    for function in ("ProbeFunction", "SweepFunction", "ChangeFunction"):
        variables = stack.functions()[function]["Environment"]["Variables"]

        assert {"Fn::If": ["ProbesInside", "true", "false"]} == variables[
            "PROBES_INSIDE"
        ]


def test_looks_are_spread_over_no_more_than_a_period() -> None:
    """Those of one sweep are under way before the next one asks for more."""
    periods = stack.template()["Parameters"]["SweepPeriod"]["AllowedValues"]

    assert SPREAD_S <= min(60 * stack.minutes(period) for period in periods)
