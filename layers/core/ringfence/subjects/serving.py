"""Where security groups serve: in their own VPC, and in those they are lent to."""

from collections import defaultdict
from collections.abc import Mapping

from ringfence.inventory import Inventory


def serving(inventory: Inventory) -> Mapping[str, frozenset[str]]:
    """
    Give the VPCs in which each group may be carried and referred to.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group in inventory.security_groups:
        if group.vpc:
            found[group.id].add(group.vpc)
    for association in inventory.group_associations:
        found[association.group].add(association.vpc)
    return {group: frozenset(vpcs) for group, vpcs in found.items()}
