"""
What Global Accelerator lets in: clients at the private address of an endpoint.

Where the clients' addresses are preserved, the endpoint's groups judge them, only
outbound ACL rules count, the VPC needs an attached internet gateway but no route
to it, and Block Public Access shuts it out (Global Accelerator guide,
secure-vpc-connections and sipp-caveats). Where they are not, whom the endpoint
sees is not known. Custom routing accelerators are not looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from ringfence.inventory import Inventory
from ringfence.inventory.accelerators import (
    Accelerator,
    AcceleratorListener,
    Endpoint,
    EndpointGroup,
)
from ringfence.inventory.records import NetworkInterface, Ports
from ringfence.reach import sets
from ringfence.reach.engine import Door, World, door_exposures
from ringfence.reach.exposure import Blind, Exposure, Hop
from ringfence.reach.filters import UnreadableError
from ringfence.reach.fleet import Fleet
from ringfence.reach.outside import INTERNET, Outside, internet
from ringfence.reach.sets import Ranges

ENTRY = "global-accelerator"
_MANAGED = "global_accelerator_managed"  # the InterfaceType of what AWS adds

_OPEN, _GATED = "open", "behind authentication"

# What an accelerator's packets do not meet on their way to an endpoint.
_SKIPPED = frozenset({ENTRY, "route-table", "network-acl"})


class _Way(NamedTuple):
    """From an accelerator's listener to one endpoint of a group."""

    accelerator: Accelerator
    listener: AcceleratorListener
    group: EndpointGroup
    endpoint: Endpoint

    def dialled(self, row: Exposure) -> Iterator[tuple[Ports, int | None]]:
        """
        Give what clients dial to come to the ports of *row*.

        With it stands the endpoint's port, None where it is the dialled one.
        """
        if row.protocol != self.listener.protocol or row.ports is None:
            return
        if row.family == "ipv6" and not self.accelerator.is_dual_stack:
            return
        overrides = dict(self.group.overrides)
        plain = sets.difference(
            sets.union(*((ports,) for ports in self.listener.ports)),
            sets.union(*(((port, port),) for port in overrides)),
        )
        for block in sets.intersection(plain, (row.ports,)):
            yield block, None
        for port, inner in sorted(overrides.items()):
            if row.ports[0] <= inner <= row.ports[1]:
                yield (port, port), inner

    def through(self, row: Exposure) -> Iterator[tuple[Exposure, int]]:
        """Give *row* as clients dial it, with the endpoint's first port."""
        for ports, inner in self.dialled(row):
            hops = (
                Hop(self.accelerator.id, ENTRY),
                Hop(self.listener.id, "accelerator-listener"),
                Hop(
                    self.group.id,
                    "endpoint-group",
                    None if inner is None else str(inner),
                ),
                *(hop for hop in row.path if hop.type not in _SKIPPED),
            )
            first = ports[0] if inner is None else inner
            yield replace(row, ports=ports, path=hops), first


def accelerator_exposures(
    inventory: Inventory, nodes: Mapping[str, str], direct: Iterable[Exposure]
) -> tuple[list[Exposure], list[Blind]]:
    """
    Give what comes by accelerators, beside *direct*: what comes without them.

    Where accelerators were not read, what shares a subnet with an interface that
    AWS made for one is unknown.
    """
    if "accelerators" not in inventory.read and not inventory.accelerators:
        return [], list(_unread(inventory))
    ways = list(_ways(inventory))
    if not ways:
        return [], []
    led = _Led(inventory, nodes)
    direct = tuple(direct)
    found: list[Exposure] = []
    unknown: list[Blind] = []
    for way in ways:
        try:
            if way.endpoint.preserves_client_ip:
                found += led.rows(way)
            else:
                unknown += led.hidden(way, direct)
        except UnreadableError as reason:
            unknown += led.blinds(way, str(reason))
    return _disjoint(led.world, found, direct), unknown


