"""What reaches load balancers, and through them their targets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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
from ringfence.reach.engine import Door, World, addresses_of, door_exposures
from ringfence.reach.exposure import Blind, Exposure, Hop
from ringfence.reach.filters import UnreadableError, acl_allows, numbers_of, sources_of
from ringfence.reach.sets import Family, Ranges

_TRANSPORTS = {
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "QUIC": ("udp",),
    "TCP_QUIC": ("tcp", "udp"),
}
_IDLE = frozenset({"unused", "draining"})


@dataclass(frozen=True, slots=True)
class _Leg:
    """The way from some clients of a front through a listener's rule to a group."""

    balancer: LoadBalancer
    listener: Listener
    front: Exposure
    group: TargetGroup
    clients: Ranges
    rule: str

    @property
    def family(self) -> Family:
        return "ipv4" if self.front.family == "ipv4" else "ipv6"


def balancer_nodes(inventory: Inventory) -> Mapping[str, str]:
    """
    Give the load balancer of each interface that AWS made for one.

    Their description is ``ELB app/<name>/<id>``, ``ELB net/<name>/<id>``, or
    ``ELB <name>`` for a classic one.
    """
    by_description = {
        "ELB " + (item.id.partition(":loadbalancer/")[2] or item.name): item.id
        for item in inventory.load_balancers
    }
    return {
        interface.id: by_description[interface.description]
        for interface in inventory.network_interfaces
        if interface.description in by_description
    }


def balancer_exposures(
    world: World, nodes: Mapping[str, str]
) -> tuple[list[Exposure], list[Blind]]:
    """Give the rows of every internet-facing load balancer and of its targets."""
    listeners: dict[str, list[Listener]] = defaultdict(list)
    for listener in world.inventory.listeners:
        listeners[listener.balancer].append(listener)
    fleet = _Fleet(world, nodes)
    rows: list[Exposure] = []
    unknown: list[Blind] = []
    for balancer in world.inventory.load_balancers:
        if not balancer.is_internet_facing or balancer.kind == "gateway":
            continue
        try:
            for row in fleet.own_rows(balancer, listeners[balancer.id]):
                rows.append(row)
                for listener in listeners[balancer.id]:
                    if _answers(listener, row):
                        rows += fleet.behind(balancer, listener, row)
        except UnreadableError as reason:
            unknown.append(Blind(balancer.id, balancer.id, str(reason)))
    return rows, unknown


