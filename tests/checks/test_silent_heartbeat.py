"""RF-013: the event of Ringfence's own heartbeat does not come round."""

from datetime import timedelta
from typing import Any

from ringfence.checks.silent_heartbeat import silent_heartbeat
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.watch import Heartbeat
from tests.build import TAKEN_AT, an_estate, an_inventory

HOUR = timedelta(hours=1)


def heard(**fields: Any) -> Inventory:
    """Give a stack with this heartbeat."""
    return an_inventory(heartbeats=(Heartbeat(patience=2 * HOUR, **fields),))


FIRES = [
    heard(waiting_since=TAKEN_AT - 2 * HOUR),
    heard(waiting_since=TAKEN_AT - 3 * HOUR, came_at=TAKEN_AT - 4 * HOUR),
]
QUIET = [
    heard(came_at=TAKEN_AT - HOUR),
    heard(came_at=TAKEN_AT - 1000 * HOUR),  # no sweep since, and so no heartbeat
    heard(waiting_since=TAKEN_AT - HOUR),
]


def test_it_says_since_when_and_where_to_look() -> None:
    """Whoever reads it at night looks at the trail, the rules and the queues."""
    (problem,) = silent_heartbeat(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert "since 2026-09-01 09:00 UTC" in problem.message
    assert "the last that did: 2026-09-01 08:00 UTC" in problem.message
    assert all(
        word in silent_heartbeat.fix for word in ("TRAIL-001", "RF-012", "dead-letter")
    )


def test_one_that_never_came_is_said_to_be_so() -> None:
    """It never worked, which is another thing to look for."""
    (problem,) = silent_heartbeat(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "the last that did: never" in problem.message
