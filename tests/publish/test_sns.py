"""Alerts as SNS takes and filters them."""

import json
from typing import Any, cast

from ringfence.finding import Severity
from ringfence.publish.sns import attributes, publish
from ringfence.render.text import subject, text
from tests.publish.fakes import Document, FakeTopic
from tests.render.samples import (
    SWEEP,
    a_closed_row,
    a_finding,
    a_row,
    a_sweeps_alert,
    an_alert,
    an_exposure,
)

ARN = "arn:aws:sns:eu-west-1:123456789012:alerts"


def published(alert: Any) -> Document:
    """The message that subscribers get."""
    topic = FakeTopic()
    publish(cast("Any", topic), ARN, alert)
    (message,) = topic.messages
    return message


def test_people_get_plain_text() -> None:
    """Mail, and any protocol we do not know, gets the text."""
    parts = json.loads(published(an_alert())["Message"])

    assert text(an_alert()) == parts["email"] == parts["default"]


def test_machines_get_the_alert_and_its_text() -> None:
    """Queues, functions and web hooks get JSON with the text in it."""
    alert = an_alert()
    parts = json.loads(published(alert)["Message"])
    told = json.loads(parts["sqs"])

    assert parts["sqs"] == parts["lambda"] == parts["https"] == parts["http"]
    assert (alert.id, text(alert), subject(alert), 0) == (
        told["id"],
        told["text"],
        told["subject"],
        told["items_left_out"],
    )
    assert "EXP-001" == told["items"][0]["finding"]["check"]


def test_a_short_message_is_the_subject() -> None:
    """A text message is paid for by its length."""
    assert subject(an_alert()) == json.loads(published(an_alert())["Message"])["sms"]


def test_attributes_let_subscribers_choose() -> None:
    """A filter policy can ask for severity, check, account, region, product, kind."""
    rows = [a_row(), a_row(a_finding(check="AMI-001", product="jira"))]
    told = attributes(an_alert(*rows))

    assert {
        "severity": "CRITICAL",
        "account": "123456789012",
        "region": "eu-west-1",
        "kind": "change",
        "check": '["AMI-001", "EXP-001"]',
        "product": '["bitbucket", "jira"]',
    } == {name: value.get("StringValue") for name, value in told.items()}
    assert "String.Array" == told["check"]["DataType"]


def test_a_digest_of_several_accounts_reaches_who_asks_for_one() -> None:
    """A filter on an account or Region matches a list that has it."""
    other = a_finding(account="222233334444", region="us-east-1")
    told = attributes(a_sweeps_alert(a_row(), a_row(other)))

    assert {
        "account": ("String.Array", '["123456789012", "222233334444"]'),
        "region": ("String.Array", '["eu-west-1", "us-east-1"]'),
    } == {
        name: (told[name]["DataType"], told[name].get("StringValue"))
        for name in ("account", "region")
    }


def test_a_digest_of_a_thousand_accounts_is_taken() -> None:
    """Attributes and message together stay below what SNS takes."""
    evidence = {"exposures": [an_exposure(sources=["192.0.2.0/24"] * 900)] * 20}
    rows = [
        a_row(a_finding(account=f"{number:012}", evidence=evidence))
        for number in range(1_000)
    ]
    message = published(a_sweeps_alert(*rows))
    told = json.dumps(message["MessageAttributes"]) + message["Message"]

    assert 1_000 == len(
        json.loads(message["MessageAttributes"]["account"]["StringValue"])
    )
    assert len(told.encode()) < 256 * 1024


def test_what_is_empty_is_no_attribute() -> None:
    """SNS refuses empty attributes, so there is none for an unknown product."""
    assert "product" not in attributes(an_alert(a_row(a_finding(product=None))))


def test_severity_is_the_worst_of_all() -> None:
    """The attribute also covers what is not listed, and what closed."""
    low = a_row(a_finding(severity=Severity.MEDIUM, discriminator="tcp-1"))
    alert = an_alert(low, a_closed_row()).model_copy(update={"items": ()})

    assert "CRITICAL" == attributes(an_alert(low, a_closed_row()))["severity"].get(
        "StringValue"
    )
    assert "CRITICAL" == attributes(alert)["severity"].get("StringValue")


def test_a_message_that_is_too_large_loses_its_last_items() -> None:
    """Every alert fits, and says how many items it left out."""
    evidence = {"exposures": [an_exposure()] * 20, "exposure_count": 20}
    rows = [
        a_row(
            a_finding(discriminator=f"tcp-{port}", evidence=evidence, name="名" * 200)
        )
        for port in range(60)
    ]
    parts = json.loads(published(an_alert(*rows, cause=SWEEP))["Message"])
    told = json.loads(parts["lambda"])

    assert 25 == len(told["items"]) + told["items_left_out"]
    assert told["items_left_out"] > 0
    assert f"{60 - len(told['items'])} more, not listed here" in parts["email"]
