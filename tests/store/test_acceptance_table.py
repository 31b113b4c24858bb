"""Acceptances in the findings table."""

from datetime import timedelta
from typing import TYPE_CHECKING

from ringfence.acceptance_table import AcceptanceTable
from ringfence.acceptances import Acceptance
from ringfence.store import FindingsTable, Standing
from tests.render.samples import NOON, PLACE, SWEEP, a_finding, a_row
from tests.store.conftest import NAME
from tests.test_acceptances import accepted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def later(one: Acceptance, days: int) -> Acceptance:
    return one.model_copy(update={"expires": one.expires + timedelta(days=days)})


def test_each_place_has_its_own(client: "DynamoDBClient") -> None:
    """What was accepted in one Region is not in another."""
    table = AcceptanceTable(client, NAME)
    table.keep(PLACE, accepted())

    assert (accepted(),) == table.of(PLACE)
    assert () == table.of("123456789012/us-east-1")


def test_the_one_that_lasts_longest_stays(client: "DynamoDBClient") -> None:
    """An event that comes again late does not shorten what was given since."""
    table = AcceptanceTable(client, NAME)
    for one in (accepted(), later(accepted(), 3), accepted()):
        table.keep(PLACE, one)

    assert (later(accepted(), 3),) == table.of(PLACE)


def test_it_is_forgotten_a_month_after_its_end(client: "DynamoDBClient") -> None:
    """So that RF-004 can be read, and closes by itself."""
    AcceptanceTable(client, NAME).keep(PLACE, accepted())
    (item,) = client.scan(TableName=NAME)["Items"]
    ends = NOON + timedelta(days=60)

    assert int(ends.timestamp()) < int(item["expires"]["N"])
    assert int(item["expires"]["N"]) < int((ends + timedelta(days=1)).timestamp())


def test_another_version_s_accepts_nothing(client: "DynamoDBClient") -> None:
    """What cannot be read leaves the finding open, which is the safe side."""
    place, item = {"S": f"accepted/{PLACE}"}, {"S": "EXP-001/i-0"}
    client.put_item(
        TableName=NAME, Item={"place": place, "item": item, "document": {"S": "{}"}}
    )

    assert () == AcceptanceTable(client, NAME).of(PLACE)


def test_a_row_is_read_by_its_key(client: "DynamoDBClient") -> None:
    """One finding, without all the others of its place."""
    table, finding = FindingsTable(client, NAME), a_finding()
    table.write(PLACE, Standing({}), lambda _: (a_row(),), cause=SWEEP)

    assert a_row() == table.row(PLACE, finding.key)
    assert table.row(PLACE, "EXP-001/i-0") is None


def test_what_was_accepted_is_no_row(client: "DynamoDBClient") -> None:
    """Findings and what was accepted of them do not mix."""
    table = FindingsTable(client, NAME)
    table.acceptances.keep(PLACE, accepted())

    assert {} == table.rows(PLACE)
