"""Random small VPCs with every filter that stands between them and the internet."""

import random
from datetime import UTC, datetime

from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.blocking import BlockPublicAccess, Exclusion
from ringfence.inventory.records import (
    AclEntry,
    Gateway,
    NetworkAcl,
    NetworkInterface,
    PrefixList,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Vpc,
)

V4 = (
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "203.0.113.0/24",
    "203.0.113.77/24",
    "198.51.100.7/32",
    "10.0.0.0/8",
)
V6 = ("::/0", "2000::/3", "2001:db8::/32", "2001:db8:1::/48", "2600:1f00::/56")
PORTS = (None, (22, 22), (0, 65535), (20, 25), (443, 443), (1024, 65535), (22, 443))
ICMPS = ((-1, -1), (8, -1), (8, 0), (3, 4))


def world(seed: int) -> Inventory:
    """Give the random inventory of *seed*."""
    pick = random.Random(seed)
    lists = (
        PrefixList(id="pl-0000000a", cidrs=("203.0.113.0/25", "198.51.100.0/24")),
        PrefixList(id="pl-0000000b", cidrs=("2001:db8:1::/48",)),
    )
    groups = tuple(
        SecurityGroup(
            id=f"sg-0000000{n}",
            vpc="vpc-1",
            rules=tuple(
                a_rule(pick, f"sg-0000000{n}") for _ in range(pick.randint(0, 4))
            ),
        )
        for n in range(3)
    )
    subnets = [pick.randint(0, 1) for _ in range(2)]
    interfaces = tuple(
        NetworkInterface(
            id=f"eni-{n}",
            vpc="vpc-1",
            subnet=("subnet-a", "subnet-b")[subnets[n]],
            groups=tuple(
                pick.sample([group.id for group in groups], pick.randint(0, 3))
            ),
            addresses=(
                PrivateAddress(f"10.0.{subnets[n]}.{n + 10}", f"192.0.2.{n + 1}"),
                PrivateAddress(f"10.0.{subnets[n]}.{n + 50}"),
            ),
            ipv6=(
                f"2600:1f00:0:1::{n + 1:x}" if subnets[n] else f"2600:1f00::{n + 1:x}",
            ),
        )
        for n in range(2)
    )
    return Inventory(
        account="111122223333",
        region="eu-west-1",
        taken_at=datetime(2026, 11, 1, tzinfo=UTC),
        read=PARTS,
        vpc_networks=(
            Vpc(id="vpc-1", cidrs=("10.0.0.0/16",), ipv6_cidrs=("2600:1f00::/56",)),
        ),
        subnets=tuple(
            Subnet(
                id=f"subnet-{'ab'[n]}",
                vpc="vpc-1",
                cidr=f"10.0.{n}.0/24",
                ipv6_cidrs=(f"2600:1f00:0:{n}::/64",),
                zone=f"eu-west-1{'ab'[n]}",
            )
            for n in range(2)
        ),
        route_tables=(
            RouteTable(id="rtb-m", vpc="vpc-1", is_main=True, routes=_routes(pick)),
            RouteTable(
                id="rtb-b", vpc="vpc-1", subnets=("subnet-b",), routes=_routes(pick)
            ),
            *_edge(pick, "igw-1"),
        ),
        network_acls=(
            NetworkAcl(
                id="acl-d", vpc="vpc-1", is_default=True, entries=_entries(pick)
            ),
            NetworkAcl(
                id="acl-b", vpc="vpc-1", subnets=("subnet-b",), entries=_entries(pick)
            ),
        ),
        security_groups=groups,
        network_interfaces=interfaces,
        internet_gateways=(
            (Gateway(id="igw-1", vpcs=("vpc-1",)),) if pick.random() < 0.9 else ()
        ),
        prefix_lists=lists,
        block_public_access=_block(pick),
    )


