"""
One packet at a time, by the book: the oracle that the set algebra must agree with.

Written from AWS's documentation without any interval or set: rules are looked at
one after the other, addresses are `ipaddress` objects.
"""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    NetworkAcl,
    NetworkInterface,
    Rule,
)

_BOGONS = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/127",
        "::ffff:0:0/96",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
]


@dataclass(frozen=True)
class Packet:
    """*number* is the port, or the ICMP (type, code) for ICMP."""

    source: str
    target: str
    protocol: str
    number: int | tuple[int, int] | None


def verdict(inventory: Inventory, packet: Packet) -> Literal["both", "one-way", "no"]:
    """Walk *packet* from the internet to the interface that has its target address."""
    source = ipaddress.ip_address(packet.source)
    if any(
        source in network for network in _BOGONS if network.version == source.version
    ):
        return "no"
    for interface in inventory.network_interfaces:
        mine = {address.public for address in interface.addresses} | set(interface.ipv6)
        if packet.target not in mine:
            continue
        gateways = [g for g in inventory.internet_gateways if interface.vpc in g.vpcs]
        is_shut = _is_blocked(inventory, interface) or not gateways
        if is_shut or _is_spoofed(inventory, interface.vpc, packet.source):
            return "no"
        through = way_in(inventory, gateways[0].id, _inside(interface, packet.target))
        acl = acl_of(inventory, interface.subnet, interface.vpc)
        rules = [
            rule
            for group in inventory.security_groups
            if group.id in interface.groups
            for rule in group.rules
        ]
        if through is None or not acl_lets(acl, packet, egress=False):
            return "no"
        if not any(_rule_lets(inventory, rule, packet) for rule in rules):
            return "no"
        answered = _acl_lets_reply(acl, packet) and _routes_to(
            inventory, interface.subnet, interface.vpc, source, through
        )
        return "both" if answered else "one-way"
    return "no"


def _inside(interface: NetworkInterface, target: str) -> str:
    """Give the address that the internet gateway turns *target* into."""
    for address in interface.addresses:
        if address.public == target:
            return address.private
    return target


def way_in(inventory: Inventory, gateway: str, destination: str) -> str | None:
    """Give the gateway, the appliance that its own table leads to, or None: lost."""
    for table in inventory.route_tables:
        if gateway not in table.gateways:
            continue
        fitting = [r for r in table.routes if within(r.destination, destination)]
        fitting.sort(key=lambda r: ipaddress.ip_network(r.destination).prefixlen)
        if fitting and not fitting[-1].is_active:
            return None
        if fitting and fitting[-1].target != "local":
            return fitting[-1].target
    return gateway


def _is_blocked(inventory: Inventory, interface: NetworkInterface) -> bool:
    """Whether Block Public Access shuts the gateway for the interface's subnet."""
    for block in inventory.block_public_access:
        spared = [
            e.resource for e in block.exclusions if e.mode == "allow-bidirectional"
        ]
        if interface.subnet in spared or interface.vpc in spared:
            return False
        return block.mode in ("block-bidirectional", "block-ingress")
    return False


def _is_spoofed(inventory: Inventory, name: str, source: str) -> bool:
    """Whether *source* claims to be inside: a gateway rejects that."""
    (vpc,) = (vpc for vpc in inventory.vpc_networks if vpc.id == name)
    return any(within(cidr, source) for cidr in (*vpc.cidrs, *vpc.ipv6_cidrs))


def within(cidr: str, address: str) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    told = ipaddress.ip_address(address)
    return told.version == network.version and told in network


def _rule_lets(inventory: Inventory, rule: Rule, packet: Packet) -> bool:
    if rule.is_egress or rule.source.startswith("sg-"):
        return False
    if rule.source.startswith("pl-"):
        (found,) = (item for item in inventory.prefix_lists if item.id == rule.source)
        if not any(within(cidr, packet.source) for cidr in found.cidrs):
            return False
    elif not within(rule.source, packet.source):
        return False
    return speaks(rule.protocol, rule.ports, rule.icmp, packet)


def speaks(
    protocol: str,
    ports: tuple[int, int] | None,
    icmp: tuple[int, int],
    packet: Packet,
) -> bool:
    if protocol == "all":
        return True
    if protocol != packet.protocol:
        return False
    if isinstance(packet.number, tuple):
        kind, code = packet.number
        return icmp[0] in (-1, kind) and icmp[1] in (-1, code)
    if packet.number is None or ports is None:
        return True
    return ports[0] <= packet.number <= ports[1]


def acl_of(inventory: Inventory, subnet: str, vpc: str) -> NetworkAcl:
    for acl in inventory.network_acls:
        if subnet in acl.subnets:
            return acl
    (default,) = (a for a in inventory.network_acls if a.vpc == vpc and a.is_default)
    return default


def _first(acl: NetworkAcl, packet: Packet, *, egress: bool) -> AclEntry | None:
    entries = sorted(acl.entries, key=lambda entry: entry.number)
    for entry in entries:
        if (
            entry.is_egress == egress
            and within(entry.cidr, packet.source)
            and speaks(entry.protocol, entry.ports, entry.icmp, packet)
        ):
            return entry
    return None


def acl_lets(acl: NetworkAcl, packet: Packet, *, egress: bool) -> bool:
    entry = _first(acl, packet, egress=egress)
    return entry is not None and entry.allows


def _acl_lets_reply(acl: NetworkAcl, packet: Packet) -> bool:
    """Whether some client port (or ICMP answer) gets out again."""
    if isinstance(packet.number, tuple):
        numbers: list[int | tuple[int, int] | None] = [
            (kind, code) for kind in range(0, 256, 1) for code in (0, 1, 3, 255)
        ]
    elif packet.number is None:
        numbers = [None]
    else:
        bounds = {0, 65535}
        for entry in acl.entries:
            if entry.ports:
                bounds |= {
                    entry.ports[0],
                    entry.ports[1],
                    min(65535, entry.ports[1] + 1),
                }
        numbers = list(bounds)
    return any(
        acl_lets(
            acl,
            Packet(packet.source, packet.target, packet.protocol, number),
            egress=True,
        )
        for number in numbers
    )


def _routes_to(
    inventory: Inventory,
    subnet: str,
    vpc: str,
    client: ipaddress.IPv4Address | ipaddress.IPv6Address,
    gateway: str,
) -> bool:
    explicit = [t for t in inventory.route_tables if subnet in t.subnets]
    main = [t for t in inventory.route_tables if t.vpc == vpc and t.is_main]
    table = (explicit or main)[0]
    best: tuple[int, int] | None = None
    answer = False
    for route in table.routes:
        by_list = route.destination.startswith("pl-")
        cidrs = [route.destination]
        if by_list:
            (found,) = (
                item for item in inventory.prefix_lists if item.id == route.destination
            )
            cidrs = list(found.cidrs)
        for cidr in cidrs:
            if not within(cidr, str(client)):
                continue
            length = ipaddress.ip_network(cidr, strict=False).prefixlen
            rank = (length, 0 if by_list else 1)
            if best is None or rank > best:
                best = rank
                answer = route.target == gateway and route.is_active
    return answer
