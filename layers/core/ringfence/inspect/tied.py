"""VPCs that share security groups: read and judged together, or wrongly."""

from ringfence.collect.locate import vpcs_of
from ringfence.inspect.hub import Hub, read_place
from ringfence.inventory import Inventory


def read_tied(
    account: str, region: str, vpcs: frozenset[str] | None, hub: Hub
) -> Inventory:
    """
    Read *vpcs*, and with them those that share security groups with them.

    A group that is associated with another VPC may be used there alone, and what
    carries it there is as open as its rules. Where associations cannot be read it
    is *vpcs* alone; the sweep tells the missing permission.
    """
    inventory = read_place(account, region, vpcs, hub)
    while vpcs is not None:
        wider = vpcs | _tied(inventory, vpcs, hub)
        if wider == vpcs:
            break
        vpcs = wider
        inventory = read_place(account, region, vpcs, hub)
    return inventory


def _tied(inventory: Inventory, vpcs: frozenset[str], hub: Hub) -> frozenset[str]:
    """Give the VPCs where groups of *vpcs* serve, and those whose groups serve here."""
    if not inventory.group_associations or "security_groups" not in inventory.read:
        return frozenset()
    groups = {group.id for group in inventory.security_groups}
    session = hub.session_of(inventory.account)
    found: set[str] = set()
    for association in inventory.group_associations:
        if association.group in groups:
            found.add(association.vpc)
        elif association.vpc in vpcs:  # one of another account cannot be told
            group = frozenset({association.group})
            found |= vpcs_of(session, inventory.region, group) or frozenset()
    return frozenset(found)
