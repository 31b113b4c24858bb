"""What belongs to no Region, and so would be told once for each that is swept."""

from dataclasses import replace

from ringfence.inventory import Inventory


def of_region(inventory: Inventory) -> Inventory:
    """
    Leave out of *inventory* what the account's other Regions have just the same.

    A certificate in IAM stays where a load balancer uses it.
    """
    used = (
        item for item in inventory.certificates if item.store != "iam" or item.used_by
    )
    return replace(inventory, certificates=tuple(used))
