"""VPCs that share security groups or instances: read and judged together."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ringfence.inspect.hub import Hub, read_place
from ringfence.inventory import Inventory
from ringfence.inventory.associations import GroupAssociation
from ringfence.watermarks import REGION, Watermark

_SIGNS = frozenset({"security_groups", "network_interfaces", "instances"})


def read_tied(
    account: str,
    region: str,
    vpcs: frozenset[str] | None,
    marks: Iterable[Watermark],
    hub: Hub,
) -> Inventory:
    """
    Read *vpcs*, and with them those that share groups or instances with them.

    A group that is associated with another VPC may be used there alone, and what
    carries it there is as open as its rules. Which are, the Region's watermark among
    *marks* tells: each sweep, and each event of an association, leaves it anew.
    An instance may have an interface in another VPC than its own. What cannot be
    told ties nothing: where a permission is missing, the sweep tells it.
    """
    inventory = read_place(account, region, vpcs, hub)
    if vpcs is None:
        return inventory
    lent = next((mark.lent for mark in marks if mark.scope == REGION), None)
    while True:
        inventory = _knowing(inventory, lent)
        wider = vpcs | _tied(inventory, vpcs, hub)
        if wider == vpcs:
            return inventory
        vpcs = wider
        inventory = read_place(account, region, vpcs, hub)


def _knowing(
    inventory: Inventory, lent: frozenset[GroupAssociation] | None
) -> Inventory:
    """*inventory* with the associations that are known, if any were told."""
    if lent is None:
        return inventory
    return replace(
        inventory,
        read=inventory.read | {"group_associations"},
        group_associations=tuple(sorted(lent, key=lambda one: (one.group, one.vpc))),
    )


def _tied(inventory: Inventory, vpcs: frozenset[str], hub: Hub) -> frozenset[str]:
    """Give the VPCs where groups and instances of *vpcs* are, too, and the reverse."""
    if not inventory.read >= _SIGNS:
        return frozenset()
    groups = {group.id for group in inventory.security_groups}
    lent = {one.vpc for one in inventory.group_associations if one.group in groups}
    borrowed = {
        one.group
        for one in inventory.group_associations
        if one.vpc in vpcs and one.group not in groups
    }
    sought = [frozenset({group}) for group in sorted(borrowed)]
    if split := _split(inventory):  # maybe another account's, and then very many
        sought.append(split)
    if not sought:
        return frozenset(lent)
    session = hub.session_of(inventory.account)
    vpcs_of = partial(
        hub.whereabouts.vpcs_of, session, inventory.account, inventory.region
    )
    homes = map(vpcs_of, sought)
    return frozenset(lent).union(*(home for home in homes if home))


def _split(inventory: Inventory) -> frozenset[str]:
    """Give the instances whose interfaces, or which themselves, are not all here."""
    interfaces = {interface.id for interface in inventory.network_interfaces}
    here = {instance.id for instance in inventory.instances}
    carrying = {item.instance for item in inventory.network_interfaces if item.instance}
    return frozenset(carrying - here) | {
        instance.id
        for instance in inventory.instances
        if not interfaces.issuperset(instance.interfaces)
    }
