"""Load balancers with their nodes and targets, and the way between them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    Listener,
    LoadBalancer,
    NetworkInterface,
    Rule,
    Target,
    TargetGroup,
)
from ringfence.reach import sets
from ringfence.reach.engine import Door, World, door_exposures
from ringfence.reach.exposure import Blind, Exposure, Hop
from ringfence.reach.filters import (
    UnreadableError,
    any_number,
    numbers_of,
    one_number,
    sources_of,
)
from ringfence.reach.listeners import answers, forwards, transports
from ringfence.reach.sets import Family, Ranges

_IDLE = frozenset({"unused", "draining"})


@dataclass(frozen=True, slots=True)
class _Node:
    """
    One node of a load balancer: its interface's id, subnet and private addresses.

    Where the interfaces were not listed, each subnet of the load balancer stands
    for a node with all of its addresses, under the load balancer's own name.
    """

    id: str
    subnet: str
    addresses: Ranges
    interface: NetworkInterface | None = None  # None: not listed


@dataclass(frozen=True, slots=True)
class _Leg:
    """The way from some clients of a front through a listener's rule to a group."""

    balancer: LoadBalancer
    node: _Node
    listener: Listener
    front: Exposure
    group: TargetGroup
    clients: Ranges
    rule: str

    def hops(self, port: int, admitting: list[Rule]) -> tuple[Hop, ...]:
        """Give the path up to the target's own interface."""
        return (
            *self.front.path,
            Hop(self.listener.id, "listener", self.rule or None),
            Hop(self.group.id, "target-group", str(port)),
            *(Hop(rule.group, "security-group", rule.id) for rule in admitting),
        )


@dataclass(frozen=True, slots=True)
class _End:
    """Where a leg ends: who guards it, and at which private addresses it is."""

    groups: tuple[str, ...]
    addresses: Ranges
    subnet: str


