"""A policy that cannot be read, while things happen, stays what it was."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from functions.inspect import app
from tests.faults.wire import Fault, Wire
from tests.functions.conftest import Aws, Context, event
from tests.functions.test_change import new_group, open_port, told

WAIVED = """\
waivers:
  - check: SG-001
    resource: "*"
    reason: only a test
    owner: alice
    expires: 2099-01-01
"""


def trouble(aws: Aws) -> list[Any]:
    """What is open about the policy, and what of the group that is accepted."""
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    rows = [json.loads(item["document"]["S"]) for item in items if "version" in item]
    return sorted(
        row["finding"]["check"]
        for row in rows
        if row["is_open"] and row["finding"]["check"] in {"RF-003", "SG-001"}
    )


def deleted(aws: Aws, wire: Wire) -> None:
    aws.client("ssm").delete_parameter(Name=aws.parameter)


def silent(aws: Aws, wire: Wire) -> None:
    wire.arm(1, Fault("silent", error=ConnectTimeoutError), ("ssm.GetParameter",))


def throttled(aws: Aws, wire: Wire) -> None:
    fault = Fault("throttled", status=400, code="ThrottlingException")
    wire.arm(1, fault, ("ssm.GetParameter",))


@pytest.mark.parametrize("happens", [deleted, silent, throttled])
def test_the_last_good_policy_stays_in_force(
    aws: Aws, context: Context, wire: Wire, happens: Callable[[Aws, Wire], None]
) -> None:
    """Between a sweep and a change it is gone: what was accepted stays accepted."""
    aws.client("ssm").put_parameter(Name=aws.parameter, Value=WAIVED, Overwrite=True)
    app.sweep(event("sweep.one_region"), context)
    group = new_group(aws)
    messages = told((group, open_port(aws, group, 22)))
    happens(aws, wire)
    answer = app.change(messages, context)

    assert ([], ["RF-003"]) == (answer["batchItemFailures"], trouble(aws))


def test_a_policy_that_is_back_is_told(aws: Aws, context: Context, wire: Wire) -> None:
    """The next sweep closes what was said about it."""
    silent(aws, wire)
    app.sweep(event("sweep.one_region"), context)
    before = trouble(aws)
    wire.disarm()
    app.sweep(event("sweep.one_region"), context)

    assert (["RF-003"], []) == (before, trouble(aws))
