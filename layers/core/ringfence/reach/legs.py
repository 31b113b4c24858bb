"""The way from a load balancer's node to a target: who gets through, or what stops."""

from dataclasses import dataclass, replace
from enum import IntEnum

from ringfence.inventory.records import (
    Listener,
    LoadBalancer,
    NetworkInterface,
    Rule,
    Target,
    TargetGroup,
)
from ringfence.reach import sets
from ringfence.reach.engine import World
from ringfence.reach.exposure import Exposure, Hop
from ringfence.reach.filters import any_number, numbers_of, one_number, sources_of
from ringfence.reach.listeners import Forward
from ringfence.reach.sets import Ranges
from ringfence.reach.zones import Zones

_IDLE = frozenset({"unused", "draining"})


class Step(IntEnum):
    """What may stop packets at and behind a load balancer, in the packets' order."""

    LISTENER = 1
    RULES = 2
    NO_TARGETS = 3
    OUTSIDE = 4
    RUNNING = 5
    ENABLED_ZONE = 6
    REGISTERED = 7
    CROSS_ZONE = 8
    EGRESS = 9
    ACL_OUT = 10
    ACL_IN = 11
    ADMISSION = 12


@dataclass(frozen=True, slots=True)
class Node:
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
class Leg:
    """The way from some clients of a front through a listener's rule to a group."""

    balancer: LoadBalancer
    node: Node
    listener: Listener
    front: Exposure
    group: TargetGroup
    forward: Forward

    def hops(self, port: int, admitting: list[Rule]) -> tuple[Hop, ...]:
        """Give the path up to the target's own interface."""
        rule, gate = self.forward.rule or None, self.forward.gate
        return (
            *self.front.path,
            Hop(self.listener.id, "listener", rule),
            *((Hop(self.listener.id, "authentication", gate),) if gate else ()),
            Hop(self.group.id, "target-group", str(port)),
            *(Hop(rule.group, "security-group", rule.id) for rule in admitting),
        )

    def port_of(self, target: Target) -> int:
        """Give the port that is dialled at *target*."""
        port = target.port if target.port is not None else self.group.port
        return self.listener.port if port is None else port


@dataclass(frozen=True, slots=True)
class End:
    """Where a leg ends: who guards it, and at which private addresses it is."""

    resource: str
    interface: str
    groups: tuple[str, ...]
    addresses: Ranges
    subnet: str
    zone: str
    port: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The clients who get through a leg, by which rules, and whether replies do."""

    clients: Ranges
    admitting: list[Rule]
    session: str

    def row(self, world: World, leg: Leg, address: str, end: End) -> Exposure:
        """Give the row of *end*, its path up to its interface."""
        return replace(
            leg.front,
            resource=end.resource,
            interface=end.interface,
            address=address,
            entry="load-balancer",
            sources=world.written(self.clients, leg.front),
            session=self.session,
            path=(
                *leg.hops(end.port, self.admitting),
                Hop(end.interface, "network-interface"),
            ),
            authenticated_by=leg.forward.gate or leg.front.authenticated_by,
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """
    What keeps a front's clients from *at*: a target, or all of a load balancer's.

    *depth* is how many load balancers they had passed.
    """

    step: Step
    at: str
    depth: int
    balancer: LoadBalancer
    node: Node
    front: Exposure
    port: int
    listener: Listener | None = None  # None: none takes the packets
    group: TargetGroup | None = None  # None: they did not get that far
    target: Target | None = None  # as group
    end: End | None = None  # None: as group, or not on this network


def stop_of(
    leg: Leg, step: Step, at: str, target: Target | None = None, end: End | None = None
) -> Stop:
    """Give what stops the clients of *leg*."""
    return Stop(
        step=step,
        at=at,
        depth=depth_of(leg.front),
        balancer=leg.balancer,
        node=leg.node,
        front=leg.front,
        port=leg.listener.port if target is None else leg.port_of(target),
        listener=leg.listener,
        group=leg.group,
        target=target,
        end=end,
    )


def depth_of(front: Exposure) -> int:
    """Give how many load balancers the packets of *front* have passed."""
    return sum(hop.type == "listener" for hop in front.path)


def passage(
    world: World, zones: Zones, leg: Leg, target: Target, end: End
) -> Passage | Step:
    """Give who gets through *leg*, or the first step that nobody takes."""
    if not zones.is_enabled(leg.balancer, end.zone):
        return Step.ENABLED_ZONE
    if target.state in _IDLE:
        return Step.REGISTERED
    if not zones.is_within(leg.balancer, leg.group, leg.node.subnet, end.zone):
        return Step.CROSS_ZONE
    if not _leaves(world, leg, end):
        return Step.EGRESS
    session = _session(world, leg, end)
    if isinstance(session, Step):
        return session
    clients, admitting = _admitted(world, leg, end)
    return Passage(clients, admitting, session) if clients else Step.ADMISSION


def _admitted(world: World, leg: Leg, end: End) -> tuple[Ranges, list[Rule]]:
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
    for rule in world.rules_of(end.groups):
        if rule.is_egress or not _names(rule, leg.front.protocol, end.port):
            continue
        if rule.source in leg.balancer.groups:
            admitted = leg.forward.clients
        elif preserved:
            named = world.named(rule, leg.front.family)
            admitted = sets.intersection(named, leg.forward.clients)
        else:
            named = sources_of(rule, "ipv4", world.lists)
            is_node = sets.intersection(named, leg.node.addresses)
            admitted = leg.forward.clients if is_node else sets.EMPTY
        if admitted:
            clients = sets.union(clients, admitted)
            admitting.append(rule)
    return clients, admitting


def _leaves(world: World, leg: Leg, end: End) -> bool:
    """Whether the load balancer's own groups let it out to the end."""
    if not leg.balancer.groups:
        return True
    groups = leg.balancer.groups
    is_sure = any(_lets_out(world, leg, end, r) for r in world.sure_rules_of(groups))
    return is_sure or any(
        _lets_out(world, leg, end, rule) for rule in world.rules_of(groups)
    )


def _lets_out(world: World, leg: Leg, end: End, rule: Rule) -> bool:
    if not rule.is_egress or not _names(rule, leg.front.protocol, end.port):
        return False
    if rule.source in end.groups:
        return True
    named = sources_of(rule, "ipv4", world.lists)
    return bool(sets.intersection(named, end.addresses))


def _session(world: World, leg: Leg, end: End) -> str | Step:
    """
    Give whether the node's packets get to the end, and replies back.

    Within one subnet there is no ACL, but a classic load balancer's outbound
    packets meet its own (Reachability Analyzer, ELB_ACL_RESTRICTION).
    """
    protocol, node = leg.front.protocol, leg.node
    out = world.borders.of(node.subnet).acl
    is_inside = node.subnet == end.subnet
    meets_own = not is_inside or leg.balancer.kind == "classic"
    if meets_own and not one_number(
        out, protocol, end.port, end.addresses, is_egress=True
    ):
        return Step.ACL_OUT
    if is_inside:
        return leg.front.session
    into = world.borders.of(end.subnet).acl
    if not one_number(into, protocol, end.port, node.addresses, is_egress=False):
        return Step.ACL_IN
    answered = any_number(
        into, protocol, node.addresses, is_egress=True
    ) and any_number(out, protocol, end.addresses, is_egress=False)
    return leg.front.session if answered else "one-way"


def _names(rule: Rule, protocol: str, port: int) -> bool:
    """Whether *rule* is about packets to *port*."""
    if rule.protocol not in (protocol, "all"):
        return False
    low, high = numbers_of(rule.protocol, rule.ports, rule.icmp)
    return low <= port <= high
