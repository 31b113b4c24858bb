"""Importing findings, and resolving those that closed, by Security Hub's rules."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from ringfence.publish.security_hub import ATTEMPTS, ShutError, import_findings, resolve
from ringfence.render.asff import asff, product_arn
from tests.publish.fakes import Document, FakeSecurityHub
from tests.render.samples import ACCOUNT, REGION, a_finding, a_row


def documents(number: int) -> list[Document]:
    """As many findings as documents."""
    return [
        asff(a_row(a_finding(discriminator=f"tcp-{port}"))) for port in range(number)
    ]


def imported(hub: FakeSecurityHub, some: list[Document]) -> Any:
    return import_findings(cast("Any", hub), some, pause=lambda attempt: None)


def resolved(hub: FakeSecurityHub, some: list[Document]) -> frozenset[str]:
    arn = product_arn(ACCOUNT, REGION)
    return resolve(cast("Any", hub), some, product_arn=arn, pause=lambda attempt: None)


def test_calls_hold_at_most_a_hundred_findings() -> None:
    """Many findings go in as few calls as the limit allows."""
    hub = FakeSecurityHub()
    outcome = imported(hub, documents(230))

    assert [100, 100, 30] == [len(ids) for ids in hub.imports]
    assert 230 == len(outcome.imported)


def test_calls_hold_at_most_six_megabytes() -> None:
    """Large findings go in more calls."""
    hub = FakeSecurityHub()
    large = [
        document | {"ProductFields": {f"k{n}": "x" * 2000 for n in range(50)}}
        for document in documents(100)
    ]
    imported(hub, large)

    assert 2 == len(hub.imports)


def test_a_finding_that_is_too_large_spoils_no_call() -> None:
    """What no call takes is rejected here, and the others go."""
    hub = FakeSecurityHub()
    large, small = documents(2)
    outcome = imported(hub, [large | {"Description": "x" * 250_000}, small])

    assert [(large["Id"], "TooLarge")] == [
        (one.id, one.code) for one in outcome.rejected
    ]
    assert {small["Id"]} == outcome.imported


def test_what_fails_for_a_passing_reason_is_sent_again() -> None:
    """A partial failure inside a successful answer is noticed and repeated."""
    hub = FakeSecurityHub()
    some = documents(3)
    hub.failing[some[1]["Id"]] = ["InternalFailure", "Throttled"]
    pauses: list[int] = []
    outcome = import_findings(cast("Any", hub), some, pause=pauses.append)

    assert {document["Id"] for document in some} == outcome.imported
    assert [3, 1, 1] == [len(ids) for ids in hub.imports]
    assert [1, 2] == pauses


def test_what_keeps_failing_is_left_unfinished() -> None:
    """Repetition is bounded; the stream hands such a finding over again."""
    hub = FakeSecurityHub()
    (document,) = documents(1)
    hub.failing[document["Id"]] = ["InternalFailure"] * 9
    outcome = imported(hub, [document])

    assert ({document["Id"]}, ATTEMPTS) == (outcome.unfinished, len(hub.imports))


def test_what_is_no_input_is_rejected_at_once() -> None:
    """A finding that Security Hub cannot read is not sent a second time."""
    hub = FakeSecurityHub()
    bad, good = documents(2)
    outcome = imported(hub, [bad | {"Title": "x" * 300}, good])
    (rejected,) = outcome.rejected

    assert ("InvalidInput", 1) == (rejected.code, len(hub.imports))
    assert "Title: longer than 256" in rejected.message
    assert {good["Id"]} == outcome.imported


def test_a_failed_call_is_raised() -> None:
    """What may pass is the caller's to repeat."""
    hub = FakeSecurityHub()
    hub.refusing = "InternalException"

    with pytest.raises(ClientError, match="Internal"):
        imported(hub, documents(1))


@pytest.mark.parametrize("code", ["InvalidAccessException", "AccessDeniedException"])
def test_a_hub_that_is_shut_is_told_apart(code: str) -> None:
    """Not enabled, or not allowed: repeating it at once is of no use."""
    hub = FakeSecurityHub()
    hub.refusing = code

    with pytest.raises(ShutError, match=code):
        imported(hub, documents(1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("NEW", "RESOLVED"),
        ("NOTIFIED", "RESOLVED"),
        ("SUPPRESSED", "SUPPRESSED"),
        ("RESOLVED", "RESOLVED"),
    ],
)
def test_a_closed_findings_workflow_is_resolved_unless_suppressed(
    before: str, after: str
) -> None:
    """What the customer suppressed stays suppressed."""
    hub = FakeSecurityHub()
    (document,) = documents(1)
    imported(hub, [document])
    hub.findings[document["Id"]]["Workflow"] = {"Status": before}
    resolved(hub, [document])

    assert after == hub.status(document["Id"])


def test_workflows_are_asked_for_by_twenty() -> None:
    """A filter takes twenty values, an update a hundred ids."""
    hub = FakeSecurityHub()
    some = documents(130)
    imported(hub, some)

    assert frozenset() == resolved(hub, some)
    assert [100, 30] == [len(ids) for ids in hub.updates]
    assert {"RESOLVED"} == {hub.status(document["Id"]) for document in some}


def test_a_finding_that_is_not_there_is_not_updated() -> None:
    """Security Hub may have forgotten a finding; that is no error."""
    hub = FakeSecurityHub()

    assert frozenset() == resolved(hub, documents(1))
    assert [] == hub.updates


def test_an_update_that_raced_an_import_is_repeated() -> None:
    """What is unprocessed for a passing reason is tried again, then told."""
    hub = FakeSecurityHub()
    some = documents(3)
    imported(hub, some)
    one, two, three = (document["Id"] for document in some)
    hub.unprocessed = {
        one: ["ConcurrentUpdateError"],
        two: ["ConcurrentUpdateError"] * 9,
        three: ["FindingNotFound"],
    }

    assert {two} == resolved(hub, some)
    assert "RESOLVED" == hub.status(one)
