"""Why an address that is not on the internet has no way into a VPC."""

from collections.abc import Iterator

from ringfence.inventory import Inventory
from ringfence.inventory.records import Peering, RouteTable
from ringfence.reach import sets
from ringfence.reach.obstacles import Code, Obstacle, Question, no_network_has
from ringfence.reach.sets import Family, Ranges

_LEADING = ("pcx-", "tgw-", "vgw-")


def stray(
    inventory: Inventory, question: Question, vpc: str, component: str
) -> Obstacle:
    """
    Give the first thing that keeps the question's source out of *vpc*.

    To be asked where no network that is joined to it has that source.
    """
    (family,) = question.families
    asked = question.sources(family)
    for peering in inventory.peerings:
        if vpc in (peering.requester_vpc, peering.accepter_vpc):
            has_it = sets.intersection(asked, _of_peer(peering, vpc, family))
            if has_it and peering.state != "active":
                because = f"the peering with {_peer(peering, vpc)} is {peering.state}"
                return Obstacle(Code.BAD_STATE, peering.id, because)
    for table, target, is_active in _routes(inventory, vpc, family, asked):
        if not is_active:
            because = f"the route to {target} leads nowhere"
            return Obstacle(Code.BAD_STATE_ROUTE, table.id, because)
        if target.startswith("pcx-"):
            because = f"{question.source} is not the peered VPC's own: no way leads on"
            return Obstacle(Code.NOT_OF_PEER, target, because)
    return no_network_has(question, vpc, component)


def _routes(
    inventory: Inventory, vpc: str, family: Family, asked: Ranges
) -> Iterator[tuple[RouteTable, str, bool]]:
    """Give the routes of *vpc* to other networks that name some of *asked*."""
    for table in inventory.route_tables:
        if table.vpc != vpc:
            continue
        for route in table.routes:
            if not route.target.startswith(_LEADING) or route.destination[:3] == "pl-":
                continue
            kind, ranges = sets.parse(route.destination)
            if kind == family and sets.intersection(ranges, asked):
                yield table, route.target, route.is_active


def _peer(peering: Peering, vpc: str) -> str:
    is_ours = vpc == peering.requester_vpc
    return peering.accepter_vpc if is_ours else peering.requester_vpc


def _of_peer(peering: Peering, vpc: str, family: Family) -> Ranges:
    is_ours = vpc == peering.requester_vpc
    cidrs = peering.accepter_cidrs if is_ours else peering.requester_cidrs
    return sets.of(cidrs, family)
