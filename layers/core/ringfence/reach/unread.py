"""Exposures as far as they can be told: not read is never the same as empty."""

from collections.abc import Iterator
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import NetworkInterface
from ringfence.reach import NEEDS, Blind, Exposures, exposures, networks
from ringfence.reach.balancers import balancer_nodes
from ringfence.reach.otherways import other_ways

# Without these, one way in may hide another; each of the rest bears only on what
# refers to it. A rule that names an unread prefix list says so by itself.
_BALANCING = frozenset({"load_balancers", "listeners", "target_groups"})
_ALL_HANGS_ON = NEEDS - _BALANCING - {"instances", "prefix_lists"}


def unread_needs(inventory: Inventory) -> tuple[str, ...]:
    """Name the parts without which something cannot be told."""
    return tuple(sorted(NEEDS - inventory.read))


def told_exposures(inventory: Inventory) -> Exposures:
    """
    Give all that is sure to get in, from the internet and from every network.

    What hangs on an unread part is unknown.
    """
    return replace(_through_gateways(inventory), elsewhere=other_ways(inventory))


def _through_gateways(inventory: Inventory) -> Exposures:
    missing = unread_needs(inventory)
    if not missing:
        return _all_told(inventory)
    if _ALL_HANGS_ON.intersection(missing):
        return Exposures(unknown=tuple(_all_blind(inventory, missing)))
    blinds = {blind.interface: blind for blind in _blinds(inventory, missing)}
    told = _all_told(
        replace(
            inventory,
            network_interfaces=tuple(
                item for item in inventory.network_interfaces if item.id not in blinds
            ),
            load_balancers=tuple(
                item for item in inventory.load_balancers if item.id not in blinds
            ),
        )
    )
    return Exposures(told.rows, (*told.unknown, *blinds.values()))


def _all_told(inventory: Inventory) -> Exposures:
    public = exposures(inventory)
    missing = tuple(sorted(networks.NEEDS - inventory.read))
    if missing:
        because = f"{_because(inventory, missing)}: who else gets in is not known"
        private = Exposures(unknown=(_of_the_region(inventory, because),))
    else:
        private = networks.network_exposures(inventory)
    return Exposures(
        public.rows + private.rows,
        tuple(dict.fromkeys(public.unknown + private.unknown)),
    )


def _all_blind(inventory: Inventory, missing: tuple[str, ...]) -> Iterator[Blind]:
    because = _because(inventory, missing)
    for interface in inventory.network_interfaces:
        yield _blind(interface, because)
    for balancer in inventory.load_balancers:
        yield Blind(balancer.id, balancer.id, because)
    has_any = inventory.network_interfaces or inventory.load_balancers
    if "network_interfaces" in missing or not has_any:
        yield _of_the_region(inventory, because)


def _blinds(inventory: Inventory, missing: tuple[str, ...]) -> Iterator[Blind]:
    """Give what cannot be told where only what a way in may lead to is unread."""
    if "instances" in missing:
        because = f"{_because(inventory, ('instances',))}: nobody knows if it runs"
        for interface in inventory.network_interfaces:
            if interface.instance:
                yield _blind(interface, because)
    balancing = tuple(part for part in missing if part in _BALANCING)
    if not balancing:
        return
    because = _because(inventory, balancing)
    yield _of_the_region(
        inventory, f"{because}: what load balancers let in is not all told"
    )
    heard = {listener.balancer for listener in inventory.listeners}
    silent = {item.id for item in inventory.load_balancers} - heard
    if "listeners" not in missing:
        silent = set()
    for name in sorted(silent):
        yield Blind(name, name, because)
    nodes = balancer_nodes(inventory)
    for interface in inventory.network_interfaces:
        is_node = interface.is_requester_managed and (
            interface.description.startswith("ELB ")
        )
        if is_node and nodes.get(interface.id) in {None, *silent}:
            yield _blind(interface, because)


def _blind(interface: NetworkInterface, because: str) -> Blind:
    return Blind(interface.instance or interface.id, interface.id, because)


def _of_the_region(inventory: Inventory, because: str) -> Blind:
    return Blind(f"{inventory.account}/{inventory.region}", "*", because)


def _because(inventory: Inventory, parts: tuple[str, ...]) -> str:
    return f"could not read {', '.join(_named(inventory, part) for part in parts)}"


def _named(inventory: Inventory, part: str) -> str:
    """Give the part with AWS's answer to each operation that failed."""
    failed = {f"{gap.operation}: {gap.code}" for gap in inventory.gaps.get(part, ())}
    return f"{part} ({', '.join(sorted(failed))})" if failed else part
