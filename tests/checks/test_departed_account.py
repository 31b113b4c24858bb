"""RF-017: accounts and Regions that are watched no longer."""

from datetime import timedelta

from ringfence.checks.departed_account import departed_account
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.places import Departure
from tests.build import TAKEN_AT, an_estate, an_inventory


def left(*places: tuple[str, str]) -> Inventory:
    """What left the list two days before."""
    since = TAKEN_AT - timedelta(days=2)
    return an_inventory(
        departures=tuple(
            Departure(account, region, since, since + timedelta(days=7))
            for account, region in places
        )
    )


FIRES = [
    left(("222233334444", "eu-west-1")),
    left(("222233334444", "eu-west-1"), ("222233334444", "us-east-1")),
]
QUIET = [left()]


def test_an_account_is_told_once_with_its_regions_and_the_day() -> None:
    """Seventeen Regions of one account are no seventeen findings."""
    other = ("333344445555", "eu-west-1")
    first, second = departed_account(an_estate(left(*_regions(2), other)))

    assert isinstance(first, Problem)
    assert isinstance(second, Problem)
    assert ("222233334444", "333344445555") == (first.resource, second.resource)
    assert (
        "Ringfence is no longer asked to sweep account 222233334444: us-east-1, "
        "us-east-2 since 2026-08-30, where findings are closed after 2026-09-06. "
        "Until then they stay as they were last seen." == first.message
    )


def _regions(number: int) -> list[tuple[str, str]]:
    return [("222233334444", f"us-east-{one + 1}") for one in range(number)]
