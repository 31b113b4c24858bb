"""Secrets in what the functions are given never reach their logs."""

import json
from typing import Any

import pytest

from functions.inspect import app as inspect_app
from functions.probe import app as probe_app
from functions.publish import app as publish_app
from tests.functions.conftest import Aws, Context, event
from tests.leaks import PASSWORD, leaks

PEM = f"-----BEGIN {'PRIVATE KEY'}-----\n{PASSWORD}\n-----END {'PRIVATE KEY'}-----\n"


def record(name: str, **fields: Any) -> Any:
    """The recorded message *name* with *fields* of CloudTrail's record changed."""
    message = event(name)
    body = json.loads(message["Records"][0]["body"])
    body["detail"] |= fields
    message["Records"][0]["body"] = json.dumps(body)
    return message


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged with all its fields, which must be something."""
    assert caplog.records
    return "\n".join((caplog.text, *(str(vars(line)) for line in caplog.records)))


@pytest.mark.parametrize(
    "fields",
    [
        {
            "eventSource": "acm.amazonaws.com",
            "eventName": "ImportCertificate",
            "requestParameters": {"certificate": {"hb": [45, 45]}, "privateKey": PEM},
        },
        {"requestParameters": {"userData": PASSWORD}},
        {"eventTime": PASSWORD},
        {"awsRegion": PASSWORD},
        {"errorCode": None, "userIdentity": [PASSWORD]},
    ],
    ids=["certificate", "user data", "time", "region", "identity"],
)
def test_a_change_s_parameters_are_not_logged(
    aws: Aws, context: Context, caplog: pytest.LogCaptureFixture, fields: Any
) -> None:
    """Neither when they are read nor when they cannot be."""
    inspect_app.change(record("change.ingress_never_shown", **fields), context)

    assert [] == leaks(logged(caplog))


@pytest.mark.parametrize("body", [PASSWORD, json.dumps({"account": PASSWORD}), PEM])
@pytest.mark.parametrize(
    "handler", [inspect_app.sweep, inspect_app.change, probe_app.handler]
)
def test_an_unreadable_message_is_not_logged(
    aws: Aws,
    context: Context,
    caplog: pytest.LogCaptureFixture,
    handler: Any,
    body: str,
) -> None:
    """The log says which message and why, the dead-letter queue holds it."""
    message = event("sweep.not_json")
    message["Records"][0]["body"] = body

    answer = handler(message, context)

    told = logged(caplog)
    assert 1 == len(answer["batchItemFailures"])
    assert message["Records"][0]["messageId"] in told
    assert [] == leaks(told)


def test_an_unreadable_row_is_not_logged(
    aws: Aws, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes to the dead letters as it is; the log says so."""
    rows = event("publish.unreadable_image")
    for row in rows["Records"]:
        row["dynamodb"]["NewImage"]["document"]["S"] = json.dumps({"finding": PEM})

    publish_app.handler(rows, context)

    assert [] == leaks(logged(caplog))
    (letter,) = aws.messages("dead")
    assert PASSWORD in letter["document"]


def test_a_broken_policy_is_not_logged(
    aws: Aws, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """What somebody pasted there by mistake is for its readers only."""
    aws.client("ssm").put_parameter(
        Name=aws.parameter,
        Value=f"roots: |\n  {PASSWORD}\nkey: {PASSWORD}",
        Overwrite=True,
    )

    inspect_app.sweep(event("sweep.one_region"), context)

    assert [] == leaks(logged(caplog))
