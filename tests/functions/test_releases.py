"""Release data is renewed, kept, and believed as long as it is the newest."""

import json
import zlib
from datetime import date
from functools import partial

import boto3
import pytest

from functions.inspect import app as inspect_app
from functions.probe import app as probe_app
from ringfence.inspect.releases import in_force, renew
from ringfence.releases import shipped_catalogue, version
from ringfence.store import FindingsTable
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
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
    table.keep_releases(zlib.compress(text.encode()), tried_on="2026-11-25")

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
    table.keep_releases(packed, tried_on="2026-11-25")

    assert KNOWN == in_force(table)


def test_the_kept_item_is_small(table: FindingsTable) -> None:
    """DynamoDB takes 400 KB; there must be room for years of releases."""
    renew(table, TODAY, FEEDS.fetch)

    assert len(table.kept_releases() or b"") < 60_000


def asked(aws: Aws) -> list[str]:
    """The release renewals that wait in the probe queue."""
    url = aws.queue_urls["probe"]
    answer = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    bodies = [message["Body"] for message in answer.get("Messages", ())]
    return [body for body in bodies if '"releases"' in body]


@pytest.mark.parametrize(("feeds", "count"), [("on", 1), ("off", 0)])
def test_a_sweep_asks_for_newer_data_where_that_is_wanted(
    aws: Aws,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    feeds: str,
    count: int,
) -> None:
    """A stack that must not ask anybody outside never does."""
    monkeypatch.setenv("RELEASE_FEEDS", feeds)
    inspect_app.sweep_settings.cache_clear()
    inspect_app.sweep(event("sweep.one_region"), context)

    assert count == len(asked(aws))


def test_a_day_s_first_sweep_alone_asks(
    aws: Aws,
    context: Context,
    table: FindingsTable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However the feeds answered, they are left alone until tomorrow."""
    monkeypatch.setenv("RELEASE_FEEDS", "on")
    inspect_app.sweep_settings.cache_clear()
    renew(table, inspect_app.now().date(), Feeds().fetch)
    inspect_app.sweep(event("sweep.one_region"), context)

    assert [] == asked(aws)


def test_the_probe_function_renews_what_it_judges_by(
    context: Context, table: FindingsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request to renew is no endpoint, and is done with once it was tried."""
    monkeypatch.setattr("functions.probe.app.renew", partial(renew, fetch=FEEDS.fetch))
    body = {"kind": "releases", "account": ACCOUNT, "region": REGION}
    record = {"messageId": "1", "receiptHandle": "r", "attributes": {}}
    answer = probe_app.handler(
        {"Records": [record | {"body": json.dumps(body)}]}, context
    )
    released = in_force(table).life_cycles.products["bamboo"].released

    assert {"batchItemFailures": []} == answer
    assert version(NEWEST) in released
