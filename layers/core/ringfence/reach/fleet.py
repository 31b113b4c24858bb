"""Load balancers with their nodes and targets, and the ways between them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    Listener,
    LoadBalancer,
    NetworkInterface,
    Target,
    TargetGroup,
)
from ringfence.reach import sets
from ringfence.reach.engine import Door, World, door_exposures, told_exposures_of
from ringfence.reach.exposure import Blind, Exposure, Hop
from ringfence.reach.filters import UnreadableError
from ringfence.reach.legs import (
    End,
    Leg,
    Node,
    Step,
    Stop,
    depth_of,
    passage,
    stop_of,
)
from ringfence.reach.listeners import answers, forwards, transports
from ringfence.reach.sets import Family
from ringfence.reach.zones import Zones

Way = Exposure | Stop

# API reference, LoadBalancer (IpAddressType) and LoadBalancerAttribute.
_PRIVATE_IPV4 = "dualstack-without-public-ipv4"
_DENIES_IPV6 = "ipv6.deny_all_igw_traffic"


class Fleet:
    """The load balancers of a world."""

    def __init__(self, world: World, nodes: Mapping[str, str]) -> None:
        inventory: Inventory = world.inventory
        self._world = world
        self._zones = Zones(inventory)
        self._balancers = {item.id: item for item in inventory.load_balancers}
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        for listener in inventory.listeners:
            self._listeners[listener.balancer].append(listener)
        self._interfaces = {item.id: item for item in inventory.network_interfaces}
        self._by_address: dict[str, list[NetworkInterface]] = defaultdict(list)
        for interface in inventory.network_interfaces:
            for address in interface.addresses:
                self._by_address[address.private].append(interface)
            for text in interface.ipv6:
                self._by_address[text].append(interface)
        self._instances = {item.id: item for item in inventory.instances}
        self._groups = {group.id: group for group in inventory.target_groups}
        self._nodes = _nodes(inventory, nodes)

    def balancer(self, name: str) -> LoadBalancer | None:
        """Give the load balancer whose id is *name*; None: it is none."""
        return self._balancers.get(name)

    def fronts(
        self, balancer: LoadBalancer
    ) -> Iterator[tuple[Node, str, Family, tuple[str, ...] | None]]:
        """Give each node, the address that clients dial, and who guards it."""
        unguarded = balancer.kind == "network" and not balancer.groups
        for node in self._nodes[balancer.id]:
            for address, family in self._addresses_of(node, balancer):
                yield node, address, family, None if unguarded else balancer.groups

    def own_rows(self, balancer: LoadBalancer) -> Iterator[Exposure]:
        """Give what the load balancer itself answers, or raise `UnreadableError`."""
        for door in self._doors(balancer):
            yield from door_exposures(self._world, door)

    def told_rows(self, balancer: LoadBalancer) -> tuple[list[Exposure], str]:
        """Give what it surely answers, and why that may not be all; mostly nothing."""
        told = [told_exposures_of(self._world, door) for door in self._doors(balancer)]
        reasons = dict.fromkeys(because for _, because in told if because)
        return [row for rows, _ in told for row in rows], "; ".join(reasons)

    def _doors(self, balancer: LoadBalancer) -> Iterator[Door]:
        numbers = frozenset(
            (transport, listener.port)
            for listener in self._listeners[balancer.id]
            for transport in transports(listener)
        )
        for node, address, family, groups in self.fronts(balancer):
            yield Door(
                interface=node.id,
                subnet=node.subnet,
                address=address,
                family=family,
                resource=balancer.id,
                resource_type="load-balancer",
                groups=groups,
                numbers=numbers,
            )

    def _addresses_of(
        self, node: Node, balancer: LoadBalancer
    ) -> Iterator[tuple[str, Family]]:
        """Give what a client can dial to come to *node*."""
        if node.interface:
            yield from self._world.addresses_of(node.interface)
            return
        is_public = self._world.outside.is_named_publicly
        if not (is_public and balancer.address_type == _PRIVATE_IPV4):
            yield balancer.dns_name, "ipv4"
        denies = is_public and balancer.attributes.get(_DENIES_IPV6) == "true"
        if balancer.address_type.startswith("dualstack") and not denies:
            yield balancer.dns_name, "ipv6"

    def blinds(self, balancer: LoadBalancer, because: str) -> Iterator[Blind]:
        """Give the load balancer and all that it may lead to as unknown."""
        yield Blind(balancer.id, balancer.id, because)
        for group, target in self._targets_of(balancer):
            for interface in self._interfaces_of(target, group):
                resource = interface.instance or interface.id
                yield Blind(resource, interface.id, because)

    def leading_to(self, name: str) -> tuple[LoadBalancer, ...]:
        """Give the load balancers with a target *name*, and those in front of them."""
        found: dict[str, LoadBalancer] = {}
        wanted = [name]
        while wanted:
            one = wanted.pop()
            for balancer in self._balancers.values():
                if balancer.id not in found and self._has_target(balancer, one):
                    found[balancer.id] = balancer
                    wanted.append(balancer.id)
        return tuple(item for item in self._balancers.values() if item.id in found)

    def ways(self, balancer: LoadBalancer, front: Exposure, port: int) -> Iterator[Way]:
        """
        Give what the clients of *front* reach through *port*, and what stops them.

        A listener's rules are among the stops whomever they forward: they are
        what stops those clients whom they do not. Raises `UnreadableError` at the
        end where some of the ways cannot be told.
        """
        (node,) = (n for n in self._nodes[balancer.id] if n.id == front.interface)
        clients = self._world.clients_of(front)
        met = Stop(
            Step.LISTENER, balancer.id, depth_of(front), balancer, node, front, port
        )
        heard = [
            item
            for item in self._listeners[balancer.id]
            if answers(item, front.protocol, port)
        ]
        if not heard:
            yield met
        untold = ""
        for listener in heard:
            yield replace(met, step=Step.RULES, listener=listener)
            for forward in forwards(listener, clients, front.family):
                group = self._groups.get(forward.group)
                if group is None:
                    untold = f"the target group {forward.group} could not be read"
                    continue
                if group.is_ipv6:
                    untold = f"{group.id} has IPv6 targets, which are not followed"
                    continue
                leg = Leg(balancer, node, listener, front, group, forward)
                follow = self._chained if group.kind == "alb" else self._through
                for target in group.targets:
                    yield from follow(leg, target)
                if not group.targets:
                    yield stop_of(leg, Step.NO_TARGETS, group.id)
        if untold:
            raise UnreadableError(untold)

    def _through(self, leg: Leg, target: Target) -> Iterator[Way]:
        """Give the row of an instance's or an address's interface."""
        interface = self._interface_of(target, leg.group)
        if interface is None:
            instance = self._instances.get(target.id)
            is_gone = instance is not None and instance.state != "running"
            step = Step.RUNNING if is_gone else Step.OUTSIDE
            yield stop_of(leg, step, target.id, target)
            return
        owner = interface.instance
        address = _address(leg, target, interface)
        end = End(
            resource=owner or interface.id,
            interface=interface.id,
            groups=interface.groups,
            addresses=sets.parse(address)[1],
            subnet=interface.subnet,
            zone=self._zones.of_target(target, leg.group, leg.balancer, interface),
            port=leg.port_of(target),
        )
        if not self._world.is_running(interface):
            yield stop_of(leg, Step.RUNNING, end.resource, target, end)
            return
        found = passage(self._world, self._zones, leg, target, end)
        if isinstance(found, Step):
            yield stop_of(leg, found, end.resource, target, end)
            return
        row = found.row(self._world, leg, address, end)
        yield _ending(row, Hop(owner, "instance")) if owner else row

    def _chained(self, leg: Leg, target: Target) -> Iterator[Way]:
        """Follow a network load balancer to the application one that it fronts."""
        balancer = self._balancers.get(target.id)
        if balancer is None:
            raise UnreadableError(f"the load balancer {target.id} could not be read")
        for node in self._nodes[balancer.id]:
            end = End(
                resource=balancer.id,
                interface=node.id,
                groups=balancer.groups,
                addresses=node.addresses,
                subnet=node.subnet,
                zone=self._zones.of(node.subnet),
                port=leg.port_of(target),
            )
            found = passage(self._world, self._zones, leg, target, end)
            if isinstance(found, Step):
                yield stop_of(leg, found, balancer.id, target, end)
                continue
            inside = node.interface.addresses if node.interface else ()
            address = inside[0].private if inside else balancer.dns_name
            row = found.row(self._world, leg, address, end)
            row = _ending(row, Hop(balancer.id, "load-balancer"))
            yield row
            yield from self.ways(balancer, row, end.port)

    def _interface_of(
        self, target: Target, group: TargetGroup
    ) -> NetworkInterface | None:
        """Give the target's interface; None for one that is not on this network."""
        found = self._interfaces_of(target, group)
        if len(found) > 1:
            raise UnreadableError(f"{target.id} is in more than one other VPC")
        return found[0] if found else None

    def _interfaces_of(
        self, target: Target, group: TargetGroup
    ) -> list[NetworkInterface]:
        """Give all that *target* may mean: outside its VPC an address is many's."""
        if group.kind == "ip":
            found = self._by_address.get(target.id, [])
            return [item for item in found if item.vpc == group.vpc] or found
        instance = self._instances.get(target.id)
        names = instance.interfaces[:1] if instance else ()
        return [self._interfaces[name] for name in names if name in self._interfaces]

    def _targets_of(
        self, balancer: LoadBalancer
    ) -> Iterator[tuple[TargetGroup, Target]]:
        """Give all that some rule of some listener may forward to."""
        names = {
            name
            for listener in self._listeners[balancer.id]
            for rule in listener.rules
            for action in rule.actions
            for name in action.targets
        }
        for name in sorted(names & self._groups.keys()):
            group = self._groups[name]
            for target in group.targets:
                yield group, target

    def _has_target(self, balancer: LoadBalancer, name: str) -> bool:
        for group, target in self._targets_of(balancer):
            if target.id == name:
                return True
            found = self._interfaces_of(target, group)
            if any(name in (item.id, item.instance) for item in found):
                return True
        return False


