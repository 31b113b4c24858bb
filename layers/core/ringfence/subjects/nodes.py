"""What the patch checks share: running instances, and who answers for them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from ringfence import openings
from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.inventory.patching import ManagedNode, PatchState
from ringfence.inventory.records import Instance
from ringfence.subjects.hosts import is_replaced, running_instances

NEEDS = openings.NEEDS | {"managed_nodes"}

# An agent registers minutes after the start.
SETTLING = timedelta(hours=1)

# Updated as a whole image, which Patch Manager does not do.
_UNPATCHABLE = frozenset({"Bottlerocket"})


def nodes_of(inventory: Inventory) -> Mapping[str, ManagedNode]:
    """Give what Systems Manager knows, by instance."""
    return {node.instance: node for node in inventory.managed_nodes}


def states_of(inventory: Inventory) -> Mapping[str, PatchState]:
    """Give the patch states, by instance."""
    return {state.instance: state for state in inventory.patch_states}


def patchable(inventory: Inventory) -> Iterator[tuple[Instance, ManagedNode]]:
    """Give the running instances, with their nodes, that are patched in place."""
    nodes = nodes_of(inventory)
    for instance in running_instances(inventory):
        node = nodes.get(instance.id)
        if node and node.system not in _UNPATCHABLE and not is_replaced(instance):
            yield instance, node


def has_settled(estate: Estate, instance: Instance) -> bool:
    """Whether *instance* runs for long enough to have registered."""
    started = instance.launched_at
    return started is None or started < estate.inventory.taken_at - SETTLING


def counted(count: int, one: str, many: str) -> str:
    """Give ``1 patch``, ``2 patches``."""
    return f"{count} {one if count == 1 else many}"
