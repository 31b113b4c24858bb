"""The findings table against moto's DynamoDB."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ringfence.alerts import Alert, Digest
from ringfence.changes import Cause
from ringfence.finding import Finding, Report, Severity
from ringfence.outbox import ContendedError
from ringfence.store import FindingsTable, Standing
from ringfence.transitions import Row, Transition, decide
from tests.render.samples import (
    CHANGE,
    NOON,
    PLACE,
    SWEEP,
    a_finding,
    a_report,
)
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(hours=2)


@pytest.fixture
def table(client: "DynamoDBClient") -> FindingsTable:
    """An empty table."""
    return FindingsTable(client, NAME)


def deciding(report: Report, cause: Cause = CHANGE) -> "partial[tuple[Row, ...]]":
    """What the caller gives: `decide` closed over a report."""
    return partial(
        _decided,
        report=report,
        cause=cause,
        known_checks={"EXP-001"},
        now=report.observed_at,
    )


def _decided(
    rows: Mapping[str, Row], *, report: Report, **rest: Any
) -> tuple[Row, ...]:
    return decide(report, rows, **rest)


def keep(
    table: FindingsTable, report: Report, cause: Cause = CHANGE
) -> tuple[Row, ...]:
    """Read, decide and write; give what was written."""
    known = table.standing(PLACE)
    rows = table.write(PLACE, known, deciding(report, cause), cause=cause)
    return tuple(row for key, row in rows.items() if row != known.rows.get(key))


def items(client: "DynamoDBClient", prefix: str) -> list[dict[str, Any]]:
    """Every item of the table whose sort key starts with *prefix*."""
    pages = client.get_paginator("scan").paginate(TableName=NAME)
    found = [item for page in pages for item in page["Items"]]
    return [item for item in found if item["item"]["S"].startswith(prefix)]


def alerts(client: "DynamoDBClient") -> list[Alert]:
    """The alerts in the outbox."""
    return [
        Alert.model_validate_json(item["document"]["S"])
        for item in items(client, "alert/")
    ]


def many(number: int, **fields: Any) -> list[Finding]:
    """As many findings on as many ports."""
    return [
        a_finding(discriminator=f"tcp-{port}", severity=Severity.HIGH, **fields)
        for port in range(number)
    ]


def test_rows_read_back_as_written(table: FindingsTable) -> None:
    """What is written is what is read, by the finding's key."""
    written = keep(table, a_report(a_finding()))

    assert {row.finding.key: row for row in written} == table.rows(PLACE)


