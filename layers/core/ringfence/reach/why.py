"""
Why something is reachable or not: its paths, or the first thing that stops them.

The codes are those of AWS's Reachability Analyzer, so that answers compare:
https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ringfence.inventory import Inventory
from ringfence.inventory.records import LoadBalancer, NetworkInterface
from ringfence.reach import Blind, Exposure, sets
from ringfence.reach.accelerators import ENTRY as ACCELERATED
from ringfence.reach.balancers import balancer_nodes
from ringfence.reach.engine import World
from ringfence.reach.filters import UnreadableError
from ringfence.reach.fleet import Fleet
from ringfence.reach.networks import Networks
from ringfence.reach.obstacles import (
    Code,
    Obstacle,
    Place,
    Question,
    first_obstacle,
    reply_obstacle,
)
from ringfence.reach.outside import Outside
from ringfence.reach.sets import Family
from ringfence.reach.strays import stray
from ringfence.reach.unread import told_exposures, unread_needs
from ringfence.reach.ways import UNEXPLAINED, Way, Ways

# How AWS calls it that a gateway has no address to deliver to.
_UNNAMED = {"vpc-peering": Code.NOT_OF_PEER, "vpn-gateway": Code.NOT_BY_VPN}


class Verdict(StrEnum):
    """What becomes of the packets that were asked about."""

    REACHABLE = "reachable"
    ONE_WAY = "one-way"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What becomes of the packets to one address.

    *rows* are all exposures that cover some of them. *obstacle* is what stops
    them, or for ``one-way`` their replies; *because* why it is ``unknown``.
    *through* is the load balancer whose node *interface* is, or leads to it.
    *beyond* is what keeps a load balancer that takes them from passing them on.
    """

    interface: str
    address: str
    verdict: Verdict
    rows: tuple[Exposure, ...] = ()
    obstacle: Obstacle | None = None  # None: nothing, or not told
    because: str = ""
    through: str | None = None  # None: the packets are dialled to the resource
    beyond: Obstacle | None = None  # None: some target hears of them, or no balancer


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place, or the obstacle that keeps packets from ever having one."""

    interface: str
    address: str
    place: Place | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """
    A question with the records that it is about, as seen from one outside.

    *goal* is the resource, or the load balancer of one that is a node, *vpc* its
    VPC; *is_stray* says that nobody outside has the source that is asked about.
    """

    world: World
    question: Question
    goal: str
    ways: Ways
    vpc: str = ""
    is_stray: bool = False


def resolve(inventory: Inventory, name: str) -> str | None:
    """Give the id that *name* means; a load balancer may go by its name."""
    known = {item.id for item in inventory.instances}
    for interface in inventory.network_interfaces:
        known |= {interface.id, interface.instance or interface.id}
    known |= {item.id for item in inventory.load_balancers}
    if name in known:
        return name
    named = [item.id for item in inventory.load_balancers if item.name == name]
    return named[0] if len(named) == 1 else None


def why(inventory: Inventory, question: Question) -> tuple[Answer, ...]:
    """
    Answer *question* for each address of its resource, an id that is known.

    A public source is looked for on the internet, and every source in the
    networks that the resource's VPC is joined to.
    """
    found = told_exposures(inventory)
    blinds = [
        blind
        for blind in found.unknown
        if question.resource in (blind.resource, blind.interface)
    ]
    if found.unknown and unread_needs(inventory):
        because = (*(blind.because for blind in blinds), found.unknown[0].because)[0]
        names = dict.fromkeys(blind.interface for blind in blinds)
        return tuple(
            Answer(interface=name, address="", verdict=Verdict.UNKNOWN, because=because)
            for name in names or (question.resource,)
        )
    rows = [
        row
        for row in found.rows
        if question.resource in (row.resource, row.interface)
        and (row.entry != "load-balancer" or row.path[0].type == ACCELERATED)
        and question.is_met_by(row)
    ]
    return tuple(
        answer
        for asked in _views(inventory, question)
        for answer in _answers(asked, rows, [*blinds, *_wide(asked, found.unknown)])
    )


def _wide(asked: _Asked, unknown: Iterable[Blind]) -> Iterator[Blind]:
    """Give what keeps a source that nobody is known to have from being denied."""
    inventory = asked.world.inventory
    here = (f"{inventory.account}/{inventory.region}", asked.vpc)
    for blind in unknown if asked.is_stray else ():
        if blind.interface == "*" and blind.resource in here:
            yield blind


def _views(inventory: Inventory, question: Question) -> Iterator[_Asked]:
    """Give the question as asked from wherever its source may be."""
    nodes = balancer_nodes(inventory)
    goal = nodes.get(question.resource, question.resource)
    vpc = _vpc_of(inventory, goal)
    having = list(_networks_with(inventory, question, vpc))
    is_public = any(
        sets.public(question.sources(family), family) for family in question.families
    )
    views: list[tuple[Outside | None, bool]] = [(outside, False) for outside in having]
    if is_public or not having:
        views.insert(0, (None, not is_public))
    for outside, is_stray in views:
        world = World(inventory, outside)
        ways = Ways(world, Fleet(world, nodes), question)
        yield _Asked(world, question, goal, ways, vpc, is_stray)


def _networks_with(
    inventory: Inventory, question: Question, vpc: str
) -> Iterator[Outside]:
    if question.source is None:
        return
    networks = Networks(inventory)
    (family,) = question.families
    for network in inventory.vpc_networks:
        if network.id == vpc:
            try:
                joined = list(networks.of(network))
            except UnreadableError:
                return  # told as unknown by the exposures
            for outside in joined:
                if outside.within(question.sources(family), family):
                    yield outside


def _vpc_of(inventory: Inventory, name: str) -> str:
    for interface in inventory.network_interfaces:
        if name in (interface.id, interface.instance):
            return interface.vpc
    balancers = (item.vpc for item in inventory.load_balancers if item.id == name)
    return next(balancers, None) or ""


def _answers(
    asked: _Asked, met: Iterable[Exposure], listed: Iterable[Blind]
) -> Iterator[Answer]:
    source = asked.world.outside.source
    blinds = {
        blind.interface: blind.because
        for blind in listed
        if blind.source in (None, source)
    }
    rows: dict[tuple[str, str], list[Exposure]] = {}
    for row in met:
        if row.source == source:
            rows.setdefault((row.interface, row.address), []).append(row)
    ways = () if asked.is_stray else tuple(asked.ways.leading_to(asked.goal))
    reached = {row.interface for way in ways for row in way.rows}
    reached |= {interface for interface, _ in rows}
    if reached:
        reached.add(asked.goal)
    for key, some in rows.items():
        yield _reached(asked, *key, tuple(some))
    for spot in _spots(asked):
        if (spot.interface, spot.address) in rows:
            continue
        if spot.place is None and spot.interface in reached:
            continue  # it needs no address of its own: a load balancer leads there
        yield _stopped(asked, spot, blinds)
    yield from (_led(asked, way) for way in ways)


def _led(asked: _Asked, way: Way) -> Answer:
    """Say what becomes of the packets that come by a load balancer's node."""
    if way.rows:
        row = way.rows[0]
        reached = _reached(asked, row.interface, row.address, way.rows)
        return replace(reached, obstacle=way.obstacle, through=way.balancer.id)
    return Answer(
        interface=way.interface,
        address=way.address,
        verdict=Verdict.UNKNOWN if way.because else Verdict.BLOCKED,
        obstacle=way.obstacle,
        because=way.because,
        through=way.balancer.id,
    )


