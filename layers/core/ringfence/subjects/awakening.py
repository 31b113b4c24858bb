"""What the internet would reach if stopped instances ran."""

from dataclasses import replace

from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.reach import NEEDS


def awakened(estate: Estate) -> Estate:
    """
    Give *estate* with its stopped instances running, and with nothing else.

    Load balancers are left out: what they would forward is not asked here. Target
    groups stay, for they tell what product an instance is.
    """
    inventory = estate.inventory
    stopped = {
        instance.id: replace(instance, state="running")
        for instance in inventory.instances
        if instance.state == "stopped"
    }
    return Estate(
        Inventory(
            account=inventory.account,
            region=inventory.region,
            taken_at=inventory.taken_at,
            read=NEEDS,
            vpc_networks=inventory.vpc_networks,
            subnets=inventory.subnets,
            route_tables=inventory.route_tables,
            network_acls=inventory.network_acls,
            security_groups=inventory.security_groups,
            network_interfaces=tuple(
                interface
                for interface in inventory.network_interfaces
                if interface.instance in stopped
            ),
            instances=tuple(stopped.values()),
            images=inventory.images,
            target_groups=inventory.target_groups,
            block_public_access=inventory.block_public_access,
            internet_gateways=inventory.internet_gateways,
            prefix_lists=inventory.prefix_lists,
        ),
        estate.policy,
    )
