"""A change that takes several transactions is one alert, whatever happens."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ringfence.alerts import Alert
from ringfence.drafts import LEFT_AFTER, Drafts
from ringfence.finding import Finding, Severity
from ringfence.store import FindingsTable, Standing
from ringfence.transitions import Row, decide
from tests.render.samples import CHANGE, NOON, PLACE, a_finding, a_report
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SOON = NOON + timedelta(minutes=1)
LATER = NOON + LEFT_AFTER + timedelta(seconds=1)
TRANSACT = "dynamodb.TransactWriteItems"


class DiedError(Exception):
    """The function is gone."""


def many(number: int, severity: Severity = Severity.HIGH, vpc: str = "vpc-1") -> Any:
    """As many findings in one VPC."""
    return [
        a_finding(
            resource=f"i-of-{vpc}",
            discriminator=f"tcp-{port}",
            severity=severity,
            vpc=vpc,
        )
        for port in range(number)
    ]


def keep(
    client: "DynamoDBClient",
    findings: list[Finding],
    *,
    actions: int = 98,
    at: datetime = NOON,
) -> Mapping[str, Row]:
    table = FindingsTable(client, NAME, actions=actions)
    vpcs = frozenset(finding.vpc for finding in findings if finding.vpc)
    report = a_report(*findings, observed_at=at, vpcs=vpcs)
    return table.write(
        PLACE,
        table.standing(PLACE),
        lambda rows: decide(
            report, rows, cause=CHANGE, now=at, known_checks={"EXP-001"}
        ),
        cause=CHANGE,
    )


def items(client: "DynamoDBClient", prefix: str) -> list[Any]:
    pages = client.get_paginator("scan").paginate(TableName=NAME)
    found = [item for page in pages for item in page["Items"]]
    return [item for item in found if item["item"]["S"].startswith(prefix)]


def alerts(client: "DynamoDBClient") -> list[Alert]:
    return [
        Alert.model_validate_json(item["document"]["S"])
        for item in items(client, "alert/")
    ]


def told(client: "DynamoDBClient") -> Counter[str]:
    """How often each finding was told, by what the alerts list."""
    return Counter(item.finding.key for alert in alerts(client) for item in alert.items)


def counts(client: "DynamoDBClient") -> list[int]:
    """How many findings each alert tells."""
    return sorted(alert.counts["opened"]["HIGH"] for alert in alerts(client))


@contextmanager
def dying(
    client: "DynamoDBClient", number: int, when: str = "before"
) -> Iterator[list[int]]:
    """Die before or after the transaction *number*; give those that were begun."""
    begun: list[int] = []

    def begin(**_: Any) -> None:
        begun.append(len(begun))
        if when == "before" and len(begun) == number:
            raise DiedError

    def end(**_: Any) -> None:
        if when == "after" and len(begun) == number:
            raise DiedError

    events = client.meta.events
    events.register(f"before-call.{TRANSACT}", begin)
    events.register(f"after-call.{TRANSACT}", end)
    try:
        yield begun
    finally:
        events.unregister(f"before-call.{TRANSACT}", begin)
        events.unregister(f"after-call.{TRANSACT}", end)


@contextmanager
def interrupted(
    client: "DynamoDBClient", number: int, by: Callable[[], Any]
) -> Iterator[None]:
    """Before the transaction *number*, let somebody else be quicker."""
    begun: list[int] = []

    def begin(**_: Any) -> None:
        begun.append(len(begun))
        if len(begun) == number:
            by()

    client.meta.events.register(f"before-call.{TRANSACT}", begin)
    try:
        yield
    finally:
        client.meta.events.unregister(f"before-call.{TRANSACT}", begin)


def test_a_change_of_hundreds_of_findings_is_one_alert(
    client: "DynamoDBClient",
) -> None:
    """In as many transactions as before, and nothing stays behind."""
    with dying(client, 0) as begun:
        keep(client, many(230))

    assert [230] == counts(client)
    assert 3 == len(begun)
    assert [] == items(client, "draft/")


def test_an_ordinary_change_makes_one_call(client: "DynamoDBClient") -> None:
    """It has no draft."""
    made: list[str] = []
    client.meta.events.register(
        "before-call.dynamodb", lambda model, **_: made.append(model.name)
    )
    keep(client, many(98))

    assert ["Query", "TransactWriteItems"] == made


def test_the_alert_has_the_worst_of_all_and_who_did_it(
    client: "DynamoDBClient",
) -> None:
    """As if it had been written at once."""
    keep(client, [*many(6), a_finding(severity=Severity.CRITICAL)], actions=2)
    [alert] = alerts(client)

    assert {"opened": {"CRITICAL": 1, "HIGH": 6}} == alert.counts
    assert Severity.CRITICAL == alert.items[0].finding.severity
    assert CHANGE.changes == alert.cause.changes
    assert 7 == len(alert.items)


def test_what_nobody_wants_to_hear_is_no_alert(client: "DynamoDBClient") -> None:
    """Judged of all of it, not of each part."""
    keep(client, many(5, Severity.LOW), actions=2)

    assert ([], []) == (alerts(client), items(client, "draft/"))


def test_a_draft_that_was_left_is_told(client: "DynamoDBClient") -> None:
    """Not before its time, and once."""
    drafts = Drafts(client, NAME)
    with dying(client, 2), pytest.raises(DiedError):
        keep(client, many(5), actions=2)
    early = drafts.tell_left(now=SOON)
    before = counts(client)
    left = drafts.tell_left(now=LATER)
    again = drafts.tell_left(now=LATER)

    assert ((), [], ()) == (early, before, again)
    assert alerts(client) == list(left)
    assert [2] == counts(client)
    assert [] == items(client, "draft/")


def test_a_draft_of_nothing_worth_telling_is_dropped(
    client: "DynamoDBClient",
) -> None:
    """It would be no alert if nobody had died."""
    with dying(client, 2), pytest.raises(DiedError):
        keep(client, many(5, Severity.LOW), actions=2)
    Drafts(client, NAME).tell_left(now=LATER)

    assert ([], []) == (alerts(client), items(client, "draft/"))


def test_who_is_tried_again_adds_to_the_draft(client: "DynamoDBClient") -> None:
    """What the dead one told and what is left are one alert."""
    with dying(client, 2), pytest.raises(DiedError):
        keep(client, many(7), actions=2)
    keep(client, many(7), actions=2, at=SOON)

    assert [7] == counts(client)
    assert [] == items(client, "draft/")


def test_a_draft_that_is_told_meanwhile_is_begun_anew(
    client: "DynamoDBClient",
) -> None:
    """By a clock that is ahead: two alerts, and nothing in both."""

    def tell() -> None:
        Drafts(client, NAME).tell_left(now=LATER)

    with interrupted(client, 3, tell):
        keep(client, many(7), actions=2)

    assert [3, 4] == counts(client)
    assert {1} == set(told(client).values())
    assert [] == items(client, "draft/")


def test_what_others_wrote_meanwhile_is_not_waited_for(
    client: "DynamoDBClient",
) -> None:
    """Nothing is left to be written last: the draft is told all the same."""

    def overtake() -> None:
        keep(client, many(5), at=SOON)

    with interrupted(client, 2, overtake):
        keep(client, many(5), actions=2)

    assert [2, 3] == counts(client)
    assert [] == items(client, "draft/")


def test_nobody_overwrites_what_another_added(client: "DynamoDBClient") -> None:
    """The same change in another VPC, judged at the same time."""

    def other() -> None:
        with dying(client, 3), suppress(DiedError):
            keep(client, many(4, vpc="vpc-2"), actions=2)

    with interrupted(client, 2, other):
        keep(client, many(6), actions=2)
    keep(client, many(4, vpc="vpc-2"), at=SOON)

    assert [2, 8] == counts(client)
    assert {1} == set(told(client).values())


def test_a_draft_that_is_added_to_after_all_is_not_told_as_it_was(
    client: "DynamoDBClient",
) -> None:
    """It was read a moment before: the clock of who reads it is ahead."""
    with dying(client, 2), suppress(DiedError):
        keep(client, many(6), actions=2)

    def add() -> None:
        with dying(client, 3), suppress(DiedError):
            keep(client, many(6), actions=2)

    with interrupted(client, 1, add):
        assert () == Drafts(client, NAME).tell_left(now=LATER)
    keep(client, many(6), actions=2)
    Drafts(client, NAME).tell_left(now=LATER)

    assert {1} == set(told(client).values())
    assert 6 == sum(counts(client))


def test_two_who_are_handed_the_same_add_to_one_draft(
    client: "DynamoDBClient",
) -> None:
    """Each transition is in one alert, whoever finishes it."""

    def twin() -> None:
        with dying(client, 2), suppress(DiedError):
            keep(client, many(7), actions=2, at=SOON)

    with interrupted(client, 2, twin):
        keep(client, many(7), actions=2)
    Drafts(client, NAME).tell_left(now=LATER)

    assert {1} == set(told(client).values())
    assert 7 == sum(counts(client))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_whoever_dies_wherever_tells_everything_once(
    client: "DynamoDBClient", number: int, when: str
) -> None:
    """After it was tried again, and the clock has looked."""
    with dying(client, number, when), suppress(DiedError):
        keep(client, many(7), actions=2)
    keep(client, many(7), actions=2, at=SOON)
    Drafts(client, NAME).tell_left(now=LATER)

    assert {finding.key: 1 for finding in many(7)} == told(client)
    assert [] == items(client, "draft/")


def test_a_sweep_has_no_draft(client: "DynamoDBClient") -> None:
    """What it has to tell waits for its end anyway."""
    table = FindingsTable(client, NAME, actions=2)
    cause = CHANGE.model_copy(update={"kind": "sweep"})
    report = a_report(*many(5))
    table.write(
        PLACE,
        Standing({}),
        lambda rows: decide(
            report, rows, cause=cause, now=NOON, known_checks={"EXP-001"}
        ),
        cause=cause,
    )

    assert [] == items(client, "draft/")
    assert 3 == len(items(client, "pending/"))
