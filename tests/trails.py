"""Builders of trails: one that records all there is, unless said."""

from typing import Any

from ringfence.inventory import Inventory
from ringfence.inventory.trails import (
    EVERY_MANAGEMENT_EVENT,
    Condition,
    Recording,
    Selector,
    Trail,
)
from tests.build import ACCOUNT, REGION, an_inventory

ORGANIZATION = "999988887777"


def a_trail(
    name: str = "changes", *, account: str = ACCOUNT, home: str = REGION, **fields: Any
) -> Trail:
    """Give a trail that is as it should be."""
    defaults: dict[str, Any] = {
        "is_validated": True,
        "is_logging": True,
        "selectors": (EVERY_MANAGEMENT_EVENT,),
    }
    arn = f"arn:aws:cloudtrail:{home}:{account}:trail/{name}"
    return Trail(arn=arn, name=name, home=home, **(defaults | fields))


def taking(*conditions: Condition) -> tuple[Selector, ...]:
    """Give the selectors of a trail that takes what meets *conditions*."""
    return (Selector(conditions=(*EVERY_MANAGEMENT_EVENT.conditions, *conditions)),)


def recorded_by(*trails: Trail, **fields: Any) -> Inventory:
    """Give a Region with these *trails*."""
    return an_inventory(recording=(Recording(trails=trails),), **fields)


READS = taking(Condition(field="readOnly", equals=("true",)))
STOPPED = a_trail("old", is_logging=False)
HIDDEN = a_trail(
    "everyone",
    account=ORGANIZATION,
    home="us-east-1",
    is_of_organization=True,
    is_logging=None,
    selectors=None,
)
