"""
One client at a time through load balancers, by the book.

Every node, rule and target is looked at one after the other, as in the walker.
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    Listener,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    Rule,
    SecurityGroup,
    Target,
    TargetGroup,
)
from tests.reach.walker import Packet, acl_lets, acl_of, speaks, verdict, within

Session = Literal["both", "one-way", "no"]


@dataclass(frozen=True, order=True)
class Arrival:
    """How well a client gets somewhere: the greatest is the best for them."""

    is_answered: bool
    is_unasked: bool

    @property
    def told(self) -> tuple[str, bool]:
        """The session, and whether somebody had to log in."""
        return "both" if self.is_answered else "one-way", not self.is_unasked


@dataclass(frozen=True)
class Side:
    """
    Where a client is: how its packets are walked to an interface.

    *refers* says whether a rule's reference to a group stands for the client.
    """

    walk: Callable[[Inventory, Packet], Session] = verdict
    refers: Callable[[Inventory, Rule, str], bool] = lambda *_: False
    is_internet: bool = True


INTERNET = Side()


def reached(
    inventory: Inventory, source: str, port: int, side: Side = INTERNET
) -> dict[str, tuple[str, bool]]:
    """Walk a TCP client through every load balancer's every node to every target."""
    found: dict[str, Arrival] = {}
    for balancer in inventory.load_balancers:
        if side.is_internet and not balancer.is_internet_facing:
            continue
        for node in nodes_of(inventory, balancer):
            entry = at_node(inventory, balancer, node, (source, port), side)
            if entry == "no":
                continue
            client = Client(
                inventory, source, entry == "both", is_unasked=True, side=side
            )
            for interface, arrival in behind(client, balancer, node, port):
                found[interface] = max(arrival, found.get(interface, arrival))
    return {interface: arrival.told for interface, arrival in found.items()}


@dataclass(frozen=True)
class Client:
    """Somebody who has come as far as some load balancer's node."""

    inventory: Inventory
    source: str
    is_answered: bool
    is_unasked: bool
    side: Side = INTERNET


def behind(
    client: Client, balancer: LoadBalancer, node: NetworkInterface, port: int
) -> Iterator[tuple[str, Arrival]]:
    """Give where *client* gets from a node, step by step."""
    inventory = client.inventory
    for listener in inventory.listeners:
        if listener.balancer != balancer.id or listener.port != port:
            continue
        for name, is_open in _chosen(listener, client.source):
            (group,) = (g for g in inventory.target_groups if g.id == name)
            for target in group.targets:
                inner = [b for b in inventory.load_balancers if b.id == target.id]
                ends = (
                    list(nodes_of(inventory, inner[0]))
                    if inner
                    else [_interface(inventory, target)]
                )
                for end in ends:
                    leg = Leg(client, balancer, node, group, target)
                    told = _leg(leg, end)
                    if told == "no":
                        continue
                    further = replace(
                        client,
                        is_answered=client.is_answered and told == "both",
                        is_unasked=client.is_unasked and is_open,
                    )
                    yield end.id, Arrival(further.is_answered, further.is_unasked)
                    if inner:
                        yield from behind(further, inner[0], end, _port(leg))


def nodes_of(
    inventory: Inventory, balancer: LoadBalancer
) -> Iterator[NetworkInterface]:
    name = balancer.id.split(":loadbalancer/")[-1]
    for node in inventory.network_interfaces:
        if node.description == f"ELB {name}":
            yield node


def at_node(
    inventory: Inventory,
    balancer: LoadBalancer,
    node: NetworkInterface,
    client: tuple[str, int],
    side: Side,
) -> Session:
    source, port = client
    version = ipaddress.ip_address(source).version
    public = [a.public for a in node.addresses if a.public]
    named = public if side.is_internet else [a.private for a in node.addresses]
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


def _chosen(listener: Listener, source: str) -> Iterator[tuple[str, bool]]:
    """Give the groups that a client may be forwarded to, and whether unasked."""
    last = [rule for rule in listener.rules if rule.priority is None]
    numbered = [rule for rule in listener.rules if rule.priority is not None]
    numbered.sort(key=lambda rule: rule.priority or 0)
    for rule in [*numbered, *last]:
        if rule.source_cidrs and not any(
            within(cidr, source) for cidr in rule.source_cidrs
        ):
            continue
        is_open = True
        for action in rule.actions:
            if action.kind == "jwt-validation":
                is_open = False
            if action.kind in ("authenticate-oidc", "authenticate-cognito"):
                is_open = is_open and action.lets_strangers_pass
            if action.kind == "forward":
                for name in action.targets:
                    yield name, is_open
        if not rule.has_other_conditions:
            return


