"""A sweep that somebody asked for."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.inspect import app
from ringfence.sweeps import SweepBook
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
from tests.functions.test_change import new_group, open_port
from tests.functions.test_sweep import POLICY, set_policy

SWEEPS = {
    "KeyConditionExpression": "place = :place",
    "ExpressionAttributeValues": {":place": {"S": "sweeps"}},
}


def asked(*looks: str) -> Any:
    """The request of a sweep that is to look at *looks*."""
    told = event("sweep.one_region")
    (record,) = told["Records"]
    body = json.loads(record["body"]) | {"sweep": "asked-1", "looks": looks}
    record["body"] = json.dumps(body)
    return told


def test_the_endpoint_that_was_asked_for_is_looked_at_at_once(
    aws: Aws, context: Context
) -> None:
    """Neither does it wait for its turn, nor are all the others looked at again."""
    set_policy(aws, POLICY)
    app.sweep(asked("jira.example.com:8443"), context)

    assert [0] == aws.delays("probe")
    assert ["jira.example.com"] == [one["host"] for one in aws.messages("probe")]


def test_what_is_no_endpoint_is_not_looked_at(aws: Aws, context: Context) -> None:
    """An instance is judged by the sweep alone."""
    set_policy(aws, POLICY)
    app.sweep(asked("i-0abc0abc0abc0abc0"), context)

    assert [] == aws.messages("probe")


def test_it_is_apart_from_the_scheduled_sweep(aws: Aws, context: Context) -> None:
    """A newer sweep does not take its place, nor is it noted; it is told at once."""
    book = SweepBook(aws.client("dynamodb"), aws.table)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    book.begin("sweep-2", [(ACCOUNT, REGION)], period=timedelta(hours=1), now=now)
    open_port(aws, new_group(aws), 22)
    before = aws.client("dynamodb").query(**SWEEPS | {"TableName": aws.table})["Items"]
    app.sweep(asked("i-0abc0abc0abc0abc0"), context)

    after = aws.client("dynamodb").query(**SWEEPS | {"TableName": aws.table})["Items"]
    assert (before, []) == (after, aws.items("pending/"))
    assert 1 == len(aws.items("alert/"))
