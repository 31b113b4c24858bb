"""The ways through load balancers, each with where it leads or what stops it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ringfence.inventory.records import LoadBalancer
from ringfence.reach import Exposure, sets
from ringfence.reach.engine import World
from ringfence.reach.filters import UnreadableError
from ringfence.reach.fleet import Fleet
from ringfence.reach.hindrances import hindrance
from ringfence.reach.legs import Step, Stop
from ringfence.reach.listeners import answers as listens
from ringfence.reach.obstacles import (
    Code,
    Obstacle,
    Place,
    Question,
    first_obstacle,
    reply_obstacle,
)
from ringfence.reach.sets import Ranges

UNEXPLAINED = "what stops it cannot be explained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    One way in: by a load balancer's node, or by any where that makes no difference.

    It has *rows*, or an *obstacle*, or *because* it cannot be told. With rows
    that are one-way, the obstacle is what loses the replies.
    """

    balancer: LoadBalancer
    interface: str
    address: str
    rows: tuple[Exposure, ...] = ()
    obstacle: Obstacle | None = None
    because: str = ""


class Ways:
    """The load balancers of a world, asked one question."""

    def __init__(self, world: World, fleet: Fleet, question: Question) -> None:
        self._world = world
        self._fleet = fleet
        self._question = question

    def places(self, balancer: LoadBalancer) -> Obstacle | tuple[Place, ...]:
        """Give the addresses of its nodes, or what stops packets at all of them."""
        obstacle = self._at_the_balancer(balancer)
        if obstacle:
            return obstacle
        places = tuple(
            Place(
                interface=node.id,
                subnet=node.subnet,
                address=address,
                family=family,
                groups=groups,
            )
            for node, address, family, groups in self._fleet.fronts(balancer)
            if family in self._question.families
        )
        because = "it has no address of that family"
        return places or Obstacle(Code.NO_PUBLIC_ADDRESS, balancer.id, because)

    def leading_to(self, goal: str) -> Iterator[Way]:
        """
        Give the ways to *goal*: what the question names, or the balancer of a node.

        Of several that one node has, an obstacle is told of the one that gets
        furthest, and it is the first on it.
        """
        leading = self._fleet.leading_to(goal)
        at = {goal, *(balancer.id for balancer in leading)}
        for balancer in leading:
            if balancer.kind == "gateway":
                continue  # packets get to it by a route, not by a client's dialling
            places = self.places(balancer)
            if isinstance(places, Obstacle):
                yield Way(
                    balancer=balancer,
                    interface=balancer.id,
                    address=balancer.dns_name,
                    obstacle=places,
                )
                continue
            for place in places:
                way = Way(
                    balancer=balancer, interface=place.interface, address=place.address
                )
                try:
                    yield self._followed(way, place, at)
                except UnreadableError as reason:
                    yield replace(way, because=str(reason))

    def beyond(self, rows: Iterable[Exposure]) -> Obstacle | None:
        """Give what keeps a load balancer from passing on what *rows* let in to it."""
        stops: list[Stop] = []
        for row in rows:
            balancer = self._fleet.balancer(row.resource)
            if balancer is None:
                continue
            try:
                for way in self._fleet.ways(balancer, self._asked(row), _port(row)):
                    if isinstance(way, Exposure) or way.step is Step.OUTSIDE:
                        return None
                    stops.append(way)
            except UnreadableError:
                return None  # its targets are answered as unknown themselves
        return self._furthest(stops)

    def _at_the_balancer(self, balancer: LoadBalancer) -> Obstacle | None:
        """Give what stops packets whichever node they come to."""
        question = self._question
        is_public = self._world.outside.is_named_publicly
        if is_public and not balancer.is_internet_facing:
            because = "it is internal: its nodes have no public addresses"
            return Obstacle(Code.NO_PUBLIC_ADDRESS, balancer.id, because)
        if any(
            listens(listener, question.protocol, question.port)
            for listener in self._world.inventory.listeners
            if listener.balancer == balancer.id
        ):
            return None
        is_classic = balancer.kind == "classic"
        code = Code.NO_CLASSIC_LISTENER if is_classic else Code.NO_LISTENER
        return Obstacle(code, balancer.id, f"no listener takes {question.traffic}")

    def _followed(self, way: Way, place: Place, at: set[str]) -> Way:
        """Follow *way* from its node's address to what the question names."""
        fronts = [
            row
            for row in self._fleet.told_rows(way.balancer)[0]
            if (row.interface, row.address) == (place.interface, place.address)
            and self._is_met_by(row)
        ]
        if not fronts:
            obstacle = first_obstacle(self._world, place, self._question)
            because = "" if obstacle else UNEXPLAINED
            return replace(way, obstacle=obstacle, because=because)
        rows = tuple(
            found
            for front in fronts
            for found in self._fleet.ways(way.balancer, front, self._question.port)
            if isinstance(found, Exposure)
            and self._question.resource in (found.resource, found.interface)
            and self._is_met_by(found)
        )
        if rows:
            return replace(way, rows=rows, obstacle=self._losing(fronts, rows))
        obstacle = self._furthest(
            found
            for front in map(self._asked, fronts)
            for found in self._fleet.ways(way.balancer, front, self._question.port)
            if isinstance(found, Stop) and self._is_about(found, at)
        )
        return replace(way, obstacle=obstacle, because="" if obstacle else UNEXPLAINED)

    def _losing(
        self, fronts: Iterable[Exposure], rows: tuple[Exposure, ...]
    ) -> Obstacle | None:
        """Give what loses the replies to *rows*; None: some get out."""
        if any(row.session == "both" for row in rows):
            return None
        lost = [front for front in fronts if front.session != "both"]
        if lost and all(front in lost for front in fronts):
            subnet = next(hop.id for hop in lost[0].path if hop.type == "subnet")
            return reply_obstacle(self._world.borders.of(subnet), lost[0])
        at = rows[0].interface
        ends = (
            item.subnet
            for item in self._world.inventory.network_interfaces
            if item.id == at
        )
        acl = next((self._world.borders.of(end).acl.id for end in ends), at)
        because = "the replies are lost between the target and the load balancer"
        return Obstacle(Code.ACL, acl, because)

    def _is_about(self, stop: Stop, at: set[str]) -> bool:
        """Whether *stop* is on a way to what the question names."""
        if stop.at in at:
            return True
        return stop.end is not None and stop.end.interface == self._question.resource

    def _is_met_by(self, row: Exposure) -> bool:
        return self._question.is_met_by(row) and bool(self._clients(row))

    def _clients(self, row: Exposure) -> Ranges:
        """Give the clients of *row* who are asked about."""
        asked = self._question.sources(row.family)
        return sets.intersection(self._world.clients_of(row), asked)

    def _asked(self, row: Exposure) -> Exposure:
        """Give *row* with the clients who are asked about only."""
        return replace(row, sources=self._world.written(self._clients(row), row))

    def _furthest(self, stops: Iterable[Stop]) -> Obstacle | None:
        last = max(stops, key=lambda stop: (stop.depth, stop.step), default=None)
        return hindrance(self._world, last, self._question) if last else None


def _port(row: Exposure) -> int:
    """Give the port at which *row* comes to its load balancer."""
    for hop in reversed(row.path):
        if hop.type in ("target-group", "endpoint-group") and hop.rule:
            return int(hop.rule)
    return row.ports[0] if row.ports else 0