def test_the_same_report_writes_nothing_the_second_time(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A sweep that sees what is known leaves the table as it is."""
    keep(table, a_report(a_finding()))
    before = items(client, "")

    assert () == keep(table, a_report(a_finding(), observed_at=LATER))
    assert before == items(client, "")


def test_places_do_not_see_each_other(table: FindingsTable) -> None:
    """Another Region's rows are another partition."""
    keep(table, a_report(a_finding()))

    assert {} == table.rows("123456789012/us-east-1")


def test_a_change_puts_its_alert_beside_its_rows(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """The outbox holds the alert as soon as the rows are there."""
    keep(table, a_report(a_finding()))
    (alert,) = alerts(client)

    assert (CHANGE, {"opened": {"CRITICAL": 1}}) == (alert.cause, alert.counts)


def test_a_closed_row_expires_and_a_reopened_one_does_not(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """Closed rows are forgotten after ninety days, open ones never."""
    keep(table, a_report(a_finding()))
    keep(table, a_report(observed_at=LATER))
    (closed,) = items(client, "finding/")
    keep(table, a_report(a_finding(), observed_at=MUCH_LATER))
    (reopened,) = items(client, "finding/")

    assert str(int((LATER + timedelta(days=90)).timestamp())) == closed["expires"]["N"]
    assert "expires" not in reopened
    (row,) = table.rows(PLACE).values()
    assert (Transition.REOPENED, NOON) == (row.transition, row.first_observed_at)


def test_hundreds_of_rows_are_all_written(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """What exceeds one transaction goes into several, and is one alert."""
    keep(table, a_report(*many(230)))

    assert 230 == len(table.rows(PLACE))
    assert [230] == [alert.counts["opened"]["HIGH"] for alert in alerts(client)]


def test_large_rows_go_into_more_transactions(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A transaction takes 4 MB, however few rows that is."""
    sizes: list[int] = []

    def measure(params: dict[str, Any], **_: Any) -> None:
        sizes.append(len(params["body"]))

    client.meta.events.register("before-call.dynamodb.TransactWriteItems", measure)
    evidence = {"rules": [{"note": "x" * 900}] * 60}
    keep(table, a_report(*many(99, evidence=evidence)))

    assert 99 == len(table.rows(PLACE))
    assert 2 == len(sizes)
    assert max(sizes) < 4_000_000


def test_a_resource_of_any_length_has_a_row(table: FindingsTable) -> None:
    """A key that DynamoDB cannot take is shortened, and stays unique."""
    findings = [a_finding(resource="x" * 1200 + end) for end in "ab"]
    keep(table, a_report(*findings))

    assert {finding.key for finding in findings} == set(table.rows(PLACE))


def test_who_lost_a_race_decides_again(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A slow sweep leaves a verdict alone that came while it was deciding."""
    slow = a_report(a_finding(severity=Severity.LOW), *many(3), observed_at=LATER)
    stale = table.standing(PLACE)
    keep(table, a_report(a_finding(), observed_at=MUCH_LATER))
    written = table.write(PLACE, stale, deciding(slow, SWEEP), cause=SWEEP)
    rows = table.rows(PLACE)

    assert 3 == sum(row.observed_at == slow.observed_at for row in written.values())
    assert Severity.CRITICAL == rows[a_finding().key].finding.severity
    assert MUCH_LATER == rows[a_finding().key].observed_at


def test_a_race_lost_again_and_again_is_an_error(table: FindingsTable) -> None:
    """The invocation fails, and is retried, when others never let go."""
    report = a_report(a_finding(), observed_at=LATER)
    (row,) = deciding(report)({})
    other = row.model_copy(update={"observed_at": MUCH_LATER})
    keep(table, a_report(a_finding(), observed_at=MUCH_LATER))

    with pytest.raises(ContendedError, match=PLACE):
        table.write(PLACE, Standing({}), lambda rows: [other], cause=CHANGE)


def test_other_errors_are_raised(client: "DynamoDBClient") -> None:
    """A table that is not there is no lost race."""
    table = FindingsTable(client, "another")

    with pytest.raises(ClientError, match="ResourceNotFound"):
        table.write(PLACE, Standing({}), deciding(a_report(a_finding())), cause=CHANGE)


def test_a_failed_transaction_leaves_neither_row_nor_alert(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """Rows and what they tell are written together or not at all."""
    keep(table, a_report(a_finding(), observed_at=MUCH_LATER))
    before = items(client, "")
    (row, new) = deciding(a_report(*many(1), a_finding()))({})
    both = [one.model_copy(update={"observed_at": LATER}) for one in (row, new)]

    with pytest.raises(ContendedError):
        table.write(PLACE, Standing({}), lambda rows: both, cause=CHANGE)
    assert before == items(client, "")


def harvests(client: "DynamoDBClient") -> list[Digest]:
    """What places have handed in."""
    return [
        Digest.model_validate_json(item["document"]["S"])
        for item in items(client, "harvest/")
    ]


def test_what_a_sweep_has_to_tell_is_handed_in_as_one_harvest(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A sweep's transitions wait for its end: nothing is told before."""
    keep(table, a_report(*many(230)), SWEEP)
    table.hand_in(PLACE)
    (harvest,) = harvests(client)

    assert {"opened": {"HIGH": 230}} == harvest.counts
    assert [] == items(client, "pending/")
    assert [] == alerts(client)


def test_a_place_that_changed_nothing_hands_in_nothing(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """No transitions, no part."""
    table.hand_in(PLACE)

    assert [] == items(client, "")


def test_what_a_dead_sweep_left_is_handed_in_by_the_next(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A crash between writing and handing in loses no transition."""
    keep(table, a_report(*many(3)), SWEEP)
    later = replace(a_report(*many(5)), observed_at=LATER)
    keep(table, later, Cause(kind="sweep", id="sweep-2"))
    table.hand_in(PLACE)

    assert [{"opened": {"HIGH": 5}}] == [one.counts for one in harvests(client)]


def test_handing_in_twice_hands_in_once(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """The invocation that does it may be repeated."""
    keep(table, a_report(a_finding()), SWEEP)
    table.hand_in(PLACE)
    table.hand_in(PLACE)

    assert 1 == len(harvests(client))


def test_more_than_a_transaction_deletes_is_one_part(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """However many rows a sweep wrote, nothing is left behind."""
    for number in range(205):
        leave(client, f"pending/{SWEEP.id}/", a_digest(number))
    table.hand_in(PLACE)

    assert [{"opened": {"LOW": 410}}] == [one.counts for one in harvests(client)]
    assert [] == items(client, "pending/")


def test_more_bytes_than_a_transaction_deletes_is_one_part(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """A transaction takes 4 MB of items, those included that it deletes."""
    most = 0

    def measure(params: dict[str, Any], **_: Any) -> None:
        nonlocal most
        gone = {
            action["Delete"]["Key"]["item"]["S"]
            for action in json.loads(params["body"])["TransactItems"]
            if "Delete" in action
        }
        sizes = [
            len(item["document"]["S"])
            for item in items(client, "pending/")
            if item["item"]["S"] in gone
        ]
        most = max(most, sum(sizes))

    for number in range(24):
        large = a_digest(number, checks=("x" * 300_000,))
        leave(client, f"pending/{SWEEP.id}/", large)
    client.meta.events.register("before-call.dynamodb.TransactWriteItems", measure)
    table.hand_in(PLACE)

    assert [{"opened": {"LOW": 48}}] == [one.counts for one in harvests(client)]
    assert 3_000_000 < most < 4_000_000


def a_digest(number: int, **fields: Any) -> Digest:
    return Digest(
        **{
            "id": f"{number:032x}",
            "items": (),
            "counts": {"opened": {"LOW": 2}},
            "checks": ("EXP-001",),
            "products": (),
        }
        | fields
    )


def leave(client: "DynamoDBClient", prefix: str, told: Digest) -> None:
    """Leave *told* to wait in the place's partition."""
    item = {
        "place": {"S": PLACE},
        "item": {"S": f"{prefix}{told.id}"},
        "document": {"S": told.model_dump_json()},
    }
    client.put_item(TableName=NAME, Item=item)


def test_the_last_good_policy_is_remembered(table: FindingsTable) -> None:
    """The newest policy that validated is kept beside the findings."""
    assert table.last_good_policy() is None
    table.keep_policy("version: 1\n")
    assert "version: 1\n" == table.last_good_policy()


def test_observed_at_sorts_as_text(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """Times have one width and one zone, with microseconds even where they are 0."""
    keep(table, a_report(a_finding()))
    (item,) = items(client, "finding/")

    assert "2026-11-22T12:00:44.000000+00:00" == item["observed_at"]["S"]
    assert json.loads(item["document"]["S"])["version"] == int(item["version"]["N"])
