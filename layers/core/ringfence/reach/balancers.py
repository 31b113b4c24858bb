"""What reaches load balancers, and through them their targets."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import LoadBalancer, Ports
from ringfence.reach import sets
from ringfence.reach.engine import World
from ringfence.reach.exposure import Blind, Exposure
from ringfence.reach.filters import UnreadableError
from ringfence.reach.fleet import Fleet
from ringfence.reach.sets import Ranges


def balancer_nodes(inventory: Inventory) -> Mapping[str, str]:
    """
    Give the load balancer of each interface that AWS made for one.

    Their description is ``ELB app/<name>/<id>``, ``ELB net/<name>/<id>``, or
    ``ELB <name>`` for a classic one.
    """
    by_description = {
        "ELB " + (item.id.partition(":loadbalancer/")[2] or item.name): item.id
        for item in inventory.load_balancers
    }
    return {
        interface.id: by_description[interface.description]
        for interface in inventory.network_interfaces
        if interface.description in by_description
    }


def balancer_exposures(
    world: World, nodes: Mapping[str, str]
) -> tuple[list[Exposure], list[Blind]]:
    """Give the rows of every load balancer that packets come to and of its targets."""
    fleet = Fleet(world, nodes)
    fronts: list[Exposure] = []
    reached: list[Exposure] = []
    unknown: list[Blind] = []
    for balancer in world.inventory.load_balancers:
        if not is_dialled(world, balancer):
            continue
        own, because = fleet.told_rows(balancer)
        fronts += own
        reasons = [because] if because else []
        for front in own:
            try:
                ways = fleet.ways(balancer, front, front.ports[0] if front.ports else 0)
                reached += (way for way in ways if isinstance(way, Exposure))
            except UnreadableError as reason:
                reasons.append(str(reason))
        for because in dict.fromkeys(reasons):
            unknown += fleet.blinds(balancer, because)
    return fronts + _disjoint(world, reached), unknown


def is_dialled(world: World, balancer: LoadBalancer) -> bool:
    """Whether those outside can name *balancer*; a gateway one answers no client."""
    if balancer.kind == "gateway":
        return False
    outside = world.outside
    return balancer.is_internet_facing or not outside.is_named_publicly


def _disjoint(world: World, rows: Iterable[Exposure]) -> list[Exposure]:
    """
    Leave each client in one row only: nodes and load balancers share targets.

    Rows whose replies get out come first, then those that ask nobody to log in:
    a client is behind authentication only where no other way answers it.
    """
    taken: dict[tuple[str, str, str, str, Ports | None], Ranges] = {}
    kept: list[Exposure] = []
    for row in sorted(rows, key=_worst_first):
        key = (row.interface, row.address, row.family, row.protocol, row.ports)
        clients = world.clients_of(row)
        before = taken.get(key, sets.EMPTY)
        new = sets.difference(clients, before)
        if new:
            taken[key] = sets.union(before, new)
            kept.append(replace(row, sources=world.written(new, row)))
    return kept


def _worst_first(row: Exposure) -> tuple[bool, bool]:
    return row.session != "both", row.authenticated_by is not None
