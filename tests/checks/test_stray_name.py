"""DNS-004: a name that resolves to something else than its record says."""

from datetime import datetime, timedelta

from ringfence.inventory import Inventory
from ringfence.inventory.looks import Look
from tests.build import ADDRESS, TAKEN_AT, an_inventory

ELSEWHERE = "198.51.100.9"


def strayed(since: datetime | None) -> Inventory:
    look = Look(
        endpoint="git.example.com:443",
        asked_at=TAKEN_AT - timedelta(days=3),
        observed_at=TAKEN_AT,
        address=ELSEWHERE if since else ADDRESS,
        expected=(ADDRESS,),
        strayed_at=since,
    )
    return an_inventory(last_looks=(look,))


FIRES = [strayed(TAKEN_AT - timedelta(minutes=30))]
QUIET = [
    strayed(None),
    strayed(TAKEN_AT),  # the record may just have been changed
]
