"""RF-011: endpoints that were to be looked at, and were not."""

from dataclasses import replace
from datetime import datetime, timedelta

from ringfence.checks.unseen_endpoint import unseen_endpoint
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Look
from tests.build import TAKEN_AT, an_estate, an_inventory

BEFORE = TAKEN_AT - timedelta(hours=2)
EARLIER = BEFORE - timedelta(seconds=1)


def looked_at(
    *times: tuple[datetime, datetime | None], before: datetime | None = BEFORE
) -> Inventory:
    """Endpoints by when they were first asked for and when they were looked at."""
    looks = tuple(
        Look(endpoint=f"h{number}.example.com:443", asked_at=asked, observed_at=seen)
        for number, (asked, seen) in enumerate(times)
    )
    return an_inventory(last_looks=looks, overdue_before=before)


FIRES = [
    looked_at((EARLIER, None)),  # never since it was asked for
    looked_at((EARLIER, EARLIER)),  # not any more
]
QUIET = [
    looked_at((EARLIER, BEFORE)),
    looked_at((BEFORE, None)),  # it is new
    looked_at((EARLIER, EARLIER), before=None),  # nobody was to look
]


def test_a_silent_endpoint_was_looked_at() -> None:
    """That it did not answer is for others to tell."""
    inventory = looked_at((EARLIER, TAKEN_AT))
    (look,) = inventory.last_looks
    silent = replace(inventory, last_looks=(replace(look, error="No answer."),))

    assert [] == list(unseen_endpoint(an_estate(silent)))


def test_a_probe_that_is_broken_is_one_finding() -> None:
    """Not one for each of a thousand endpoints."""
    inventory = looked_at(*[(EARLIER, None)] * 5)
    (problem,) = unseen_endpoint(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "and 2 more" in problem.message
    assert 5 == problem.evidence["endpoint_count"]
