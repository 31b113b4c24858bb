"""Watermarks in the findings table, against moto's DynamoDB."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ringfence.finding import Finding, Report, Unknown
from ringfence.inspect.verdicts import keep_report
from ringfence.inventory.associations import GroupAssociation
from ringfence.store import FindingsTable
from ringfence.watermarks import SLACK
from tests.render.samples import CHANGE, NOON, PLACE, SWEEP, a_finding, a_report
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LATER = NOON + timedelta(minutes=5)
VPC = "vpc-1"

in_vpc = partial(a_finding, vpc=VPC)


@pytest.fixture
def table(client: "DynamoDBClient") -> FindingsTable:
    """An empty table."""
    return FindingsTable(client, NAME)


def keep(table: FindingsTable, report: Report, **more: Any) -> dict[str, bool]:
    """Keep *report*; give which findings the table then has, and whether open."""
    cause = SWEEP if report.vpcs is None else CHANGE
    keep_report(report, cause, table=table, now=lambda: report.observed_at, **more)
    return {key: row.is_open for key, row in table.rows(PLACE).items()}


def of_vpc(*findings: Finding, **fields: Any) -> Report:
    """A report on one VPC."""
    return a_report(*findings, vpcs=frozenset({VPC}), **fields)


def marks(client: "DynamoDBClient") -> dict[str, str]:
    """When each scope was judged."""
    items = client.scan(TableName=NAME)["Items"]
    return {
        item["item"]["S"]: item["observed_at"]["S"]
        for item in items
        if item["item"]["S"].startswith("finding-mark/")
    }


def test_a_slow_sweep_opens_nothing_that_was_good_later(table: FindingsTable) -> None:
    """The change that saw it good had no row to write."""
    keep(table, of_vpc(observed_at=LATER))

    assert {} == keep(table, a_report(in_vpc()))


def test_a_slow_sweep_closes_nothing_that_was_bad_later(table: FindingsTable) -> None:
    """The change that saw it bad found the row as it should be."""
    keep(table, of_vpc(in_vpc(), observed_at=NOON - timedelta(hours=1)))
    keep(table, of_vpc(in_vpc(), observed_at=LATER))

    assert {in_vpc().key: True} == keep(table, a_report())


def test_a_slow_sweep_judges_what_the_change_did_not(table: FindingsTable) -> None:
    """Neither other VPCs, nor what is in none, nor checks that could not tell."""
    elsewhere = in_vpc(resource="i-2", vpc="vpc-2")
    nowhere = in_vpc(resource="i-3", vpc=None)
    doubted = in_vpc(resource="i-4", check="EXP-002")
    keep(
        table,
        of_vpc(
            observed_at=LATER,
            ran=frozenset({"EXP-001", "EXP-002"}),
            unknowns=(Unknown("EXP-002", "no subnet", "i-9"),),
        ),
    )

    found = keep(table, a_report(in_vpc(), elsewhere, nowhere, doubted))

    assert {elsewhere.key, nowhere.key, doubted.key} == set(found)


def test_a_change_is_not_overtaken_by_one_that_began_at_the_same_time(
    table: FindingsTable,
) -> None:
    """Clocks differ a little; what one saw and the other did not is told."""
    keep(table, of_vpc(observed_at=NOON + SLACK))

    assert {in_vpc().key: True} == keep(table, of_vpc(in_vpc(), observed_at=NOON))


def test_a_change_is_overtaken_by_a_whole_region(table: FindingsTable) -> None:
    """A sweep that looked later leaves its mark for all VPCs."""
    keep(table, a_report(observed_at=LATER))

    assert {} == keep(table, of_vpc(in_vpc()))


def test_an_older_report_moves_no_watermark(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """The newest look counts, whoever writes last."""
    keep(table, of_vpc(observed_at=LATER))
    before = marks(client)
    keep(table, of_vpc(in_vpc()))

    assert before == marks(client)


def test_what_is_about_some_resources_leaves_and_heeds_no_watermark(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """Looks at endpoints say nothing about a VPC."""
    keep(table, of_vpc(observed_at=LATER))
    before = marks(client)

    found = keep(table, a_report(in_vpc(), only=frozenset({in_vpc().resource})))

    assert {in_vpc().key: True} == found
    assert before == marks(client)


def test_a_transaction_has_room_for_what_it_depends_on(
    table: FindingsTable, client: "DynamoDBClient"
) -> None:
    """As many VPCs as findings: each row brings a condition."""
    findings = [in_vpc(resource=f"i-{n}", vpc=f"vpc-{n}") for n in range(120)]
    keep(table, a_report(*findings))

    assert 120 == len(table.rows(PLACE))
    assert 121 == len(marks(client))


def test_a_watermark_goes_after_a_month(client: "DynamoDBClient") -> None:
    """Nothing works on what it saw for that long, and sweeps are more frequent."""
    keep(FindingsTable(client, NAME), a_report())
    [item] = client.scan(TableName=NAME)["Items"]

    assert int((NOON + timedelta(days=30)).timestamp()) == int(item["expires"]["N"])


def test_a_regions_watermark_tells_which_groups_are_lent(table: FindingsTable) -> None:
    """As they were read; those of no VPC, and what was not read, tell nothing."""
    lent = frozenset({GroupAssociation(group="sg-1", vpc="vpc-2")})
    keep(table, a_report(in_vpc()), lent=lent)
    told = {mark.scope: mark.lent for mark in table.standing(PLACE).marks}
    keep(table, a_report(observed_at=LATER))
    [after] = [m.lent for m in table.standing(PLACE).marks if m.scope == "region"]

    assert ({"region": lent, VPC: None}, None) == (told, after)
