"""Exposures as far as they can be told: not read is never the same as empty."""

from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.reach import NEEDS, Blind, Exposures, exposures
from ringfence.reach.otherways import other_ways


def unread_needs(inventory: Inventory) -> tuple[str, ...]:
    """Name the parts without which nothing can be told."""
    return tuple(sorted(NEEDS - inventory.read))


def told_exposures(inventory: Inventory) -> Exposures:
    """Give all that gets in; without a needed part, everything as unknown."""
    return replace(_through_gateways(inventory), elsewhere=other_ways(inventory))


def _through_gateways(inventory: Inventory) -> Exposures:
    missing = unread_needs(inventory)
    if not missing:
        return exposures(inventory)
    because = f"could not read {', '.join(_named(inventory, part) for part in missing)}"
    blinds = [
        Blind(interface.instance or interface.id, interface.id, because)
        for interface in inventory.network_interfaces
    ]
    blinds += [Blind(item.id, item.id, because) for item in inventory.load_balancers]
    if "network_interfaces" in missing or not blinds:
        blinds.append(Blind(f"{inventory.account}/{inventory.region}", "*", because))
    return Exposures(unknown=tuple(blinds))


def _named(inventory: Inventory, part: str) -> str:
    """Give the part with AWS's answer to each operation that failed."""
    failed = {f"{gap.operation}: {gap.code}" for gap in inventory.gaps.get(part, ())}
    return f"{part} ({', '.join(sorted(failed))})" if failed else part