def _reached(
    asked: _Asked, interface: str, address: str, rows: tuple[Exposure, ...]
) -> Answer:
    answer = Answer(
        interface=interface,
        address=address,
        verdict=Verdict.REACHABLE,
        rows=rows,
        beyond=asked.ways.beyond(rows),
    )
    if any(row.session == "both" for row in rows):
        return answer
    row = rows[0]
    subnet = next((hop.id for hop in row.path if hop.type == "subnet"), None)
    obstacle = None
    if row.entry == asked.world.outside.entry and subnet:
        obstacle = reply_obstacle(asked.world.borders.of(subnet), row)
    return replace(answer, verdict=Verdict.ONE_WAY, obstacle=obstacle)


def _stopped(asked: _Asked, spot: _Spot, blinds: Mapping[str, str]) -> Answer:
    """Say what stops packets to *spot*, unless something unread may let them in."""
    because = (
        blinds.get(spot.interface)
        or blinds.get(asked.question.resource)
        or blinds.get("*")
    )
    obstacle = spot.obstacle
    if asked.is_stray:
        obstacle = stray(
            asked.world.inventory,
            asked.question,
            asked.vpc,
            spot.interface or asked.question.resource,
        )
    elif because is None and spot.place:
        try:
            obstacle = first_obstacle(asked.world, spot.place, asked.question)
        except UnreadableError as reason:
            because = str(reason)
        else:
            because = None if obstacle else UNEXPLAINED
    return Answer(
        interface=spot.interface,
        address=spot.address,
        verdict=Verdict.UNKNOWN if because else Verdict.BLOCKED,
        obstacle=None if because else obstacle,
        because=because or "",
    )