class _Led:
    """The endpoints of accelerators, found in an inventory."""

    def __init__(self, inventory: Inventory, nodes: Mapping[str, str]) -> None:
        self._inventory = inventory
        self.world = World(
            inventory,
            Outside(
                source=INTERNET,
                entry=ENTRY,
                gateways=internet(inventory).gateways,
                addresses=sets.INTERNET,
                meets_inbound_acl=False,
                needs_route_back=False,
            ),
        )
        self._fleet = Fleet(self.world, nodes)
        self._balancers = {item.id: item for item in inventory.load_balancers}
        self._interfaces = {item.id: item for item in inventory.network_interfaces}
        self._instances = {item.id: item for item in inventory.instances}
        self._addresses = {item.id: item for item in inventory.addresses}

    def rows(self, way: _Way) -> Iterator[Exposure]:
        """Give what *way* lets in, to the endpoint and what is behind it."""
        balancer = self._balancers.get(way.endpoint.id)
        if balancer:
            for own in self._fleet.own_rows(balancer):
                for front, port in way.through(own):
                    yield front
                    ways = self._fleet.ways(balancer, front, port)
                    yield from (way for way in ways if isinstance(way, Exposure))
            return
        interface = self._interface_of(way.endpoint)
        if interface and self.world.is_running(interface):
            for door in self._doors(interface):
                for row in door_exposures(self.world, door):
                    for front, _ in way.through(row):
                        yield front

    def _doors(self, interface: NetworkInterface) -> Iterator[Door]:
        """Give an instance's first address of each family."""
        instance = interface.instance
        seen = set()
        for address, family in self.world.addresses_of(interface):
            if family not in seen:
                seen.add(family)
                yield Door(
                    interface=interface.id,
                    subnet=interface.subnet,
                    address=address,
                    family=family,
                    resource=instance or interface.id,
                    resource_type="instance" if instance else "network-interface",
                    groups=interface.groups,
                )

    def hidden(self, way: _Way, direct: Iterable[Exposure]) -> Iterator[Blind]:
        """
        Give the endpoint as unknown where its clients are hidden from it.

        It sees an address of Global Accelerator's, so it is known what comes only
        where its groups let in everybody or nobody: that, *direct* tells.
        """
        interface = self._interface_of(way.endpoint)
        names = {way.endpoint.id, interface.id if interface else ""}
        for row in direct:
            is_of_it = row.entry == "internet-gateway" and not names.isdisjoint(
                (row.resource, row.interface)
            )
            is_partial = row.family == "ipv4" and row.sources != ("0.0.0.0/0",)
            if is_of_it and is_partial and any(way.dialled(row)):
                because = (
                    f"{way.accelerator.id} hides its clients' addresses: who gets in "
                    "through it is not known"
                )
                yield Blind(row.resource, row.interface, because)
                return

    def blinds(self, way: _Way, because: str) -> Iterator[Blind]:
        """Give all that *way* leads to as unknown."""
        balancer = self._balancers.get(way.endpoint.id)
        interface = self._interface_of(way.endpoint)
        if balancer:
            yield from self._fleet.blinds(balancer, because)
        elif interface:
            resource = interface.instance or interface.id
            yield Blind(resource, interface.id, because)

    def _interface_of(self, endpoint: Endpoint) -> NetworkInterface | None:
        """Give the interface of an instance's, or of an Elastic IP's, endpoint."""
        address = self._addresses.get(endpoint.id)
        if address:
            return self._interfaces.get(address.interface or "")
        instance = self._instances.get(endpoint.id)
        first = instance.interfaces[:1] if instance else ()
        return next((self._interfaces[i] for i in first if i in self._interfaces), None)


def _ways(inventory: Inventory) -> Iterator[_Way]:
    """Give the ways into this Region: each group names its own."""
    for accelerator in inventory.accelerators:
        for listener in accelerator.listeners:
            for group in listener.groups:
                if group.region == inventory.region:
                    for endpoint in group.endpoints:
                        yield _Way(accelerator, listener, group, endpoint)


def _unread(inventory: Inventory) -> Iterator[Blind]:
    led_into = {
        interface.subnet: interface.id
        for interface in inventory.network_interfaces
        if interface.kind == _MANAGED
    }
    for interface in inventory.network_interfaces if led_into else ():
        if interface.subnet in led_into and interface.kind != _MANAGED:
            because = (
                f"{led_into[interface.subnet]} is Global Accelerator's, and where it "
                "leads could not be read"
            )
            resource = interface.instance or interface.id
            yield Blind(resource, interface.id, because)


def _disjoint(
    world: World, rows: Iterable[Exposure], direct: Iterable[Exposure]
) -> list[Exposure]:
    """
    Leave each packet in one row only, of *direct* ones first, with replies first.

    Accelerators share endpoints, and a load balancer leads to its targets whether
    or not an accelerator leads to it. What comes straight in to an IPv6 address
    covers what an accelerator leads there, unless it leads to another port.
    """
    rows = list(rows)
    wanted = {(row.interface, row.address) for row in rows}
    taken: dict[tuple[str, ...], list[tuple[Ports, Ranges]]] = defaultdict(list)
    straight: dict[tuple[str, ...], list[tuple[Ports, Ranges]]] = defaultdict(list)
    for row in direct:
        if (row.interface, row.address) in wanted and row.ports:
            into = straight if row.entry == "internet-gateway" else taken
            into[_key(row, row.session)].append((row.ports, world.clients_of(row)))
    kept: list[Exposure] = []
    for row in sorted(rows, key=_worst_first):
        is_moved = any(hop.type == "endpoint-group" and hop.rule for hop in row.path)
        keys = dict.fromkeys(
            (*_key(row, session)[:-1], gate)
            for session in ("both", row.session)
            for gate in (_OPEN, _key(row, session)[-1])
        )
        before = [
            item
            for key in keys
            for item in (*taken[key], *(() if is_moved else straight[key]))
        ]
        for ports, clients in _left(row.ports, world.clients_of(row), before):
            taken[_key(row, row.session)].append((ports, clients))
            sources = world.written(clients, row)
            kept.append(replace(row, ports=ports, sources=sources))
    return kept


def _left(
    ports: Ports | None, clients: Ranges, taken: Iterable[tuple[Ports, Ranges]]
) -> list[tuple[Ports, Ranges]]:
    """Give the blocks of *ports* with those of *clients* who are not *taken*."""
    low, high = ports or (0, 0)
    over = [item for item in taken if item[0][0] <= high and low <= item[0][1]]
    cuts = {low, high + 1}
    for (first, last), _ in over:
        cuts |= {max(low, first), min(high, last) + 1}
    edges = sorted(cuts)
    found: list[tuple[Ports, Ranges]] = []
    for start, after in pairwise(edges):
        covering = [who for block, who in over if block[0] <= start <= block[1]]
        left = sets.difference(clients, sets.union(*covering))
        if left and found and found[-1] == ((found[-1][0][0], start - 1), left):
            found[-1] = ((found[-1][0][0], after - 1), left)
        elif left:
            found.append(((start, after - 1), left))
    return found


def _key(row: Exposure, session: str) -> tuple[str, ...]:
    gate = _GATED if row.authenticated_by else _OPEN
    return row.interface, row.address, row.family, row.protocol, session, gate


def _worst_first(row: Exposure) -> tuple[bool, bool]:
    return row.session != "both", row.authenticated_by is not None
