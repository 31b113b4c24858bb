"""
One packet at a time, by the book: the oracle that the set algebra must agree with.

Written from AWS's documentation without any interval or set: rules are looked at
one after the other, addresses are `ipaddress` objects.
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    Listener,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    Rule,
    SecurityGroup,
    Target,
    TargetGroup,
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
        acl = _acl(inventory, interface.subnet, interface.vpc)
        rules = [
            rule
            for group in inventory.security_groups
            if group.id in interface.groups
            for rule in group.rules
        ]
        if through is None or not _acl_lets(acl, packet, egress=False):
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
        fitting = [r for r in table.routes if _within(r.destination, destination)]
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
    return any(_within(cidr, source) for cidr in (*vpc.cidrs, *vpc.ipv6_cidrs))


def _within(cidr: str, address: str) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    told = ipaddress.ip_address(address)
    return told.version == network.version and told in network


def _rule_lets(inventory: Inventory, rule: Rule, packet: Packet) -> bool:
    if rule.is_egress or rule.source.startswith("sg-"):
        return False
    if rule.source.startswith("pl-"):
        (found,) = (item for item in inventory.prefix_lists if item.id == rule.source)
        if not any(_within(cidr, packet.source) for cidr in found.cidrs):
            return False
    elif not _within(rule.source, packet.source):
        return False
    return _speaks(rule.protocol, rule.ports, rule.icmp, packet)


def _speaks(
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


def _acl(inventory: Inventory, subnet: str, vpc: str) -> NetworkAcl:
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
            and _within(entry.cidr, packet.source)
            and _speaks(entry.protocol, entry.ports, entry.icmp, packet)
        ):
            return entry
    return None


def _acl_lets(acl: NetworkAcl, packet: Packet, *, egress: bool) -> bool:
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
        _acl_lets(
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
            if not _within(cidr, str(client)):
                continue
            length = ipaddress.ip_network(cidr, strict=False).prefixlen
            rank = (length, 0 if by_list else 1)
            if best is None or rank > best:
                best = rank
                answer = route.target == gateway and route.is_active
    return answer


@dataclass(frozen=True)
class Side:
    """
    Where a client is: how its packets are walked to an interface.

    *refers* says whether a rule's reference to a group stands for the client.
    """

    walk: Callable[[Inventory, Packet], Literal["both", "one-way", "no"]] = verdict
    refers: Callable[[Inventory, Rule, str], bool] = lambda *_: False
    is_internet: bool = True


INTERNET = Side()


def reached(
    inventory: Inventory, source: str, port: int, side: Side = INTERNET
) -> dict[str, Literal["both", "one-way"]]:
    """Walk a TCP client through every load balancer's every node to every target."""
    found: dict[str, Literal["both", "one-way"]] = {}
    for balancer, node in _nodes(inventory, side):
        entry = _at_node(inventory, balancer, node, (source, port), side)
        if entry == "no":
            continue
        for group in _groups_for(inventory, balancer, source, port):
            for target in group.targets:
                told = _leg(Leg(inventory, balancer, node, group, target, source, side))
                interface = _interface(inventory, target).id
                if (entry, told) == ("both", "both"):
                    found[interface] = "both"
                elif told != "no":
                    found.setdefault(interface, "one-way")
    return found


def _nodes(
    inventory: Inventory, side: Side
) -> Iterator[tuple[LoadBalancer, NetworkInterface]]:
    for balancer in inventory.load_balancers:
        for node in inventory.network_interfaces:
            name = balancer.id.split(":loadbalancer/")[-1]
            is_dialled = balancer.is_internet_facing or not side.is_internet
            if is_dialled and node.description == f"ELB {name}":
                yield balancer, node


def _groups_for(
    inventory: Inventory, balancer: LoadBalancer, source: str, port: int
) -> Iterator[TargetGroup]:
    for listener in inventory.listeners:
        if listener.balancer == balancer.id and listener.port == port:
            for name in _chosen(listener, source):
                yield from (g for g in inventory.target_groups if g.id == name)


def _at_node(
    inventory: Inventory,
    balancer: LoadBalancer,
    node: NetworkInterface,
    client: tuple[str, int],
    side: Side,
) -> Literal["both", "one-way", "no"]:
    source, port = client
    version = ipaddress.ip_address(source).version
    public = [a.public for a in node.addresses if a.public]
    private = [a.private for a in node.addresses]
    named = public if side.is_internet else private
    dialled = named if version == 4 else list(node.ipv6)
    if not dialled:
        return "no"
    seen = inventory
    if balancer.kind == "network" and not balancer.groups:
        anybody = SecurityGroup(
            id="sg-anybody",
            rules=tuple(
                Rule(
                    "sg-anybody",
                    is_egress=False,
                    protocol="all",
                    ports=None,
                    icmp=(-1, -1),
                    source=cidr,
                )
                for cidr in ("0.0.0.0/0", "::/0")
            ),
        )
        others = [i for i in inventory.network_interfaces if i.id != node.id]
        seen = replace(
            inventory,
            security_groups=(*inventory.security_groups, anybody),
            network_interfaces=(*others, replace(node, groups=("sg-anybody",))),
        )
    return side.walk(seen, Packet(source, dialled[0], "tcp", port))


