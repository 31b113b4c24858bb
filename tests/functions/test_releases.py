"""Release data is renewed, kept, and believed as long as it is the newest."""

import zlib
from datetime import date

import boto3
import pytest

from ringfence.inspect.releases import in_force, renew
from ringfence.releases import shipped_catalogue, version
from ringfence.store import FindingsTable
from tests.functions.conftest import Aws
from tests.releases.feeds import Feeds, end_of_life, exploited

KNOWN = shipped_catalogue()
BAMBOO = KNOWN.life_cycles.products["bamboo"]
NEWEST = f"{BAMBOO.cycles[0].name}.99"
TODAY = date(2026, 11, 25)
FEEDS = Feeds(
    bamboo=end_of_life(BAMBOO, newest=NEWEST, day="2026-11-20"),
    exploited=exploited(KNOWN, "CVE-2024-21683"),
)


@pytest.fixture
def table(aws: Aws) -> FindingsTable:
    """The findings table of an embedded stack."""
    return FindingsTable(boto3.client("dynamodb", "eu-west-1"), aws.table)


def test_without_any_renewal_the_shipped_data_counts(table: FindingsTable) -> None:
    """A stack without a way to the feeds is no worse than the command line."""
    assert KNOWN == in_force(table)


def test_what_was_renewed_counts_from_then_on(table: FindingsTable) -> None:
    """Feeds that failed are told, and do not spoil the others."""
    troubles = renew(table, TODAY, FEEDS.fetch)
    kept = in_force(table)

    assert 3 == len(troubles)
    assert version(NEWEST) in kept.life_cycles.products["bamboo"].released
    assert date(2026, 11, 20) == kept.advisories.exploited_as_of


def test_feeds_that_fail_leave_what_was_kept(table: FindingsTable) -> None:
    """A day without a network takes nothing away."""
    renew(table, TODAY, FEEDS.fetch)
    before = in_force(table)

    assert 5 == len(renew(table, TODAY, Feeds().fetch))
    assert before == in_force(table)


def test_older_advisories_than_the_shipped_ones_do_not_count(
    table: FindingsTable,
) -> None:
    """An update of Ringfence brings advisories that an old renewal cannot hide."""
    renew(table, TODAY, FEEDS.fetch)
    fresh = in_force(table)
    old = fresh.model_copy(
        update={
            "advisories": fresh.advisories.model_copy(
                update={"as_of": date(2025, 1, 1)}
            )
        }
    )
    text = old.model_dump_json(by_alias=True, exclude_defaults=True)
    table.keep_releases(zlib.compress(text.encode()))

    assert KNOWN.advisories == in_force(table).advisories


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no zlib",
        zlib.compress(b"{}"),
        zlib.compress(b"[" * 1000)[:-8],
        zlib.compress(b"0" * 20_000_000),
    ],
)
def test_what_cannot_be_read_counts_as_nothing(
    table: FindingsTable, packed: bytes
) -> None:
    """Cut off, garbage, a bomb: the shipped data is in force."""
    table.keep_releases(packed)

    assert KNOWN == in_force(table)


def test_the_kept_item_is_small(table: FindingsTable) -> None:
    """DynamoDB takes 400 KB; there must be room for years of releases."""
    renew(table, TODAY, FEEDS.fetch)

    assert len(table.kept_releases() or b"") < 60_000