def _spots(asked: _Asked) -> Iterator[_Spot]:
    inventory = asked.world.inventory
    name = asked.question.resource
    for balancer in inventory.load_balancers:
        if balancer.id == asked.goal:
            yield from _fronts(asked, balancer)
            return
    interfaces = [
        item
        for item in inventory.network_interfaces
        if name in (item.id, item.instance)
    ]
    for interface in interfaces:
        yield from _addresses(asked, interface)
    if not interfaces:
        state = asked.world.states.get(name, "")
        obstacle = Obstacle(Code.BAD_STATE, name, f"it is {state} and has no interface")
        yield _Spot("", "", obstacle=obstacle)


def _addresses(asked: _Asked, interface: NetworkInterface) -> Iterator[_Spot]:
    families = asked.question.families
    named = [(a, f) for a, f in asked.world.addresses_of(interface) if f in families]
    for address, family in named:
        place = Place(
            interface=interface.id,
            subnet=interface.subnet,
            address=address,
            family=family,
            groups=interface.groups,
            kind=interface.kind,
            instance=interface.instance,
        )
        yield _Spot(interface.id, address, place)
    if not named:
        yield _hidden(asked.world.outside, interface, families)


def _hidden(
    outside: Outside, interface: NetworkInterface, families: Iterable[Family]
) -> _Spot:
    """Give the spot of an interface that those outside cannot name."""
    if not outside.is_named_publicly:
        because = "it has no address of that family in its VPC's ranges"
        code = _UNNAMED.get(outside.entry, Code.NO_ROUTE)
        return _Spot(interface.id, "", obstacle=Obstacle(code, interface.id, because))
    if "ipv4" in families:
        address = interface.addresses[0].private if interface.addresses else ""
        because = "it has no public address"
    else:
        address = interface.ipv6[0] if interface.ipv6 else ""
        because = (
            "it denies internet gateway traffic"
            if interface.denies_gateway_traffic
            else "it has no IPv6 address that the internet can name"
        )
    obstacle = Obstacle(Code.NO_PUBLIC_ADDRESS, interface.id, because)
    return _Spot(interface.id, address, obstacle=obstacle)


def _fronts(asked: _Asked, balancer: LoadBalancer) -> Iterator[_Spot]:
    """Give the spots of a load balancer's nodes, or of its subnets for them."""
    places = asked.ways.places(balancer)
    if isinstance(places, Obstacle):
        yield _Spot(balancer.id, balancer.dns_name, obstacle=places)
        return
    for place in places:
        if asked.question.resource in (balancer.id, place.interface):
            yield _Spot(place.interface, place.address, place)