def _chosen(listener: Listener, source: str) -> list[str]:
    """Give the target groups that a client from *source* may be forwarded to."""
    chosen: list[str] = []
    last = [rule for rule in listener.rules if rule.priority is None]
    numbered = [rule for rule in listener.rules if rule.priority is not None]
    numbered.sort(key=lambda rule: rule.priority or 0)
    for rule in [*numbered, *last]:
        if rule.source_cidrs and not any(
            _within(cidr, source) for cidr in rule.source_cidrs
        ):
            continue
        for action in rule.actions:
            if action.kind == "forward":
                chosen += action.targets
        if not rule.has_other_conditions:
            break
    return chosen


@dataclass(frozen=True)
class Leg:
    """A client's way from one node to one target."""

    inventory: Inventory
    balancer: LoadBalancer
    node: NetworkInterface
    group: TargetGroup
    target: Target
    source: str
    side: Side = INTERNET


def _interface(inventory: Inventory, target: Target) -> NetworkInterface:
    (instance,) = (i for i in inventory.instances if i.id == target.id)
    (interface,) = (
        i for i in inventory.network_interfaces if i.id == instance.interfaces[0]
    )
    return interface


def _leg(leg: Leg) -> Literal["both", "one-way", "no"]:
    inventory, balancer, target = leg.inventory, leg.balancer, leg.target
    interface = _interface(inventory, target)
    (instance,) = (i for i in inventory.instances if i.id == target.id)
    if target.state in ("unused", "draining") or instance.state != "running":
        return "no"
    port = target.port if target.port is not None else leg.group.port
    node_ip = leg.node.addresses[0].private
    target_ip = interface.addresses[0].private
    is_ipv4 = ipaddress.ip_address(leg.source).version == 4
    preserved = leg.group.preserves_client_ip and is_ipv4
    seen_as = leg.source if preserved else node_ip
    inbound = _rules(inventory, interface.groups, egress=False)
    if not any(
        _speaks(rule.protocol, rule.ports, rule.icmp, Packet("", "", "tcp", port))
        and (
            rule.source in balancer.groups
            or _names(inventory, rule, seen_as)
            or (preserved and leg.side.refers(inventory, rule, leg.source))
        )
        for rule in inbound
    ):
        return "no"
    outbound = _rules(inventory, balancer.groups, egress=True)
    if balancer.groups and not any(
        _speaks(rule.protocol, rule.ports, rule.icmp, Packet("", "", "tcp", port))
        and (rule.source in interface.groups or _names(inventory, rule, target_ip))
        for rule in outbound
    ):
        return "no"
    near = _acl(inventory, leg.node.subnet, leg.node.vpc)
    there = Packet(target_ip, "", "tcp", port)
    if leg.node.subnet == interface.subnet:
        # A classic load balancer's packets meet the ACL even within the subnet.
        is_classic = balancer.kind == "classic"
        lost = is_classic and not _acl_lets(near, there, egress=True)
        return "no" if lost else "both"
    far = _acl(inventory, interface.subnet, interface.vpc)
    here = Packet(node_ip, "", "tcp", port)
    if not (_acl_lets(near, there, egress=True) and _acl_lets(far, here, egress=False)):
        return "no"
    answered = any(
        _acl_lets(far, replace(here, number=number), egress=True)
        for number in _edges(far)
    ) and any(
        _acl_lets(near, replace(there, number=number), egress=False)
        for number in _edges(near)
    )
    return "both" if answered else "one-way"


def _edges(acl: NetworkAcl) -> set[int]:
    edges = {0}
    for entry in acl.entries:
        if entry.ports:
            edges |= {entry.ports[0], min(65535, entry.ports[1] + 1)}
    return edges


def _rules(
    inventory: Inventory, groups: tuple[str, ...], *, egress: bool
) -> list[Rule]:
    return [
        rule
        for group in inventory.security_groups
        if group.id in groups
        for rule in group.rules
        if rule.is_egress == egress
    ]


def _names(inventory: Inventory, rule: Rule, address: str) -> bool:
    if rule.source.startswith("sg-"):
        return False
    if rule.source.startswith("pl-"):
        (found,) = (item for item in inventory.prefix_lists if item.id == rule.source)
        return any(_within(cidr, address) for cidr in found.cidrs)
    return _within(rule.source, address)