def _block(pick: random.Random) -> tuple[BlockPublicAccess, ...]:
    if pick.random() < 0.8:
        return ()
    exclusion = Exclusion(
        resource=pick.choice(("vpc-1", "subnet-a", "subnet-b", "vpc-2")),
        mode=pick.choice(("allow-bidirectional", "allow-egress")),
    )
    mode = pick.choice(("off", "block-bidirectional", "block-ingress"))
    return (BlockPublicAccess(mode=mode, exclusions=(exclusion,)),)


def _edge(pick: random.Random, gateway: str) -> tuple[RouteTable, ...]:
    """Give the gateway's own table, which may lead through an appliance."""
    if pick.random() < 0.6:
        return ()
    possible = (
        ("10.0.0.0/16", "local"),
        ("2600:1f00::/56", "local"),
        ("10.0.0.0/24", pick.choice(("vpce-1", "local", "eni-fw"))),
        ("10.0.1.0/24", "vpce-2"),
        ("2600:1f00::/64", "vpce-1"),
        ("2600:1f00:0:1::/64", pick.choice(("vpce-2", "local"))),
    )
    routes = tuple(
        Route(
            destination=destination,
            target=target,
            is_active=target == "local" or pick.random() < 0.85,
        )
        for destination, target in possible
        if target == "local" or pick.random() < 0.6
    )
    return (
        RouteTable(
            id=f"rtb-{gateway}", vpc="vpc-1", gateways=(gateway,), routes=routes
        ),
    )


def _spoken(
    pick: random.Random,
) -> tuple[str, tuple[int, int] | None, tuple[int, int]]:
    protocol = pick.choice(("tcp", "tcp", "tcp", "udp", "icmp", "icmpv6", "all", "47"))
    ports = pick.choice(PORTS) if protocol in ("tcp", "udp") else None
    icmp = pick.choice(ICMPS) if protocol.startswith("icmp") else (-1, -1)
    return protocol, ports, icmp


def a_rule(pick: random.Random, group: str) -> Rule:
    """Give a random rule of *group*."""
    protocol, ports, icmp = _spoken(pick)
    return Rule(
        group,
        is_egress=pick.random() < 0.1,
        protocol=protocol,
        ports=ports,
        icmp=icmp,
        source=pick.choice((*V4, *V6, "pl-0000000a", "pl-0000000b", "sg-00000001")),
        id=f"sgr-{pick.getrandbits(32):08x}",
    )


def _entries(pick: random.Random) -> tuple[AclEntry, ...]:
    entries = []
    for number in range(1, pick.randint(2, 9)):
        protocol, ports, icmp = _spoken(pick)
        entries.append(
            AclEntry(
                number=number * 10,
                is_egress=pick.random() < 0.5,
                allows=pick.random() < 0.6,
                protocol=protocol,
                cidr=pick.choice((*V4, *V6)),
                ports=ports,
                icmp=icmp,
            )
        )
    if pick.random() < 0.7:
        entries += [
            AclEntry(
                number=900 + side * 2 + index,
                is_egress=bool(side),
                allows=True,
                protocol="all",
                cidr=cidr,
            )
            for side in (0, 1)
            for index, cidr in enumerate(("0.0.0.0/0", "::/0"))
        ]
    return tuple(sorted(entries, key=lambda entry: entry.number))


_DEFAULTS = ("igw-1", "igw-1", "nat-1", "vpce-1", "vpce-2")


def _routes(pick: random.Random) -> tuple[Route, ...]:
    possible = [
        Route(destination="10.0.0.0/16", target="local"),
        Route(destination="2600:1f00::/56", target="local"),
        Route(destination="0.0.0.0/0", target=pick.choice(_DEFAULTS)),
        Route(destination="::/0", target=pick.choice(("igw-1", "eigw-1", "vpce-1"))),
        Route(
            destination="203.0.113.0/24", target="tgw-1", is_active=pick.random() < 0.5
        ),
        Route(destination="pl-0000000a", target=pick.choice(("vpce-1", "igw-1"))),
        Route(
            destination="2001:db8::/32", target="igw-1", is_active=pick.random() < 0.5
        ),
    ]
    return tuple(route for route in possible if pick.random() < 0.75)
