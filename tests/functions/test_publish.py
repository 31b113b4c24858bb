"""Publishing the findings table's stream."""

import json

from functions.publish import app
from tests.functions.conftest import Aws, Context, event


def test_a_finding_reaches_security_hub(aws: Aws, context: Context) -> None:
    """A row that opened is imported under its id."""
    app.handler(event("publish.opened_finding"), context)
    findings = aws.client("securityhub").get_findings()["Findings"]

    assert ["ringfence/SG-001"] == [item["GeneratorId"] for item in findings]


def test_an_alert_is_told_once(aws: Aws, context: Context) -> None:
    """A batch that is handed over again repeats no alert."""
    app.handler(event("publish.alert"), context)
    app.handler(event("publish.alert"), context)

    assert 1 == len(aws.messages("mail"))


def test_an_alert_reads_as_text(aws: Aws, context: Context) -> None:
    """The machine's form carries what a person reads under `text`."""
    app.handler(event("publish.alert"), context)
    (envelope,) = aws.messages("mail")

    assert "alice" in json.loads(envelope["Message"])["text"]


def test_what_cannot_be_read_is_kept(aws: Aws, context: Context) -> None:
    """An unreadable record goes to the dead letters and holds nothing up."""
    app.handler(event("publish.unreadable_image"), context)
    (letter,) = aws.messages("dead")

    assert "record" == letter["kind"]
