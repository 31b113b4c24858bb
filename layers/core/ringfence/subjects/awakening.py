"""What the internet would reach if stopped instances ran."""

from dataclasses import replace

from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.inventory.records import Ports
from ringfence.openings import Used
from ringfence.reach import NEEDS, exposures
from ringfence.services import SERVICES, ServiceClass, service_ports


def awakened(estate: Estate) -> Estate:
    """
    Give *estate* with its stopped instances running, and with nothing else.

    Load balancers are left out: what they would forward is not asked here. Target
    groups stay, for they tell what product an instance is.
    """
    inventory = estate.inventory
    awake = replace(
        _awake(inventory),
        images=inventory.images,
        target_groups=inventory.target_groups,
    )
    return Estate(awake, estate.policy)


def used_later(estate: Estate) -> Used:
    """Give what packets will pass, and by which rules, once all of them run."""
    awake = _awake(estate.inventory)
    return Used(awake, exposures(awake))


def is_told_awake(protocol: str, ports: Ports) -> bool:
    """Whether EXP-010 tells any of *ports* of whatever instance it is."""
    return any(
        SERVICES[protocol, port].kind in (ServiceClass.ADMIN, ServiceClass.DATABASE)
        for port in service_ports(protocol)
        if ports[0] <= port <= ports[1]
    )


def _awake(inventory: Inventory) -> Inventory:
    stopped = {
        instance.id: replace(instance, state="running")
        for instance in inventory.instances
        if instance.state == "stopped"
    }
    return Inventory(
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
        block_public_access=inventory.block_public_access,
        internet_gateways=inventory.internet_gateways,
        prefix_lists=inventory.prefix_lists,
    )
