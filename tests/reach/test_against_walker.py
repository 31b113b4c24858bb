"""The set algebra agrees with a walker that takes one packet at a time."""

import ipaddress
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from ringfence.inventory import Inventory
from ringfence.reach import Exposure, exposures
from tests.reach.balanced_walker import reached
from tests.reach.balanced_worlds import DIALLED, INNER, balanced_world
from tests.reach.walker import Packet, verdict
from tests.reach.worlds import world

SOURCES = (
    "1.1.1.1",
    "127.0.0.1",
    "128.0.0.1",
    "203.0.112.255",
    "203.0.113.0",
    "203.0.113.127",
    "203.0.113.128",
    "203.0.114.0",
    "198.51.100.7",
    "198.51.100.8",
    "10.1.2.3",
    "2001:db8::1",
    "2001:db8:1::5",
    "2a00::1",
    "2600:1f00::99",
    "2600:1f00:0:100::1",
    "fd00::1",
)
INSIDE = ipaddress.ip_network("2600:1f00::/56")
NUMBERS = (0, 19, 20, 22, 23, 25, 26, 442, 443, 444, 1023, 1024, 65535)


def packets(inventory: Inventory) -> Iterator[Packet]:
    """Give packets at the edges of every rule, to every address."""
    for interface in inventory.network_interfaces:
        targets = [a.public for a in interface.addresses if a.public]
        for target in [*targets, *interface.ipv6]:
            version = ipaddress.ip_address(target).version
            for source in SOURCES:
                if ipaddress.ip_address(source).version != version:
                    continue
                for number in NUMBERS:
                    yield Packet(source, target, "tcp", number)
                    yield Packet(source, target, "udp", number)
                for kind in ((8, 0), (8, 1), (3, 4), (3, 3), (0, 0)):
                    icmp = "icmp" if version == 4 else "icmpv6"
                    yield Packet(source, target, icmp, kind)
                yield Packet(source, target, "47", None)
                yield Packet(source, target, "50", None)


def protocols_named(inventory: Inventory, target: str) -> set[str]:
    """Give the protocols that ``other`` does not stand for at *target*."""
    (interface,) = (
        item
        for item in inventory.network_interfaces
        if target
        in (
            *(a.public for a in item.addresses),
            *(a.private for a in item.addresses),
            *item.ipv6,
        )
    )
    groups = [g for g in inventory.security_groups if g.id in interface.groups]
    mine = [a for a in inventory.network_acls if interface.subnet in a.subnets]
    default = [
        a for a in inventory.network_acls if a.is_default and a.vpc == interface.vpc
    ]
    rules = {r.protocol for group in groups for r in group.rules if not r.is_egress}
    entries = {entry.protocol for entry in (mine or default)[0].entries}
    return rules | entries | {"tcp", "udp", "icmp", "icmpv6"}


def rows_for(
    rows: tuple[Exposure, ...], packet: Packet, named: set[str]
) -> list[Exposure]:
    """Give the rows that cover *packet*."""
    address = ipaddress.ip_address(packet.source)
    found = []
    for row in rows:
        if row.address != packet.target:
            continue
        if row.protocol != packet.protocol and not (
            row.protocol == "other" and packet.protocol not in named
        ):
            continue
        if isinstance(packet.number, int):
            assert row.ports is not None
            if not row.ports[0] <= packet.number <= row.ports[1]:
                continue
        if isinstance(packet.number, tuple) and row.icmp is not None:
            kind, code = row.icmp
            if kind not in (-1, packet.number[0]) or code not in (-1, packet.number[1]):
                continue
        if row.sources == ("::/0",) and address in INSIDE:
            continue  # the whole internet, and so not the VPC itself
        if any(address in ipaddress.ip_network(cidr) for cidr in row.sources):
            found.append(row)
    return found


def is_bogon(source: str) -> bool:
    """Whether the row's ``/0`` may say more than is meant."""
    return not ipaddress.ip_address(source).is_global and source not in (
        "203.0.113.0",
        "203.0.113.127",
        "203.0.113.128",
        "198.51.100.7",
        "198.51.100.8",
        "2001:db8::1",
        "2001:db8:1::5",
    )


def agree(seeds: range, packets_each: int, pick: random.Random) -> int:
    """Hold packets of the worlds of *seeds* against the walker; give their number."""
    held = 0
    for seed in seeds:
        inventory = world(seed)
        rows = exposures(inventory).rows
        possible = [p for p in packets(inventory) if not is_bogon(p.source)]
        named = {p.target: protocols_named(inventory, p.target) for p in possible}
        for packet in pick.sample(possible, min(packets_each, len(possible))):
            found = rows_for(rows, packet, named[packet.target])
            told = found[0].session if found else "no"
            held += 1

            assert (len(found) <= 1, told) == (True, verdict(inventory, packet)), (
                seed,
                packet,
            )
    return held


@pytest.mark.parametrize("block", range(4))
def test_every_packet_gets_the_walkers_verdict(block: int) -> None:
    """A packet is in exactly one row if and only if the walker lets it in."""
    assert 7500 == agree(range(block * 30, block * 30 + 30), 250, random.Random(block))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_a_million_packets_get_the_walkers_verdict(block: int) -> None:
    """The same for a hundred thousand packets in each of ten blocks of worlds."""
    start = 1000 + block * 200

    assert agree(range(start, start + 200), 500, random.Random(block)) == 100_000


@pytest.mark.parametrize("block", range(10))
def test_every_client_reaches_the_walkers_targets(block: int) -> None:
    """A target has a row for a client if and only if the walker gets there."""
    pick = random.Random(block)
    for seed in range(block * 40, block * 40 + 40):
        inventory = balanced_world(seed)
        rows = exposures(inventory).rows
        clients = [source for source in SOURCES if not is_bogon(source)]
        for source in pick.sample(clients, 6):
            for port in DIALLED:
                told = covering(rows, source, port)

                assert reached(inventory, source, port) == told, (seed, source, port)


def test_the_balanced_worlds_hold_what_they_are_for() -> None:
    """Agreement says nothing of a thing that no world has."""
    found: Counter[str] = Counter()
    for seed in range(200):
        for row in exposures(balanced_world(seed)).rows:
            if row.entry == "load-balancer":
                found["behind authentication"] += row.authenticated_by is not None
                found["one-way"] += row.session == "one-way"
                is_chain = sum(hop.type == "listener" for hop in row.path) == 2
                found["behind two load balancers"] += is_chain
                found["the second of two"] += row.resource == INNER

    assert 4 == len(found)
    assert min(found.values()) >= 20, found


def covering(
    rows: tuple[Exposure, ...], source: str, port: int
) -> dict[str, tuple[str, bool]]:
    """Give the targets whose rows have the client at *source*, dialling *port*."""
    address = ipaddress.ip_address(source)
    found = [
        (row.interface, (row.session, row.authenticated_by is not None))
        for row in rows
        if row.entry == "load-balancer"
        and row.ports == (port, port)
        and not (row.sources == ("::/0",) and address in INSIDE)
        and any(address in ipaddress.ip_network(cidr) for cidr in row.sources)
    ]
    assert len(found) == len(dict(found)), "a client is in one row of a target"
    return dict(found)
