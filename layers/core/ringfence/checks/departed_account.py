"""RF-017: accounts and Regions that are watched no longer."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.places import Departure


@check(
    "RF-017",
    "An account or Region is watched no longer",
    severity=Severity.INFORMATIONAL,
    needs={"departures"},
    fix="Nothing, if that is meant: its findings are closed on the day in the message."
    "\nOtherwise list it again: the stack's parameters say what is swept.",
)
def departed_account(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What is not listed any more is not judged any more, and nobody should learn
    that from silence.

    For a week its findings stay as they are, as an account may be gone from the
    list by mistake. Then they are closed as archived. Told of the account, with
    its Regions.
    """
    by_account: dict[str, list[Departure]] = defaultdict(list)
    for departure in estate.inventory.departures:
        by_account[departure.account].append(departure)
    for account, left in sorted(by_account.items()):
        yield Problem(
            resource=account,
            message=f"Ringfence is no longer asked to sweep account {account}: "
            f"{_in_words(left)}. Until then they stay as they were last seen.",
            evidence={
                "regions": [
                    {
                        "region": item.region,
                        "left_at": item.left_at.isoformat(),
                        "closes_at": item.closes_at.isoformat(),
                    }
                    for item in sorted(left, key=lambda item: item.region)
                ]
            },
        )


def _in_words(left: list[Departure]) -> str:
    """Name the Regions and the day, those of one day together."""
    by_day: dict[tuple[date, date], list[str]] = defaultdict(list)
    for item in left:
        by_day[item.left_at.date(), item.closes_at.date()].append(item.region)
    return "; ".join(
        f"{', '.join(sorted(regions))} since {since}, where findings are closed "
        f"after {until}"
        for (since, until), regions in sorted(by_day.items())
    )
