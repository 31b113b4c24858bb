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
from ringfence.reach import Exposure
from ringfence.reach.balancers import balancer_nodes
from ringfence.reach.engine import World, addresses_of
from ringfence.reach.filters import UnreadableError
from ringfence.reach.fleet import Fleet
from ringfence.reach.obstacles import (
    Code,
    Obstacle,
    Place,
    Question,
    first_obstacle,
    reply_obstacle,
)
from ringfence.reach.sets import Family
from ringfence.reach.unread import told_exposures, unread_needs
from ringfence.reach.ways import UNEXPLAINED, Way, Ways


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
    A question with the records that it is about.

    *goal* is the resource, or the load balancer of one that is a node.
    """

    world: World
    question: Question
    goal: str
    ways: Ways


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
    """Answer *question* for each address of its resource, an id that is known."""
    found = told_exposures(inventory)
    blinds = {
        blind.interface: blind.because
        for blind in found.unknown
        if question.resource in (blind.resource, blind.interface)
    }
    if found.unknown and unread_needs(inventory):
        because = next(iter(blinds.values()), found.unknown[0].because)
        return tuple(
            Answer(interface=name, address="", verdict=Verdict.UNKNOWN, because=because)
            for name in blinds or (question.resource,)
        )
    asked = _asked(inventory, question)
    rows: dict[tuple[str, str], list[Exposure]] = {}
    for row in found.rows:
        of_it = question.resource in (row.resource, row.interface)
        if of_it and row.entry != "load-balancer" and question.is_met_by(row):
            rows.setdefault((row.interface, row.address), []).append(row)
    ways = tuple(asked.ways.leading_to(asked.goal))
    reached = {row.interface for way in ways for row in way.rows}
    reached |= {interface for interface, _ in rows}
    if reached:
        reached.add(asked.goal)
    answers = [_reached(asked, *key, tuple(some)) for key, some in rows.items()]
    for spot in _spots(asked):
        if (spot.interface, spot.address) in rows:
            continue
        if spot.place is None and spot.interface in reached:
            continue  # it needs no address of its own: a load balancer leads there
        answers.append(_stopped(asked, spot, blinds))
    return (*answers, *(_led(asked, way) for way in ways))


def _asked(inventory: Inventory, question: Question) -> _Asked:
    world = World(inventory)
    nodes = balancer_nodes(inventory)
    ways = Ways(world, Fleet(world, nodes), question)
    return _Asked(
        world, question, nodes.get(question.resource, question.resource), ways
    )


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
    if row.entry == "internet-gateway" and subnet:
        obstacle = reply_obstacle(asked.world.borders.of(subnet), row)
    return replace(answer, verdict=Verdict.ONE_WAY, obstacle=obstacle)


def _stopped(asked: _Asked, spot: _Spot, blinds: Mapping[str, str]) -> Answer:
    """Say what stops packets to *spot*, unless something unread may let them in."""
    because = blinds.get(spot.interface) or blinds.get(asked.question.resource)
    obstacle = spot.obstacle
    if because is None and spot.place:
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
    public = [(a, f) for a, f in addresses_of(interface) if f in families]
    for address, family in public:
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
    if not public:
        yield _hidden(interface, families)


def _hidden(interface: NetworkInterface, families: Iterable[Family]) -> _Spot:
    """Give the spot of an interface that the internet cannot name."""
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
