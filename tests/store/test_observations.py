"""What is remembered between looks, against moto's DynamoDB."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.looks import Held, Look
from ringfence.inventory.memories import Lacking, Memories, Ran, SeenImage
from ringfence.inventory.visits import HttpObservation
from ringfence.observations import HELD_KEPT, LOOK_KEPT, ObservationsTable
from ringfence.store import FindingsTable
from tests.render.samples import NOON, PLACE
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GIT = "git.example.com:443"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def table(client: "DynamoDBClient") -> ObservationsTable:
    return ObservationsTable(client, NAME)


def a_look(at: datetime, endpoint: str = GIT) -> Look:
    return Look(
        endpoint=endpoint,
        asked_at=NOON,
        observed_at=at,
        tls=TlsObservation(endpoint=endpoint, names=("a", "b"), not_after=NOON + DAY),
        http=HttpObservation(endpoint=endpoint, status=301),
        address="203.0.113.7",
        expected=("203.0.113.7",),
    )


def test_a_look_comes_back_as_it_was(table: ObservationsTable) -> None:
    """By its endpoint, and among all of the place."""
    table.keep(PLACE, a_look(NOON))
    table.keep(PLACE, a_look(NOON, "jira.example.com:443"))

    assert a_look(NOON) == table.look(PLACE, GIT)
    assert {GIT, "jira.example.com:443"} == {
        look.endpoint for look in table.looks(PLACE)
    }
    assert table.look(PLACE, "wiki.example.com:443") is None
    assert () == table.looks("222233334444/eu-west-1")


def test_an_older_look_does_not_overwrite_a_newer_one(
    table: ObservationsTable,
) -> None:
    """Two probes of one endpoint may end in any order."""
    kept = table.keep(PLACE, a_look(NOON + HOUR))
    late = table.keep(PLACE, a_look(NOON))

    assert (True, False) == (kept, late)
    assert a_look(NOON + HOUR) == table.look(PLACE, GIT)


def test_asking_does_not_undo_a_look(table: ObservationsTable) -> None:
    """A probe may be quicker than the sweep that asked for it."""
    table.keep(PLACE, a_look(NOON + HOUR))
    table.ask(PLACE, [GIT, "new.example.com:443"], at=NOON)

    assert a_look(NOON + HOUR) == table.look(PLACE, GIT)
    assert Look(endpoint="new.example.com:443", asked_at=NOON) == table.look(
        PLACE, "new.example.com:443"
    )


def test_what_is_forgotten_is_gone(table: ObservationsTable) -> None:
    """And nothing else is."""
    table.ask(PLACE, [GIT, "jira.example.com:443"], at=NOON)
    table.forget(PLACE, [GIT, "never.example.com:443"])

    assert ["jira.example.com:443"] == [look.endpoint for look in table.looks(PLACE)]


def test_findings_do_not_see_looks(
    client: "DynamoDBClient", table: ObservationsTable
) -> None:
    """They share a table and nothing more, and each expires."""
    table.keep(PLACE, a_look(NOON))
    table.note_held(PLACE, (), {"203.0.113.7": "i-1"}, NOON)

    assert {} == FindingsTable(client, NAME).rows(PLACE)
    assert {
        f"look/{GIT}": int((NOON + LOOK_KEPT).timestamp()),
        "held/203.0.113.7": int((NOON + HELD_KEPT).timestamp()),
    } == {
        item["item"]["S"]: int(item["expires"]["N"])
        for item in client.scan(TableName=NAME)["Items"]
    }


def test_what_was_ours_is_noted_when_it_is_news(table: ObservationsTable) -> None:
    """When it is new, moved on, or was noted long ago; and kept when it is gone."""
    table.note_held(PLACE, (), {"203.0.113.7": "i-1", "203.0.113.8": "i-2"}, NOON)
    first = table.held(PLACE)
    now = {"203.0.113.7": "i-1", "203.0.113.8": "i-3"}
    table.note_held(PLACE, first, now, NOON + DAY)
    second = table.held(PLACE)
    table.note_held(PLACE, second, {"203.0.113.7": "i-1"}, NOON + 7 * DAY)

    def held(end: str, resource: str, days: int) -> Held:
        return Held(end=end, resource=resource, seen_at=NOON + days * DAY)

    assert (held("203.0.113.7", "i-1", 0), held("203.0.113.8", "i-3", 1)) == second
    assert (held("203.0.113.7", "i-1", 7), held("203.0.113.8", "i-3", 1)) == (
        table.held(PLACE)
    )


def test_memories_come_back_as_they_were(table: ObservationsTable) -> None:
    """By what they are of; a newer one takes the place of an older one."""
    image = SeenImage(id="ami-1", name="golden", created_at=NOON, seen_at=NOON)
    lacking = Lacking(instance="i-1", since={"kernel": NOON}, seen_at=NOON)
    ran = Ran(group="asg:nodes", since={"ami-1": NOON}, seen_at=NOON)
    newer = Ran(group="asg:nodes", since={"ami-2": NOON}, seen_at=NOON + DAY)

    table.remember(PLACE, [image, lacking, ran])
    table.remember(PLACE, [newer])

    assert Memories(
        images={"ami-1": image},
        lacking={"i-1": lacking},
        ran={"asg:nodes": newer},
    ) == table.memories(PLACE)
    assert Memories() == table.memories("222233334444/eu-west-1")


def test_a_memory_of_another_version_is_none(
    table: ObservationsTable, client: "DynamoDBClient"
) -> None:
    """It is written anew, not stumbled over."""
    client.put_item(
        TableName=NAME,
        Item={
            "place": {"S": PLACE},
            "item": {"S": "seen/image/ami-1"},
            "document": {"S": '{"kind": "another"}'},
        },
    )

    assert Memories() == table.memories(PLACE)
