"""Who carries a security group: instances, other interfaces, load balancers."""

from collections import defaultdict
from collections.abc import Mapping

from ringfence.inventory import Inventory
from ringfence.reach.balancers import balancer_nodes


def carriers(inventory: Inventory) -> Mapping[str, frozenset[str]]:
    """
    Give the resources that carry each group in use.

    An interface stands for the instance or load balancer that it belongs to, else
    for itself.
    """
    nodes = balancer_nodes(inventory)
    found: dict[str, set[str]] = defaultdict(set)
    for interface in inventory.network_interfaces:
        owner = interface.instance or nodes.get(interface.id, interface.id)
        for group in interface.groups:
            found[group].add(owner)
    for balancer in inventory.load_balancers:
        for group in balancer.groups:
            found[group].add(balancer.id)
    return {group: frozenset(owners) for group, owners in found.items()}
