"""What is ours that records lead to: addresses and load balancers' DNS names."""

from collections.abc import Mapping

from ringfence.discovery import plain_end
from ringfence.estate import Estate
from ringfence.inventory import Inventory

NEEDS = frozenset({"addresses", "network_interfaces", "nat_gateways", "load_balancers"})


def ends_of(inventory: Inventory) -> Mapping[str, str]:
    """Give the resource at every end that is ours; *inventory* must have `NEEDS`."""
    ours: dict[str, str] = {}
    for gateway in inventory.nat_gateways:
        ours |= dict.fromkeys(map(plain_end, gateway.public_addresses), gateway.id)
    for interface in inventory.network_interfaces:
        public = [item.public for item in interface.addresses if item.public]
        ends = map(plain_end, (*public, *interface.ipv6))
        ours |= dict.fromkeys(ends, interface.instance or interface.id)
    for address in inventory.addresses:
        ours.setdefault(plain_end(address.public), address.id)
    for balancer in inventory.load_balancers:
        if balancer.dns_name:
            ours[plain_end(balancer.dns_name)] = balancer.id
    return ours


def held_now(estate: Estate) -> Mapping[str, str]:
    """Give those of our ends that a record leads to; none where it cannot be told."""
    if not NEEDS | {"name_records"} <= estate.inventory.read:
        return {}
    led_to = estate.names.by_end
    ours = ends_of(estate.inventory)
    return {end: resource for end, resource in ours.items() if end in led_to}
