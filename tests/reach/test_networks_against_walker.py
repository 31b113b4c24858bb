"""What comes from other networks agrees with a walker of one packet at a time."""

import ipaddress
import random
from collections.abc import Iterator

import pytest

from ringfence.inventory import Inventory
from ringfence.reach import Exposure
from ringfence.reach.networks import network_exposures
from tests.reach.balanced_walker import reached
from tests.reach.balanced_worlds import DIALLED
from tests.reach.joined import NETWORKS, balanced_joined_world, joined_world
from tests.reach.network_walker import side, verdict_from
from tests.reach.test_against_walker import NUMBERS, protocols_named, rows_for
from tests.reach.walker import Packet

SOURCES = (
    "10.0.0.10",
    "10.0.5.5",
    "10.1.0.5",
    "10.1.0.6",
    "10.1.0.7",
    "10.1.255.255",
    "10.2.0.0",
    "10.9.0.9",
    "10.9.1.1",
    "10.10.0.0",
    "172.16.0.1",
    "172.16.5.5",
    "172.32.0.0",
    "192.168.1.1",
    "127.0.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "1.1.1.1",
    "203.0.113.9",
    "203.0.113.200",
    "198.51.100.8",
    "2600:1f01::5",
    "2600:1f01::6",
    "2600:1f01:0:100::",
    "2600:1f00::99",
    "2001:db8:9::1",
    "2001:db8:1::5",
    "fd00::1",
    "fd00:1::1",
    "fe80::1",
    "2a00::1",
)


def packets(inventory: Inventory) -> Iterator[Packet]:
    """Give packets at the edges of every rule, to every private address."""
    for interface in inventory.network_interfaces:
        private = [address.private for address in interface.addresses]
        for target in [*private, *interface.ipv6]:
            version = ipaddress.ip_address(target).version
            for source in SOURCES:
                if ipaddress.ip_address(source).version != version:
                    continue
                for number in NUMBERS:
                    yield Packet(source, target, "tcp", number)
                    yield Packet(source, target, "udp", number)
                icmp = "icmp" if version == 4 else "icmpv6"
                yield Packet(source, target, icmp, (8, 0))
                yield Packet(source, target, icmp, (3, 4))
                yield Packet(source, target, "47", None)
                yield Packet(source, target, "50", None)


def agree(seeds: range, packets_each: int, pick: random.Random) -> int:
    """Hold packets of the worlds of *seeds* against the walker; give their number."""
    held = 0
    for seed in seeds:
        inventory = joined_world(seed)
        found = network_exposures(inventory).rows
        by_network = {name: of_network(found, name) for name in NETWORKS}
        possible = list(packets(inventory))
        named = {p.target: protocols_named(inventory, p.target) for p in possible}
        for packet in pick.choices(possible, k=packets_each):
            network = pick.choice(NETWORKS)
            rows = rows_for(by_network[network], packet, named[packet.target])
            told = rows[0].session if rows else "no"
            held += 1

            assert (len(rows) <= 1, told) == (
                True,
                verdict_from(inventory, packet, network),
            ), (seed, packet, network)
    return held


def of_network(rows: tuple[Exposure, ...], name: str) -> tuple[Exposure, ...]:
    """Give the rows whose source is the network *name*."""
    return tuple(row for row in rows if row.source == name)


@pytest.mark.parametrize("block", range(4))
def test_every_packet_gets_the_walkers_verdict(block: int) -> None:
    """A packet is in exactly one row of its network if and only if it gets in."""
    assert 7500 == agree(range(block * 30, block * 30 + 30), 250, random.Random(block))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_many_packets_get_the_walkers_verdict(block: int) -> None:
    """The same for a hundred thousand packets in each of four blocks of worlds."""
    start = 1000 + block * 200

    assert agree(range(start, start + 200), 500, random.Random(block)) == 100_000


@pytest.mark.parametrize("block", range(5))
def test_every_client_reaches_the_walkers_targets(block: int) -> None:
    """Internal load balancers and public ones lead networks to the same targets."""
    pick = random.Random(block)
    for seed in range(block * 40, block * 40 + 40):
        inventory = balanced_joined_world(seed)
        rows = network_exposures(inventory).rows
        for source in pick.sample(SOURCES, 8):
            for network in NETWORKS:
                for port in DIALLED:
                    told = covering(of_network(rows, network), source, port)
                    real = reached(inventory, source, port, side(network))

                    assert real == told, (seed, source, network, port)


def covering(
    rows: tuple[Exposure, ...], source: str, port: int
) -> dict[str, tuple[str, bool]]:
    """Give the targets whose rows have the client at *source*, dialling *port*."""
    address = ipaddress.ip_address(source)
    return {
        row.interface: (row.session, row.authenticated_by is not None)
        for row in rows
        if row.entry == "load-balancer"
        and row.ports == (port, port)
        and any(address in ipaddress.ip_network(cidr) for cidr in row.sources)
    }
