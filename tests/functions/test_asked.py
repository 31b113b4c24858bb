"""A sweep that somebody asked for."""

import json
from typing import Any

from functions.inspect import app
from tests.functions.conftest import Aws, Context, event
from tests.functions.test_sweep import POLICY, set_policy


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
