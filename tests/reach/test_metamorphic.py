"""What a change of the world may and may not do to what gets in."""

import random
from dataclasses import replace
from typing import Any

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import Route, Rule
from ringfence.reach import Exposure, exposures, sets
from ringfence.reach.networks import network_exposures
from ringfence.reach.sets import Ranges
from tests.reach.balanced_worlds import balanced_world
from tests.reach.joined import NETWORKS, joined_world
from tests.reach.test_against_walker import (
    is_bogon,
    packets,
    protocols_named,
    rows_for,
)
from tests.reach.worlds import world

SEEDS = range(60)


def let_in(inventory: Inventory, seed: int) -> set[tuple[Any, str]]:
    """Give some packets that get in, with their sessions."""
    rows = exposures(inventory).rows
    asked = [p for p in packets(inventory) if not is_bogon(p.source)]
    found = set()
    for packet in random.Random(seed).sample(asked, 300):
        covering = rows_for(rows, packet, protocols_named(inventory, packet.target))
        found |= {(packet, row.session) for row in covering}
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_an_added_rule_never_removes(seed: int) -> None:
    """Whoever got in before another allow gets in after it."""
    before = world(seed)
    group = before.security_groups[0]
    # One that names no protocol of its own, which would tell it apart from `other`.
    more = Rule(
        group.id,
        is_egress=False,
        protocol="tcp",
        ports=(0, 65535),
        icmp=(-1, -1),
        source="203.0.113.0/24",
    )
    wider = replace(group, rules=(*group.rules, more))
    after = replace(before, security_groups=(wider, *before.security_groups[1:]))

    assert let_in(before, seed) <= let_in(after, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_removed_way_back_never_adds_a_session(seed: int) -> None:
    """Without a route to the gateway fewer get replies, and nobody more gets in."""
    before = world(seed)
    ways = {"igw-1", "vpce-1", "vpce-2", "eni-fw"}
    after = replace(
        before,
        route_tables=tuple(
            replace(
                table,
                routes=tuple(r for r in table.routes if r.target not in ways),
            )
            if not table.gateways
            else table
            for table in before.route_tables
        ),
    )
    both = {packet for packet, session in let_in(after, seed) if session == "both"}

    assert both == set()
    assert {p for p, _ in let_in(before, seed)} == {p for p, _ in let_in(after, seed)}


def shuffled(inventory: Inventory, seed: int) -> Inventory:
    """Give the same world with every list in another order."""
    pick = random.Random(seed)

    def mixed(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(pick.sample(items, len(items)))

    return replace(
        inventory,
        security_groups=mixed(
            tuple(replace(g, rules=mixed(g.rules)) for g in inventory.security_groups)
        ),
        route_tables=mixed(
            tuple(replace(t, routes=mixed(t.routes)) for t in inventory.route_tables)
        ),
        network_interfaces=mixed(
            tuple(
                replace(i, groups=mixed(i.groups)) for i in inventory.network_interfaces
            )
        ),
        network_acls=mixed(inventory.network_acls),
        prefix_lists=mixed(inventory.prefix_lists),
        load_balancers=mixed(inventory.load_balancers),
        listeners=mixed(
            tuple(replace(one, rules=mixed(one.rules)) for one in inventory.listeners)
        ),
        target_groups=mixed(
            tuple(replace(g, targets=mixed(g.targets)) for g in inventory.target_groups)
        ),
    )


def clients_of(inventory: Inventory) -> dict[Any, set[str]]:
    """Give the sources by what they reach, whatever row and path they stand in."""
    found: dict[Any, set[str]] = {}
    for row in exposures(inventory).rows:
        key = (row.address, row.protocol, row.ports, row.icmp, row.session)
        found.setdefault(key, set()).update(row.sources)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_records_does_not_matter(seed: int) -> None:
    """AWS promises no order, so none may change what gets in."""
    plain = world(seed)

    assert clients_of(plain) == clients_of(shuffled(plain, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_records_does_not_matter_behind_balancers(seed: int) -> None:
    """Nor does it where several nodes lead to one target."""
    plain = balanced_world(seed)

    assert reached_by(plain) == reached_by(shuffled(plain, seed))


def reached_by(inventory: Inventory) -> set[tuple[str, str, Any]]:
    """Give who is reached on which ports in which session."""
    return {
        (row.interface, row.session, row.ports) for row in exposures(inventory).rows
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_are_as_few_as_can_be(seed: int) -> None:
    """No two rows of one address could be written as one block of ports."""
    rows = [row for row in exposures(world(seed)).rows if row.ports]
    starts = {(_who(row), row.ports[0]) for row in rows if row.ports}
    joinable = [
        row for row in rows if row.ports and (_who(row), row.ports[1] + 1) in starts
    ]

    assert [] == joinable


def _who(row: Exposure) -> tuple[str, str, str, tuple[str, ...]]:
    return row.address, row.protocol, row.session, row.sources


@pytest.mark.parametrize("seed", SEEDS)
def test_an_added_route_to_a_peer_never_removes(seed: int) -> None:
    """Whoever of a peered VPC got in gets in, and more of them get replies."""
    before = joined_world(seed)
    more = Route(destination="10.1.0.0/16", target="pcx-1")
    after = replace(
        before,
        route_tables=tuple(
            table
            if table.gateways or any(r.destination[:5] == "10.1." for r in table.routes)
            else replace(table, routes=(*table.routes, more))
            for table in before.route_tables
        ),
    )
    old, new = (from_network(world, "vpc-2") for world in (before, after))

    assert _clients(old) == _clients(new)
    assert _clients(old, "both").keys() <= _clients(new, "both").keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_take_nothing_from_the_internet(seed: int) -> None:
    """Peerings and their state change nothing about who comes from the internet."""
    joined = joined_world(seed)

    assert exposures(joined).rows == exposures(replace(joined, peerings=())).rows


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_records_does_not_matter_to_networks(seed: int) -> None:
    """AWS promises no order, so none may change what gets in."""
    joined = joined_world(seed)
    mixed = shuffled(joined, seed)

    for name in NETWORKS:
        assert _clients(from_network(joined, name)) == _clients(
            from_network(mixed, name)
        )


def from_network(inventory: Inventory, name: str) -> list[Exposure]:
    """Give the rows of one network."""
    return [row for row in network_exposures(inventory).rows if row.source == name]


def _clients(rows: list[Exposure], session: str = "") -> dict[Any, Ranges]:
    """Give who gets packets in, to which address, protocol and ports."""
    found: dict[Any, Ranges] = {}
    for row in rows:
        if session in ("", row.session):
            key = (row.address, row.protocol, row.ports, row.icmp)
            mine = sets.of(row.sources, row.family)
            found[key] = sets.union(found.get(key, ()), mine)
    return found
