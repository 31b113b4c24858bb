"""Exposures as far as they can be told: not read is never the same as empty."""

from collections.abc import Iterable

from ringfence.inventory import Inventory
from ringfence.reach import NEEDS, Blind, Exposures, exposures, networks


def unread_needs(inventory: Inventory) -> tuple[str, ...]:
    """Name the parts without which nothing can be told."""
    return tuple(sorted(NEEDS - inventory.read))


def told_exposures(inventory: Inventory) -> Exposures:
    """
    Give all that gets in, from the internet and from every network joined.

    Without a part that the internet's needs, everything is unknown; without one
    that only networks need, they alone are.
    """
    missing = unread_needs(inventory)
    if not missing:
        return _all_told(inventory)
    because = _because(inventory, missing)
    blinds = [
        Blind(interface.instance or interface.id, interface.id, because)
        for interface in inventory.network_interfaces
    ]
    blinds += [Blind(item.id, item.id, because) for item in inventory.load_balancers]
    if "network_interfaces" in missing or not blinds:
        blinds.append(_everywhere(inventory, because))
    return Exposures(unknown=tuple(blinds))


def _all_told(inventory: Inventory) -> Exposures:
    public = exposures(inventory)
    missing = sorted(networks.NEEDS - inventory.read)
    if missing:
        because = f"{_because(inventory, missing)}: who else gets in is not known"
        private = Exposures(unknown=(_everywhere(inventory, because),))
    else:
        private = networks.network_exposures(inventory)
    return Exposures(
        public.rows + private.rows,
        tuple(dict.fromkeys(public.unknown + private.unknown)),
    )


def _everywhere(inventory: Inventory, because: str) -> Blind:
    return Blind(f"{inventory.account}/{inventory.region}", "*", because)


def _because(inventory: Inventory, missing: Iterable[str]) -> str:
    return f"could not read {', '.join(_named(inventory, part) for part in missing)}"


def _named(inventory: Inventory, part: str) -> str:
    """Give the part with AWS's answer to each operation that failed."""
    failed = {f"{gap.operation}: {gap.code}" for gap in inventory.gaps.get(part, ())}
    return f"{part} ({', '.join(sorted(failed))})" if failed else part
