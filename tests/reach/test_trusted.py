"""Rows told apart by the names of trusted ranges."""

import ipaddress
from dataclasses import replace

from ringfence.reach import sets
from ringfence.reach.networks import network_exposures
from ringfence.reach.obstacles import sources_in
from ringfence.reach.trusted import told_apart
from ringfence.reach.unread import told_exposures
from tests import build
from tests.reach.joined import joined_world
from tests.reach.test_networks import joined

OFFICE = {"office": ("203.0.113.0/24",)}


def test_a_trusted_range_is_a_row_of_its_own() -> None:
    """Half of what a rule lets in may be the office's."""
    world = build.public(build.a_rule(22, "203.0.112.0/23"))
    rows = told_apart(world, told_exposures(world).rows, OFFICE)

    assert [
        ("internet", ("203.0.112.0/24",)),
        ("office", ("203.0.113.0/24",)),
    ] == [(row.source, row.sources) for row in rows]


def test_without_a_name_nothing_changes() -> None:
    """Rows that no range has part in are as they were."""
    world = build.public(build.a_rule(22, "198.51.100.0/24"))
    rows = told_exposures(world).rows

    assert rows == told_apart(world, rows, {})
    assert rows == told_apart(world, rows, OFFICE)


def test_a_range_within_a_network_has_its_name() -> None:
    """The VPN's clients are told from the rest of what the gateway leads to."""
    world = joined(build.a_rule(22), target="vgw-1")
    rows = network_exposures(replace(world, peerings=())).rows
    told = told_apart(world, rows, {"vpn": ("10.1.8.0/24",)})

    assert {"vgw-1", "vpn"} == {row.source for row in told}
    assert {"vpn-gateway"} == {row.entry for row in told}


def test_the_first_of_overlapping_ranges_has_the_address() -> None:
    """A packet is in one row, whatever names overlap."""
    world = build.public(build.a_rule(22, "203.0.113.0/24"))
    names = {"desk": ("203.0.113.7/32",), "office": ("203.0.113.0/24",)}
    rows = told_apart(world, told_exposures(world).rows, names)

    assert ["desk", "office"] == [row.source for row in rows]
    assert not sets.intersection(*(sources_in(row) for row in rows))


def test_ports_that_have_become_alike_are_one_row() -> None:
    """The office gets to both ports, everybody to one of them."""
    world = build.public(
        build.a_rule(22, "203.0.113.0/24"), replace(build.a_rule(23), id="sgr-2")
    )
    rows = told_apart(world, told_exposures(world).rows, OFFICE)

    assert {("internet", (23, 23)), ("office", (22, 23))} == {
        (row.source, row.ports) for row in rows
    }
    (office,) = (row for row in rows if row.source == "office")
    groups = [hop for hop in office.path if hop.type == "security-group"]
    assert 2 == len(groups)


def test_splitting_neither_adds_nor_takes() -> None:
    """In random worlds the same sources get to the same ports as before."""
    names = {
        "office": ("203.0.113.128/25", "2001:db8::/48"),
        "vpn": ("172.16.0.0/16", "10.1.0.0/25", "fd00::/16"),
    }
    own = ipaddress.ip_network("2600:1f00::/56")
    for seed in range(40):
        world = joined_world(seed)
        rows = told_exposures(world).rows
        told = told_apart(world, rows, names)
        for probe in ("203.0.113.129", "203.0.113.1", "10.1.0.5", "172.16.5.5"):
            family, at = sets.parse(probe)
            assert family == "ipv4"
            for port in (22, 443):
                before, after = (
                    sorted(
                        (row.interface, row.address, row.protocol, row.session)
                        for row in some
                        if row.ports
                        and row.family == family
                        and row.ports[0] <= port <= row.ports[1]
                        and sets.intersection(sources_in(row), at)
                    )
                    for some in (rows, told)
                )
                assert before == after
        assert not any(
            ipaddress.ip_network(cidr).subnet_of(own)  # type: ignore[arg-type]
            for row in told
            if row.family == "ipv6" and row.address.startswith("2600:1f00")
            for cidr in row.sources
        )
