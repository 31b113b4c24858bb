"""
One packet at a time from a peered VPC, a transit or a VPN gateway, by the book.

As literal as the walker of the internet: no interval, no set.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Literal

from ringfence.inventory import Inventory
from ringfence.inventory.records import NetworkInterface, Rule
from tests.reach.balanced_walker import Side
from tests.reach.walker import (
    Packet,
    _acl_lets_reply,
    _is_spoofed,
    _routes_to,
    _rule_lets,
    acl_lets,
    acl_of,
    speaks,
    way_in,
    within,
)

_NEVER_FORWARDED = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/127",
        "::ffff:0:0/96",
        "fe80::/10",
        "ff00::/8",
    )
]
_CLOSED = ("nat_gateway", "transit_gateway")


def verdict_from(
    inventory: Inventory, packet: Packet, network: str
) -> Literal["both", "one-way", "no"]:
    """Walk *packet* from *network* to the interface with that private address."""
    for interface in inventory.network_interfaces:
        private = [address.private for address in interface.addresses]
        if packet.target not in (*private, *interface.ipv6):
            continue
        if interface.kind in _CLOSED or not _runs(inventory, interface):
            return "no"
        told: set[Literal["both", "one-way", "no"]] = {
            _through(inventory, packet, network, interface, gateway)
            for gateway in _gateways(inventory, interface.vpc, network, packet.source)
        }
        return "both" if "both" in told else "one-way" if "one-way" in told else "no"
    return "no"


def side(network: str) -> Side:
    """Give *network* as a side to walk through load balancers from."""
    return Side(
        walk=partial(verdict_from, network=network),
        refers=partial(_refers, network=network),
        is_internet=False,
    )


def _gateways(
    inventory: Inventory, vpc: str, network: str, source: str
) -> Iterator[str]:
    """Give the gateways of *vpc* by which *source* in *network* comes."""
    for peering in inventory.peerings:
        sides = [
            (peering.requester_vpc, peering.requester_cidrs, peering.accepter_vpc),
            (peering.accepter_vpc, peering.accepter_cidrs, peering.requester_vpc),
        ]
        for peer, cidrs, ours in sides:
            is_it = peering.state == "active" and (peer, ours) == (network, vpc)
            if is_it and any(within(cidr, source) for cidr in cidrs):
                yield peering.id
    address = ipaddress.ip_address(source)
    if network.startswith("vpc-") or any(
        address in never
        for never in _NEVER_FORWARDED
        if never.version == address.version
    ):
        return
    for table in inventory.route_tables:
        if table.vpc == vpc:
            alone = _with_only(inventory, table.id, vpc)
            if _routes_to(alone, "", vpc, address, network):
                yield network
                return


def _with_only(inventory: Inventory, table: str, vpc: str) -> Inventory:
    """Give a world in which every subnet of *vpc* goes by *table*."""
    (only,) = (item for item in inventory.route_tables if item.id == table)
    main = replace(only, is_main=True, subnets=(), vpc=vpc)
    return replace(inventory, route_tables=(main,))


def _through(
    inventory: Inventory,
    packet: Packet,
    network: str,
    interface: NetworkInterface,
    gateway: str,
) -> Literal["both", "one-way", "no"]:
    if _is_spoofed(inventory, interface.vpc, packet.source):
        return "no"
    through = way_in(inventory, gateway, packet.target)
    if through is None:
        return "no"
    acl = acl_of(inventory, interface.subnet, interface.vpc)
    if not acl_lets(acl, packet, egress=False):
        return "no"
    rules = [
        rule
        for group in inventory.security_groups
        if group.id in interface.groups
        for rule in group.rules
    ]
    if not any(
        _rule_lets(inventory, rule, packet)
        or (
            speaks(rule.protocol, rule.ports, rule.icmp, packet)
            and not rule.is_egress
            and _refers(inventory, rule, packet.source, network)
        )
        for rule in rules
    ):
        return "no"
    address = ipaddress.ip_address(packet.source)
    routed = _routes_to(inventory, interface.subnet, interface.vpc, address, through)
    return "both" if routed and _acl_lets_reply(acl, packet) else "one-way"


def _refers(inventory: Inventory, rule: Rule, source: str, network: str) -> bool:
    """Whether *rule* names a group that an interface of *network* at *source* has."""
    return any(
        rule.source in peer.groups
        and peer.vpc == network
        and source in (*(a.private for a in peer.addresses), *peer.ipv6)
        for peer in inventory.network_interfaces
    )


def _runs(inventory: Inventory, interface: NetworkInterface) -> bool:
    return all(
        instance.state == "running"
        for instance in inventory.instances
        if instance.id == interface.instance
    )
