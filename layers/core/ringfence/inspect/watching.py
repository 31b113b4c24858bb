"""Which of Ringfence's own event rules are looked after in a place, and how."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ringfence.changes.watched import ABOUT_ALL_REGIONS
from ringfence.clients import client_of
from ringfence.inspect.rules import OwnRules, any_left
from ringfence.inspect.verdicts import place_of
from ringfence.inventory import Inventory
from ringfence.inventory.watch import OwnRule
from ringfence.snapshot import Gap

if TYPE_CHECKING:
    from ringfence.inspect.hub import Hub

_PART = "own_rules"


def with_rules(inventory: Inventory, hub: "Hub") -> Inventory:
    """
    *inventory* with Ringfence's own event rules in its place.

    Where an account's global services are read, those are looked after as well that
    hand on what such services tell in Regions that nobody sweeps.
    """
    answers = list(_answers(inventory.account, inventory.region, hub))
    if not answers:
        return inventory
    gap = next((one for one in answers if isinstance(one, Gap)), None)
    if gap:
        return replace(inventory, gaps={**inventory.gaps, _PART: (gap,)})
    rules = tuple(rule for one in answers if isinstance(one, tuple) for rule in one)
    return replace(inventory, read=inventory.read | {_PART}, own_rules=rules)


def _answers(
    account: str, region: str, hub: "Hub"
) -> Iterator[tuple[OwnRule, ...] | Gap]:
    if hub.is_own(account, region):
        yield hub.rules.told_by(client_of(hub.session, "events", region), region)
    elif hub.forwarding:
        yield _handed_on(hub.forwarding.of(account), account, region, hub)
    if not hub.forwarding or not hub.is_home(region):
        return
    for afar in hub.forwarding.telling_regions():
        if not hub.sweeps(afar):
            rules = hub.forwarding.of(account, ABOUT_ALL_REGIONS)
            yield _handed_on(rules, account, afar, hub)


def _handed_on(
    rules: OwnRules, account: str, region: str, hub: "Hub"
) -> tuple[OwnRule, ...] | Gap:
    """
    Those of member.yaml's *rules* that there are, or should be, in *region*.

    Where none was seen of late it is not deployed: there are none to miss, and where
    nobody sweeps there is no need to be allowed to ask, either.
    """
    events = client_of(hub.session_of(account), "events", region)
    found = rules.told_by(events, region)
    is_told = hub.sweeps(region) if isinstance(found, Gap) else any_left(found)
    if is_told:
        return found
    place = place_of(account, region)
    return found if hub.observations.had_rules(place, hub.now()) else ()


def note_rules(inventory: Inventory, hub: "Hub") -> None:
    """Remember where rules of member.yaml are, so that they are missed later."""
    ours = [rule for rule in inventory.own_rules if not rule.is_of_stack]
    for region, some in groupby(ours, key=lambda rule: rule.region):
        if any_left(some):
            place = place_of(inventory.account, region)
            hub.observations.note_rules(place, inventory.taken_at)
