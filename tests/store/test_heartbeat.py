"""What is remembered of the heartbeat, against moto's DynamoDB."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ringfence.inventory.watch import Heartbeat
from ringfence.observations import ObservationsTable
from tests.render.samples import NOON, PLACE
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def table(client: "DynamoDBClient") -> ObservationsTable:
    return ObservationsTable(client, NAME)


def await_one(table: ObservationsTable, made_at: datetime) -> None:
    """Wait for one, as the sweep does that began a minute later."""
    table.await_heartbeat(PLACE, made_at=made_at, since=made_at + MINUTE)


def test_nothing_is_waited_for_before_the_first(table: ObservationsTable) -> None:
    """A new stack has not been silent yet."""
    assert table.heartbeat(PLACE) is None


def test_the_oldest_that_is_unanswered_counts(table: ObservationsTable) -> None:
    """Later ones do not make the silence any younger."""
    for hours in (0, 1, 2):
        await_one(table, NOON + hours * HOUR)

    assert Heartbeat(waiting_since=NOON + MINUTE) == table.heartbeat(PLACE)


def test_an_answer_ends_the_waiting(table: ObservationsTable) -> None:
    """Its own, or a later one's: one that was lost on the way matters no more."""
    await_one(table, NOON)
    await_one(table, NOON + HOUR)
    table.note_heartbeat(PLACE, NOON + HOUR)

    assert Heartbeat(came_at=NOON + HOUR) == table.heartbeat(PLACE)


def test_the_next_one_is_waited_for_anew(table: ObservationsTable) -> None:
    """An old answer is none to a new heartbeat, however often it comes."""
    await_one(table, NOON)
    table.note_heartbeat(PLACE, NOON)
    await_one(table, NOON + HOUR)
    table.note_heartbeat(PLACE, NOON)

    expected = Heartbeat(waiting_since=NOON + HOUR + MINUTE, came_at=NOON)
    assert expected == table.heartbeat(PLACE)


def test_an_answer_may_be_there_before_the_sweep_waits(
    table: ObservationsTable,
) -> None:
    """The heartbeat is made when a sweep is started, which may then wait in a queue."""
    table.note_heartbeat(PLACE, NOON + timedelta(seconds=5))
    await_one(table, NOON)

    assert Heartbeat(came_at=NOON + timedelta(seconds=5)) == table.heartbeat(PLACE)


def test_answers_may_come_in_any_order(table: ObservationsTable) -> None:
    """CloudTrail promises none."""
    await_one(table, NOON)
    for hours in (2, 1, 2):
        table.note_heartbeat(PLACE, NOON + hours * HOUR)

    assert Heartbeat(came_at=NOON + 2 * HOUR) == table.heartbeat(PLACE)


def test_whole_seconds_are_enough(table: ObservationsTable) -> None:
    """CloudTrail cuts off the rest, and two clocks differ."""
    await_one(table, NOON + timedelta(seconds=0.7))
    table.note_heartbeat(PLACE, NOON)

    assert Heartbeat(came_at=NOON) == table.heartbeat(PLACE)


def test_a_sweep_for_a_time_long_past_waits_from_now_on(
    table: ObservationsTable,
) -> None:
    """Somebody started it by hand: nothing has been silent since that time."""
    long_ago = NOON - timedelta(days=300)
    table.await_heartbeat(PLACE, made_at=long_ago, since=NOON)

    assert Heartbeat(waiting_since=NOON) == table.heartbeat(PLACE)
