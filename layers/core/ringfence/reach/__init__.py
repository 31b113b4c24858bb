"""What the internet can reach, computed from an inventory alone."""

from ringfence.inventory import Inventory
from ringfence.reach.accelerators import accelerator_exposures
from ringfence.reach.balancers import balancer_exposures, balancer_nodes
from ringfence.reach.engine import World, instance_doors, told_exposures_of
from ringfence.reach.exposure import (
    NEEDS,
    Blind,
    Exposure,
    Exposures,
    Hop,
    exposure_json,
)

__all__ = [
    "NEEDS",
    "Blind",
    "Exposure",
    "Exposures",
    "Hop",
    "exposure_json",
    "exposures",
]


def exposures(inventory: Inventory) -> Exposures:
    """
    Give all that gets in from the internet.

    *inventory* must have the parts in `NEEDS`. Where one of them lacks what an
    interface refers to, the interface is in ``unknown`` with the reason.
    """
    world = World(inventory)
    nodes = balancer_nodes(inventory)
    rows: list[Exposure] = []
    unknown: list[Blind] = []
    for interface in inventory.network_interfaces:
        if interface.id in nodes:
            continue
        for door in instance_doors(world, interface):
            told, because = told_exposures_of(world, door)
            rows += told
            if because:
                unknown.append(Blind(door.resource, interface.id, because))
    found, blind = balancer_exposures(world, nodes)
    rows += found
    led, lost = accelerator_exposures(inventory, nodes, rows)
    blinds = dict.fromkeys([*unknown, *blind, *lost])
    return Exposures((*rows, *led), tuple(blinds))
