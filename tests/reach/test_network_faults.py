"""
The comparison across networks and edges would notice each of these mistakes.

The engine is asked about a world that has been bent as the mistake would read it,
the walker about the real one.
"""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import Route
from ringfence.reach import exposures
from ringfence.reach.networks import network_exposures
from tests.reach.balanced_walker import reached
from tests.reach.balanced_worlds import DIALLED
from tests.reach.joined import NETWORKS, balanced_joined_world, joined_world
from tests.reach.network_walker import side, verdict_from
from tests.reach.test_against_walker import protocols_named, rows_for
from tests.reach.test_networks_against_walker import (
    SOURCES,
    covering,
    of_network,
    packets,
)
from tests.reach.test_seeded_faults import FAULTS as FILTER_FAULTS
from tests.reach.test_seeded_faults import all_is_facing
from tests.reach.walker import way_in
from tests.reach.worlds import world

Bend = Callable[[Inventory], Inventory]


def with_routes(change: Callable[[Route], Route | None]) -> Bend:
    """Bend the routes of every table; None takes one away."""

    def bend(inventory: Inventory) -> Inventory:
        tables = (
            replace(
                table,
                routes=tuple(new for r in table.routes if (new := change(r))),
            )
            for table in inventory.route_tables
        )
        return replace(inventory, route_tables=tuple(tables))

    return bend


def all_peerings_active(inventory: Inventory) -> Inventory:
    """Take a peering for usable whatever its state."""
    active = (replace(item, state="active") for item in inventory.peerings)
    return replace(inventory, peerings=tuple(active))


def requesters_only(inventory: Inventory) -> Inventory:
    """Look at the side only that asked for a peering."""
    peerings = (replace(item, requester_vpc="") for item in inventory.peerings)
    return replace(inventory, peerings=tuple(peerings))


def transitive(inventory: Inventory) -> Inventory:
    """Take whatever a route sends to a peering for the peer's own."""
    peerings = (
        replace(item, accepter_cidrs=(*item.accepter_cidrs, "10.2.0.0/16", "fd00::/8"))
        for item in inventory.peerings
    )
    return replace(inventory, peerings=tuple(peerings))


def ipv4_only(inventory: Inventory) -> Inventory:
    """Forget that a peer has IPv6."""
    peerings = (
        replace(
            item,
            accepter_cidrs=item.accepter_cidrs[:1],
            requester_cidrs=item.requester_cidrs[:1],
        )
        for item in inventory.peerings
    )
    return replace(inventory, peerings=tuple(peerings))


def no_references(inventory: Inventory) -> Inventory:
    """Take references to groups for empty, as they are for the internet."""
    groups = (
        replace(
            group,
            rules=tuple(r for r in group.rules if not r.source.startswith("sg-")),
        )
        for group in inventory.security_groups
    )
    return replace(inventory, security_groups=tuple(groups))


def wide_references(inventory: Inventory) -> Inventory:
    """Take a reference to a peer's group for the whole peer."""
    groups = (
        replace(
            group,
            rules=tuple(
                replace(r, source="10.1.0.0/16") if r.source == "sg-0000000p" else r
                for r in group.rules
            ),
        )
        for group in inventory.security_groups
    )
    return replace(inventory, security_groups=tuple(groups))


def nothing_is_closed(inventory: Inventory) -> Inventory:
    """Take NAT gateways for servers."""
    kinds = (replace(item, kind="interface") for item in inventory.network_interfaces)
    return replace(inventory, network_interfaces=tuple(kinds))


FAULTS: dict[str, Bend] = {
    "peerings are always active": all_peerings_active,
    "a peering has one side": requesters_only,
    "peerings are transitive": transitive,
    "networks have no IPv6": ipv4_only,
    "references across a peering are ignored": no_references,
    "a reference across a peering is its whole VPC": wide_references,
    "NAT gateways take connections": nothing_is_closed,
    "edges are ignored": lambda inventory: replace(
        inventory,
        route_tables=tuple(t for t in inventory.route_tables if not t.gateways),
    ),
    "dead routes lead on": with_routes(lambda route: replace(route, is_active=True)),
    "prefix lists in routes are ignored": with_routes(
        lambda route: None if route.destination.startswith("pl-") else route
    ),
    "stopped instances are reached": lambda inventory: replace(
        inventory,
        instances=tuple(replace(i, state="running") for i in inventory.instances),
    ),
    **{
        name: FILTER_FAULTS[name]
        for name in (
            "the reply's ACL is ignored",
            "explicit route tables are ignored",
            "more specific routes are ignored",
            "one group of an interface is looked at",
        )
    },
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_about_networks_is_noticed(fault: str) -> None:
    """Some packet gets another verdict than the walker's."""
    assert any(_differs(seed, FAULTS[fault]) for seed in range(150))


def _differs(seed: int, bend: Bend) -> bool:
    real = joined_world(seed)
    rows = network_exposures(bend(real)).rows
    pick = random.Random(seed)
    for packet in pick.sample(list(packets(real)), 200):
        network = pick.choice(NETWORKS)
        mine = of_network(rows, network)
        found = rows_for(mine, packet, protocols_named(real, packet.target))
        told = found[0].session if found else "no"
        if told != verdict_from(real, packet, network):
            return True
    return False


def only_facing(inventory: Inventory) -> Inventory:
    """Look at internet-facing load balancers only."""
    facing = (item for item in inventory.load_balancers if item.is_internet_facing)
    return replace(inventory, load_balancers=tuple(facing))


@pytest.mark.parametrize(
    "bend", [only_facing, no_references, all_peerings_active], ids=lambda b: b.__name__
)
def test_a_fault_behind_balancers_is_noticed(bend: Bend) -> None:
    """Some client in a network reaches other targets than the walker's."""
    assert any(_leads_elsewhere(seed, bend) for seed in range(150))


def test_a_scheme_does_not_matter_to_networks() -> None:
    """What the scheme keeps from the internet it keeps from no network."""
    assert not any(_leads_elsewhere(seed, all_is_facing) for seed in range(20))


def _leads_elsewhere(seed: int, bend: Bend) -> bool:
    real = balanced_joined_world(seed)
    rows = network_exposures(bend(real)).rows
    return any(
        reached(real, source, port, side(network))
        != covering(of_network(rows, network), source, port)
        for source in random.Random(seed).sample(SOURCES, 8)
        for network in NETWORKS
        for port in DIALLED
    )


def test_inspectors_are_the_walkers() -> None:
    """A row names the appliance that the gateway's own table leads through."""
    seen = set()
    for seed in range(120):
        inventory = world(seed)
        private = {
            address.public: address.private
            for interface in inventory.network_interfaces
            for address in interface.addresses
        }
        for row in exposures(inventory).rows:
            inside = private.get(row.address, row.address)
            through = way_in(inventory, "igw-1", inside)

            assert through == (row.inspected_by or "igw-1")
            seen.add(row.inspected_by)

    assert {None, "vpce-1", "vpce-2", "eni-fw"} <= seen