class Fleet:
    """The load balancers of a world."""

    def __init__(self, world: World, nodes: Mapping[str, str]) -> None:
        inventory: Inventory = world.inventory
        self._world = world
        self._balancers = {item.id: item for item in inventory.load_balancers}
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        for listener in inventory.listeners:
            self._listeners[listener.balancer].append(listener)
        self._interfaces = {item.id: item for item in inventory.network_interfaces}
        self._by_address = {
            address.private: interface
            for interface in inventory.network_interfaces
            for address in interface.addresses
        }
        self._instances = {item.id: item for item in inventory.instances}
        self._groups = {group.id: group for group in inventory.target_groups}
        self._nodes: dict[str, list[_Node]] = defaultdict(list)
        for interface in inventory.network_interfaces:
            if interface.id in nodes:
                inside = [address.private for address in interface.addresses]
                self._nodes[nodes[interface.id]].append(
                    _Node(
                        interface.id,
                        interface.subnet,
                        sets.of(inside, "ipv4"),
                        interface,
                    )
                )
        cidrs = {item.id: item.cidr for item in inventory.subnets}
        for balancer in inventory.load_balancers:
            if not self._nodes[balancer.id]:
                self._nodes[balancer.id] = [
                    _Node(
                        f"{balancer.name}/{subnet}",
                        subnet,
                        sets.of([cidrs[subnet]] if cidrs.get(subnet) else [], "ipv4"),
                    )
                    for subnet in balancer.subnets
                ]

    def own_rows(self, balancer: LoadBalancer) -> Iterator[Exposure]:
        """Give what the load balancer itself answers."""
        numbers = frozenset(
            (transport, listener.port)
            for listener in self._listeners[balancer.id]
            for transport in transports(listener)
        )
        unguarded = balancer.kind == "network" and not balancer.groups
        for node in self._nodes[balancer.id]:
            for address, family in self._addresses_of(node, balancer):
                door = Door(
                    interface=node.id,
                    subnet=node.subnet,
                    address=address,
                    family=family,
                    resource=balancer.id,
                    resource_type="load-balancer",
                    groups=None if unguarded else balancer.groups,
                    numbers=numbers,
                )
                yield from door_exposures(self._world, door)

    def _addresses_of(
        self, node: _Node, balancer: LoadBalancer
    ) -> Iterator[tuple[str, Family]]:
        """Give what a client can dial to come to *node*."""
        if node.interface:
            yield from self._world.addresses_of(node.interface)
            return
        yield balancer.dns_name, "ipv4"
        if balancer.address_type.startswith("dualstack"):
            yield balancer.dns_name, "ipv6"

    def blinds(self, balancer: LoadBalancer, because: str) -> Iterator[Blind]:
        """Give the load balancer and all that it may lead to as unknown."""
        yield Blind(balancer.id, balancer.id, because)
        led_to = {
            name
            for listener in self._listeners[balancer.id]
            for rule in listener.rules
            for action in rule.actions
            for name in action.targets
        }
        for name in sorted(led_to & self._groups.keys()):
            group = self._groups[name]
            for target in group.targets:
                interface = self._interface_of(target, group)
                if interface:
                    resource = interface.instance or interface.id
                    yield Blind(resource, interface.id, because)

    def behind(
        self, balancer: LoadBalancer, front: Exposure, port: int
    ) -> Iterator[Exposure]:
        """Give what the clients of *front* reach through the listener at *port*."""
        (node,) = (n for n in self._nodes[balancer.id] if n.id == front.interface)
        clients = self._world.clients_of(front)
        for listener in self._listeners[balancer.id]:
            if not answers(listener, front.protocol, port):
                continue
            for name, matched, rule in forwards(listener, clients, front.family):
                group = self._groups.get(name)
                if group is None:
                    raise UnreadableError(f"the target group {name} could not be read")
                leg = _Leg(balancer, node, listener, front, group, matched, rule)
                for target in group.targets:
                    if target.state not in _IDLE:
                        chained = group.kind == "alb"
                        follow = self._chained if chained else self._through
                        yield from follow(leg, target)

    def _through(self, leg: _Leg, target: Target) -> Iterator[Exposure]:
        """Give the row of an instance's or an address's interface."""
        interface = self._interface_of(target, leg.group)
        if interface is None or not self._world.is_running(interface):
            return
        port = _port(leg, target)
        address = _address(leg, target, interface)
        end = _End(interface.groups, sets.parse(address)[1], interface.subnet)
        clients, admitting = self._admitted(leg, end, port)
        session = self._session(leg, end, port)
        if not clients or session is None:
            return
        instance = interface.instance
        yield replace(
            leg.front,
            resource=instance or interface.id,
            interface=interface.id,
            address=address,
            entry="load-balancer",
            sources=self._world.written(clients, leg.front),
            session=session,
            path=(
                *leg.hops(port, admitting),
                Hop(interface.id, "network-interface"),
                *((Hop(instance, "instance"),) if instance else ()),
            ),
        )

    def _chained(self, leg: _Leg, target: Target) -> Iterator[Exposure]:
        """Follow a network load balancer to the application one that it fronts."""
        balancer = self._balancers.get(target.id)
        if balancer is None:
            raise UnreadableError(f"the load balancer {target.id} could not be read")
        port = _port(leg, target)
        for node in self._nodes[balancer.id]:
            end = _End(balancer.groups, node.addresses, node.subnet)
            clients, admitting = self._admitted(leg, end, port)
            session = self._session(leg, end, port)
            if clients and session:
                inside = node.interface.addresses if node.interface else ()
                row = replace(
                    leg.front,
                    resource=balancer.id,
                    interface=node.id,
                    address=inside[0].private if inside else balancer.dns_name,
                    entry="load-balancer",
                    sources=self._world.written(clients, leg.front),
                    session=session,
                    path=(
                        *leg.hops(port, admitting),
                        Hop(node.id, "network-interface"),
                        Hop(balancer.id, "load-balancer"),
                    ),
                )
                yield row
                yield from self.behind(balancer, row, port)

    def _interface_of(
        self, target: Target, group: TargetGroup
    ) -> NetworkInterface | None:
        """Give the target's interface; None for one that is not on this network."""
        if group.kind == "ip":
            return self._by_address.get(target.id)
        instance = self._instances.get(target.id)
        if instance is None or not instance.interfaces:
            return None
        return self._interfaces.get(instance.interfaces[0])

    def _admitted(self, leg: _Leg, end: _End, port: int) -> tuple[Ranges, list[Rule]]:
        """
        Give the clients that the end's groups let through, and by which rules.

        The target sees the load balancer's nodes as the source, or the clients
        where their address is preserved, which takes one family on both sides;
        a reference to the load balancer's group stands for both (NLB guide).
        """
        clients = sets.EMPTY
        admitting: list[Rule] = []
        preserved = leg.front.family == "ipv4" and (
            leg.group.preserves_client_ip or leg.group.kind == "alb"
        )
        for rule in self._world.rules_of(end.groups):
            if rule.is_egress or not _names(rule, leg.front.protocol, port):
                continue
            if rule.source in leg.balancer.groups:
                admitted = leg.clients
            elif preserved:
                named = self._world.named(rule, leg.front.family)
                admitted = sets.intersection(named, leg.clients)
            else:
                named = sources_of(rule, "ipv4", self._world.lists)
                is_node = sets.intersection(named, leg.node.addresses)
                admitted = leg.clients if is_node else sets.EMPTY
            if admitted:
                clients = sets.union(clients, admitted)
                admitting.append(rule)
        return clients, admitting

    def _leaves(self, leg: _Leg, end: _End, port: int) -> bool:
        """Whether the load balancer's own groups let it out to the end."""
        if not leg.balancer.groups:
            return True
        for rule in self._world.rules_of(leg.balancer.groups):
            if not rule.is_egress or not _names(rule, leg.front.protocol, port):
                continue
            if rule.source in end.groups:
                return True
            named = sources_of(rule, "ipv4", self._world.lists)
            if sets.intersection(named, end.addresses):
                return True
        return False

    def _session(self, leg: _Leg, end: _End, port: int) -> str | None:
        """
        Give whether the node's packets get to the end, and replies back.

        Within one subnet there is no ACL, but a classic load balancer's outbound
        packets meet its own (Reachability Analyzer, ELB_ACL_RESTRICTION).
        """
        if not self._leaves(leg, end, port):
            return None
        protocol, node = leg.front.protocol, leg.node
        out = self._world.borders.of(node.subnet).acl
        is_inside = node.subnet == end.subnet
        meets_own = not is_inside or leg.balancer.kind == "classic"
        if meets_own and not one_number(
            out, protocol, port, end.addresses, is_egress=True
        ):
            return None
        if is_inside:
            return leg.front.session
        into = self._world.borders.of(end.subnet).acl
        if not one_number(into, protocol, port, node.addresses, is_egress=False):
            return None
        answered = any_number(
            into, protocol, node.addresses, is_egress=True
        ) and any_number(out, protocol, end.addresses, is_egress=False)
        return leg.front.session if answered else "one-way"


def _address(leg: _Leg, target: Target, interface: NetworkInterface) -> str:
    """Give the address that the load balancer dials: a target by id is its first."""
    if leg.group.kind == "ip":
        return target.id
    if not interface.addresses:
        raise UnreadableError(f"the addresses of {interface.id} could not be read")
    return interface.addresses[0].private


def _port(leg: _Leg, target: Target) -> int:
    port = target.port if target.port is not None else leg.group.port
    return leg.listener.port if port is None else port


def _names(rule: Rule, protocol: str, port: int) -> bool:
    """Whether *rule* is about packets to *port*."""
    if rule.protocol not in (protocol, "all"):
        return False
    low, high = numbers_of(rule.protocol, rule.ports, rule.icmp)
    return low <= port <= high