@dataclass(frozen=True)
class Leg:
    """A client's way from one node to one target."""

    client: Client
    balancer: LoadBalancer
    node: NetworkInterface
    group: TargetGroup
    target: Target

    @property
    def inventory(self) -> Inventory:
        """The world."""
        return self.client.inventory


def _interface(inventory: Inventory, target: Target) -> NetworkInterface:
    for interface in inventory.network_interfaces:
        if interface.instance == target.id:
            return interface
        if target.id in [address.private for address in interface.addresses]:
            return interface
    raise LookupError(target.id)


def _port(leg: Leg) -> int:
    port = leg.target.port if leg.target.port is not None else leg.group.port
    assert port is not None
    return port


def _leg(leg: Leg, end: NetworkInterface) -> Session:
    if leg.target.state in ("unused", "draining"):
        return "no"
    for instance in leg.inventory.instances:
        if instance.id == end.instance and instance.state != "running":
            return "no"
    if not (_zones_let(leg, end) and _groups_let(leg, end)):
        return "no"
    return _acls_let(leg, end)


def _zone(inventory: Inventory, name: str) -> str:
    (subnet,) = (item for item in inventory.subnets if item.id == name)
    return subnet.zone


def _zones_let(leg: Leg, end: NetworkInterface) -> bool:
    """Whether the node may forward to a target in that zone."""
    crosses = leg.group.crosses_zones
    if crosses is None and leg.balancer.kind == "application":
        crosses = True
    if crosses is None:
        told = leg.balancer.attributes.get("load_balancing.cross_zone.enabled")
        crosses = told == "true"
    zone = _zone(leg.inventory, end.subnet)
    if leg.group.kind == "ip":
        if end.vpc == leg.group.vpc:
            zone = leg.target.zone or zone
        elif leg.balancer.kind == "application" and crosses:
            zone = "all"
        else:
            zone = leg.target.zone or "all"
    if zone == "all":
        return True
    enabled = [_zone(leg.inventory, subnet) for subnet in leg.balancer.subnets]
    if zone not in enabled:
        return False
    return crosses or zone == _zone(leg.inventory, leg.node.subnet)


def _groups_let(leg: Leg, end: NetworkInterface) -> bool:
    """Whether the balancer's groups let it out, and the target's let it in."""
    inventory, balancer = leg.inventory, leg.balancer
    node_ip = leg.node.addresses[0].private
    target_ip = end.addresses[0].private
    source = leg.client.source
    is_ipv4 = ipaddress.ip_address(source).version == 4
    is_kept = is_ipv4 and (leg.group.preserves_client_ip or leg.group.kind == "alb")
    seen_as = source if is_kept else node_ip
    packet = Packet("", "", "tcp", _port(leg))
    inbound = rules_of(inventory, end.groups, egress=False)
    if not any(
        speaks(rule.protocol, rule.ports, rule.icmp, packet)
        and (
            rule.source in balancer.groups
            or _names(inventory, rule, seen_as)
            or (is_kept and leg.client.side.refers(inventory, rule, source))
        )
        for rule in inbound
    ):
        return False
    outbound = rules_of(inventory, balancer.groups, egress=True)
    return not balancer.groups or any(
        speaks(rule.protocol, rule.ports, rule.icmp, packet)
        and (rule.source in end.groups or _names(inventory, rule, target_ip))
        for rule in outbound
    )


def _acls_let(leg: Leg, end: NetworkInterface) -> Session:
    """Whether the ACLs between node and target let packets there, and back."""
    inventory, port = leg.inventory, _port(leg)
    node_ip = leg.node.addresses[0].private
    target_ip = end.addresses[0].private
    near = acl_of(inventory, leg.node.subnet, leg.node.vpc)
    there = Packet(target_ip, "", "tcp", port)
    if leg.node.subnet == end.subnet:
        # A classic load balancer's packets meet the ACL even within the subnet.
        is_classic = leg.balancer.kind == "classic"
        lost = is_classic and not acl_lets(near, there, egress=True)
        return "no" if lost else "both"
    far = acl_of(inventory, end.subnet, end.vpc)
    here = Packet(node_ip, "", "tcp", port)
    if not (acl_lets(near, there, egress=True) and acl_lets(far, here, egress=False)):
        return "no"
    answered = any(
        acl_lets(far, replace(here, number=number), egress=True)
        for number in _edges(far)
    ) and any(
        acl_lets(near, replace(there, number=number), egress=False)
        for number in _edges(near)
    )
    return "both" if answered else "one-way"


def _edges(acl: NetworkAcl) -> set[int]:
    edges = {0}
    for entry in acl.entries:
        if entry.ports:
            edges |= {entry.ports[0], min(65535, entry.ports[1] + 1)}
    return edges


def rules_of(
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
        return any(within(cidr, address) for cidr in found.cidrs)
    return within(rule.source, address)
