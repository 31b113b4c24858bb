"""What people said of a finding outlives all that becomes of it."""

from datetime import timedelta
from typing import Any, cast

import pytest

from local.security_hub import Hub
from ringfence.actions import Action, Deed
from ringfence.publish.notes import HOW_TO_ACCEPT, advise
from ringfence.publish.security_hub import import_findings, resolve
from ringfence.render.asff import asff, product_arn
from ringfence.transitions import Row
from tests.render.samples import (
    ACCOUNT,
    NOON,
    REGION,
    a_closed_row,
    a_finding,
    a_row,
)

NOW = "2026-11-26T00:00:00Z"
PRODUCT = product_arn(ACCOUNT, REGION)
NOTE = {"Text": "Ours, see NET-42", "UpdatedBy": "alice"}


class Client:
    """A client of the strict fake, as far as it is used."""

    def __init__(self) -> None:
        self.hub = Hub(ACCOUNT, REGION, is_enabled=True)

    def batch_import_findings(self, **told: Any) -> Any:
        return self.hub.import_findings(told["Findings"], caller=ACCOUNT, now=NOW)

    def batch_update_findings(self, **told: Any) -> Any:
        identifiers = told.pop("FindingIdentifiers")
        return self.hub.update_findings(identifiers, told, now=NOW)

    def get_findings(self, **told: Any) -> Any:
        return {"Findings": self.hub.get_findings(told["Filters"])}

    def get_paginator(self, _: str) -> "Client":
        return self

    def paginate(self, **told: Any) -> Any:
        return [self.get_findings(Filters=told["Filters"])]

    def say(self, **said: Any) -> None:
        """Let a person say something of the finding."""
        identifier = {"Id": a_finding().id, "ProductArn": PRODUCT}
        self.hub.update_findings([identifier], said, now=NOW)

    def publish(self, row: Row) -> Any:
        """Bring *row* to the hub as the function does, and give what is there."""
        document = asff(row)
        import_findings(cast("Any", self), [document], pause=lambda _: None)
        if not row.is_open:
            resolve(
                cast("Any", self),
                [document],
                product_arn=PRODUCT,
                pause=lambda _: None,
            )
        (finding,) = self.hub.get_findings({})
        return finding


def versions() -> list[Row]:
    """The life of a finding: it passes, comes back, is archived, comes back."""
    life = [
        a_closed_row(),
        a_row(),
        a_closed_row(closed_as="ARCHIVED", closed_because="accepted: x (alice)"),
        a_row(),
    ]
    return [
        row.model_copy(
            update={"version": n, "updated_at": NOON + timedelta(hours=n)},
        )
        for n, row in enumerate(life, 2)
    ]


def test_notes_fields_and_severity_of_people_stay() -> None:
    """No import touches them, whatever becomes of the finding."""
    client = Client()
    client.publish(a_row())
    client.say(Note=NOTE)
    client.say(UserDefinedFields={"ticket": "NET-42"}, Severity={"Label": "LOW"})

    for row in versions():
        finding = client.publish(row)

        assert NOTE == {key: finding["Note"][key] for key in NOTE}
        assert {"ticket": "NET-42"} == finding["UserDefinedFields"]
        assert "LOW" == finding["Severity"]["Label"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # As AWS has it: what comes back is NEW, but for what is suppressed.
        ("SUPPRESSED", ["SUPPRESSED"] * 4),
        ("NOTIFIED", ["NOTIFIED", "NEW", "RESOLVED", "NEW"]),
        ("RESOLVED", ["RESOLVED", "NEW", "RESOLVED", "NEW"]),
        ("NEW", ["RESOLVED", "NEW", "RESOLVED", "NEW"]),
    ],
)
def test_the_workflow_is_ours_only_while_nobody_set_it(
    said: str, expected: list[str]
) -> None:
    """What is NEW is resolved on closing; everything else is a person's word."""
    client = Client()
    client.publish(a_row())
    client.say(Workflow={"Status": said})

    assert expected == [client.publish(row)["Workflow"]["Status"] for row in versions()]


def an_action() -> Action:
    return Action(
        id="1",
        deed=Deed.ACCEPT,
        at=NOON,
        account=ACCOUNT,
        region=REGION,
        key=a_finding().key,
        finding=a_finding().id,
        product=PRODUCT,
        severity=a_finding().severity,
        note=None,
    )


def test_how_to_accept_is_written_where_there_is_no_note() -> None:
    """Once: our own note is not written again."""
    client = Client()
    client.publish(a_row())
    for _ in range(2):
        advise(cast("Any", client), an_action())
    (finding,) = client.hub.get_findings({})

    assert (HOW_TO_ACCEPT, "Ringfence") == (
        finding["Note"]["Text"],
        finding["Note"]["UpdatedBy"],
    )


def test_a_person_s_note_is_not_replaced() -> None:
    """Also one that was written after the event that we have."""
    client = Client()
    client.publish(a_row())
    client.say(Note=NOTE)
    advise(cast("Any", client), an_action())
    (finding,) = client.hub.get_findings({})

    assert NOTE["Text"] == finding["Note"]["Text"]


def test_what_is_not_there_gets_no_note() -> None:
    """Security Hub may have forgotten the finding; that is no error."""
    client = Client()
    advise(cast("Any", client), an_action())

    assert [] == client.hub.get_findings({})
