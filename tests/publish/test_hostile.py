"""What others wrote, on its way out: to SNS, to Security Hub, to logs."""

import json
import logging
from typing import Any, cast

import pytest
from hypothesis import given, settings

from ringfence.logs import ascii_logger
from ringfence.publish.security_hub import import_findings
from ringfence.publish.sns import publish
from ringfence.render.asff import asff
from tests.publish.fakes import Document, FakeSecurityHub, FakeTopic
from tests.render.hostile import TEXTS, VALUES, hidden
from tests.render.samples import a_closed_row, a_row
from tests.render.test_hostile import a_hostile_finding, alerts


@settings(deadline=None)
@given(TEXTS)
def test_sns_takes_every_alert(value: str) -> None:
    """The fake refuses what SNS would: subject, size, empty attributes, bad JSON."""
    _is_taken(value)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_sns_takes_each_known_trick(value: str) -> None:
    """And nothing in a text for people is hidden, whichever protocol it goes by."""
    _is_taken(value)


def _is_taken(value: str) -> None:
    for alert in alerts(value):
        topic = FakeTopic()
        publish(cast("Any", topic), "arn:aws:sns:eu-west-1:123456789012:a", alert)
        (sent,) = topic.messages
        parts = json.loads(sent["Message"])

        assert sent["Message"].isascii()
        for protocol in ("default", "email", "sms"):
            assert set() == hidden(parts[protocol], besides="\n")
        assert alert.id == json.loads(parts["sqs"])["id"]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_security_hub_takes_every_finding(value: str) -> None:
    """One hostile name does not keep a finding, or a batch, from people."""
    hub = FakeSecurityHub()
    finding = a_hostile_finding(value)
    rows = [a_row(finding), a_closed_row(finding, closed_because=f"accepted: {value}")]
    outcome = import_findings(
        cast("Any", hub), map(asff, rows), pause=lambda attempt: None
    )

    assert ((), frozenset()) == (outcome.rejected, outcome.unfinished)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_log_line_is_one_line_of_ascii(value: str) -> None:
    """JSON of which no terminal obeys anything, and that reads back as it was."""
    line = logged(value)
    (_, end) = line[:-1], line[-1]

    assert ("\n", 1) == (end, line.count("\n"))
    assert line.isascii()
    assert line[:-1].isprintable()
    assert value == read(line)["host"]


def logged(value: str) -> str:
    """What a function writes when it logs *value*."""
    formatter = ascii_logger().registered_formatter
    record = logging.LogRecord("x", logging.INFO, "app.py", 1, "probed", None, None)
    record.host = value
    return f"{formatter.format(record)}\n"


def read(line: str) -> Document:
    told: Document = json.loads(line)
    return told