def _nodes(inventory: Inventory, nodes: Mapping[str, str]) -> dict[str, list[Node]]:
    """Give the nodes of every load balancer."""
    found: dict[str, list[Node]] = {item.id: [] for item in inventory.load_balancers}
    for interface in inventory.network_interfaces:
        if interface.id in nodes:
            inside = [address.private for address in interface.addresses]
            found[nodes[interface.id]].append(
                Node(
                    interface.id,
                    interface.subnet,
                    sets.of(inside, "ipv4"),
                    interface,
                )
            )
    cidrs = {item.id: item.cidr for item in inventory.subnets}
    for balancer in inventory.load_balancers:
        if not found[balancer.id]:
            found[balancer.id] = [
                Node(
                    f"{balancer.name}/{subnet}",
                    subnet,
                    sets.of([cidrs[subnet]] if cidrs.get(subnet) else [], "ipv4"),
                )
                for subnet in balancer.subnets
            ]
    return found


def _address(leg: Leg, target: Target, interface: NetworkInterface) -> str:
    """Give the address that the load balancer dials: a target by id is its first."""
    if leg.group.kind == "ip":
        return target.id
    if not interface.addresses:
        raise UnreadableError(f"the addresses of {interface.id} could not be read")
    return interface.addresses[0].private


def _ending(row: Exposure, hop: Hop) -> Exposure:
    return replace(row, path=(*row.path, hop))