class _Fleet:
    """Load balancers with their nodes and targets, indexed."""

    def __init__(self, world: World, nodes: Mapping[str, str]) -> None:
        self._world = world
        self._nodes: dict[str, list[NetworkInterface]] = defaultdict(list)
        self._interfaces = {
            item.id: item for item in world.inventory.network_interfaces
        }
        self._by_address: dict[str, NetworkInterface] = {}
        for interface in world.inventory.network_interfaces:
            if interface.id in nodes:
                self._nodes[nodes[interface.id]].append(interface)
            for address in interface.addresses:
                self._by_address[address.private] = interface
        self._instances = {item.id: item for item in world.inventory.instances}
        self._groups = {group.id: group for group in world.inventory.target_groups}
        self._cidrs = {item.id: item.cidr for item in world.inventory.subnets}

    def own_rows(
        self, balancer: LoadBalancer, listeners: Iterable[Listener]
    ) -> Iterator[Exposure]:
        """Give what the load balancer itself answers."""
        numbers = frozenset(
            (transport, listener.port)
            for listener in listeners
            for transport in _transports(listener)
        )
        unguarded = balancer.kind == "network" and not balancer.groups
        for interface, subnet, address, family in self._fronts(balancer):
            door = Door(
                interface=interface,
                subnet=subnet,
                address=address,
                family=family,
                resource=balancer.id,
                resource_type="load-balancer",
                groups=None if unguarded else balancer.groups,
                numbers=numbers,
            )
            yield from door_exposures(self._world, door)

    def _fronts(self, balancer: LoadBalancer) -> Iterator[tuple[str, str, str, Family]]:
        """
        Give interface, subnet, address and family of each node.

        Where the nodes' interfaces were not listed, each subnet of the load
        balancer stands for one, under the load balancer's own name.
        """
        for node in self._nodes[balancer.id]:
            for address, family in addresses_of(node):
                yield node.id, node.subnet, address, family
        if not self._nodes[balancer.id]:
            for subnet in balancer.subnets:
                name = f"{balancer.name}/{subnet}"
                yield name, subnet, balancer.dns_name, "ipv4"
                if balancer.address_type.startswith("dualstack"):
                    yield name, subnet, balancer.dns_name, "ipv6"

    def behind(
        self, balancer: LoadBalancer, listener: Listener, front: Exposure
    ) -> Iterator[Exposure]:
        """Give what the clients of *front* reach behind the load balancer."""
        family: Family = "ipv4" if front.family == "ipv4" else "ipv6"
        clients = sets.intersection(
            sets.of(front.sources, family), sets.INTERNET[family]
        )
        for name, matched, rule in _forwards(listener, clients, family):
            group = self._groups.get(name)
            if group is None:
                raise UnreadableError(f"the target group {name} could not be read")
            leg = _Leg(balancer, listener, front, group, matched, rule)
            for target in group.targets:
                if target.state not in _IDLE:
                    yield from self._through(leg, target)

    def _through(self, leg: _Leg, target: Target) -> Iterator[Exposure]:
        interface = self._interface_of(leg.group, target)
        if interface is None or not self._world.is_running(interface):
            return
        port = target.port if target.port is not None else leg.group.port
        clients = sets.EMPTY
        admitting: list[Rule] = []
        for rule in self._world.rules_of(interface.groups):
            if _names(rule, leg.front.protocol, port):
                admitted = self._admitted(leg, rule)
                if admitted:
                    clients = sets.union(clients, admitted)
                    admitting.append(rule)
        if not clients or not self._crosses(leg, interface, port):
            return
        instance = interface.instance
        yield replace(
            leg.front,
            resource=instance or interface.id,
            interface=interface.id,
            address=interface.addresses[0].private if interface.addresses else "",
            entry="load-balancer",
            sources=sets.cidrs(clients, leg.family),
            path=(
                *leg.front.path,
                Hop(leg.listener.id, "listener", leg.rule or None),
                Hop(leg.group.id, "target-group", None if port is None else str(port)),
                *(Hop(rule.group, "security-group", rule.id) for rule in admitting),
                Hop(interface.id, "network-interface"),
                *((Hop(instance, "instance"),) if instance else ()),
            ),
        )

    def _interface_of(
        self, group: TargetGroup, target: Target
    ) -> NetworkInterface | None:
        """Give the target's interface; None for one that is not on this network."""
        if group.kind == "alb":
            raise UnreadableError(
                f"{group.name} forwards to another load balancer, which is not followed"
            )
        if group.kind == "ip":
            return self._by_address.get(target.id)
        instance = self._instances.get(target.id)
        if instance is None or not instance.interfaces:
            return None
        return self._interfaces.get(instance.interfaces[0])

    def _admitted(self, leg: _Leg, rule: Rule) -> Ranges:
        """
        Give the clients that *rule* of the target lets through.

        The target sees the load balancer's nodes as the source, or the clients
        where their address is preserved; a reference to the load balancer's
        group stands for both (NLB guide, security groups).
        """
        if rule.source in leg.balancer.groups:
            return leg.clients
        if leg.group.preserves_client_ip:
            named = sources_of(rule, leg.family, self._world.lists)
            return sets.intersection(named, leg.clients)
        named = sources_of(rule, "ipv4", self._world.lists)
        nodes = self._node_addresses(leg.balancer)
        return leg.clients if sets.intersection(named, nodes) else sets.EMPTY

    def _node_addresses(self, balancer: LoadBalancer) -> Ranges:
        known = [
            address.private
            for node in self._nodes[balancer.id]
            for address in node.addresses
        ]
        subnets = [
            self._cidrs[name] for name in balancer.subnets if name in self._cidrs
        ]
        return sets.of(known or subnets, "ipv4")

    def _crosses(
        self, leg: _Leg, interface: NetworkInterface, port: int | None
    ) -> bool:
        """Whether the ACL lets some node's packets into the target's subnet."""
        inbound = [
            entry
            for entry in self._world.borders.of(interface.subnet).acl.entries
            if not entry.is_egress
        ]
        for subnet in leg.balancer.subnets:
            if subnet == interface.subnet:
                return True
            nodes = sets.of((self._cidrs.get(subnet, "0.0.0.0/0"),), "ipv4")
            if acl_allows(inbound, leg.front.protocol, port or 0, nodes, "ipv4")[0]:
                return True
        return False


def _transports(listener: Listener) -> tuple[str, ...]:
    return _TRANSPORTS.get(listener.protocol, ("tcp",))


def _answers(listener: Listener, row: Exposure) -> bool:
    return row.ports == (listener.port, listener.port) and row.protocol in _transports(
        listener
    )


def _names(rule: Rule, protocol: str, port: int | None) -> bool:
    """Whether *rule* is about inbound packets to *port*."""
    if rule.is_egress or rule.protocol not in (protocol, "all"):
        return False
    low, high = numbers_of(rule.protocol, rule.ports, rule.icmp)
    return port is None or low <= port <= high


def _forwards(
    listener: Listener, clients: Ranges, family: Family
) -> Iterator[tuple[str, Ranges, str]]:
    """
    Give target group, clients and rule of each forward, by priority.

    Source addresses are judged exactly. Every other condition is the client's
    to choose, so such a rule may match and may not.
    """
    rest = clients
    ordered = sorted(
        listener.rules,
        key=lambda rule: (rule.priority is None, rule.priority or 0),
    )
    for rule in ordered:
        matched = rest
        if rule.source_cidrs:
            matched = sets.intersection(rest, sets.of(rule.source_cidrs, family))
        if not matched:
            continue
        for action in rule.actions:
            if action.kind == "forward":
                for group in action.targets:
                    yield group, matched, rule.id
        if not rule.has_other_conditions:
            rest = sets.difference(rest, matched)
