"""Random small VPCs with every filter that stands between them and the internet."""

import random
from dataclasses import replace
from datetime import UTC, datetime

from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.blocking import BlockPublicAccess, Exclusion
from ringfence.inventory.records import (
    AclEntry,
    Action,
    Gateway,
    Instance,
    Listener,
    ListenerRule,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    PrefixList,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
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
                _rule(pick, f"sg-0000000{n}") for _ in range(pick.randint(0, 4))
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


def _rule(pick: random.Random, group: str) -> Rule:
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


ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/"
DIALLED = (80, 443)
SERVED = (22, 443, 8080)


def balanced_world(seed: int) -> Inventory:
    """Give the random world of *seed* with load balancers before two instances."""
    pick = random.Random(seed)
    base = world(seed)
    inside = ("10.0.0.0/24", "10.0.1.0/24", "10.0.0.20/32", "10.0.0.0/16")
    front = tuple(
        SecurityGroup(
            id=f"sg-000000f{n}",
            vpc="vpc-1",
            rules=(
                *(_rule(pick, f"sg-000000f{n}") for _ in range(2)),
                _tcp(pick, f"sg-000000f{n}", pick.choice(DIALLED), pick.choice(V4[:5])),
                _tcp(
                    pick,
                    f"sg-000000f{n}",
                    pick.choice(SERVED),
                    pick.choice((*inside, "sg-000000b0", "0.0.0.0/0")),
                    is_egress=True,
                ),
            ),
        )
        for n in range(2)
    )
    back = tuple(
        SecurityGroup(
            id=f"sg-000000b{n}",
            vpc="vpc-1",
            rules=tuple(
                _tcp(
                    pick,
                    f"sg-000000b{n}",
                    pick.choice(SERVED),
                    pick.choice(
                        (*inside, "sg-000000f0", "203.0.113.0/24", "0.0.0.0/0")
                    ),
                )
                for _ in range(3)
            ),
        )
        for n in range(2)
    )
    servers = tuple(
        NetworkInterface(
            id=f"eni-s{n}",
            vpc="vpc-1",
            subnet=pick.choice(("subnet-a", "subnet-b")),
            instance=f"i-{n}",
            groups=(f"sg-000000b{n}",),
            addresses=(PrivateAddress(f"10.0.0.{30 + n}"),),
        )
        for n in range(2)
    )
    balancers = tuple(_balancer(pick, n) for n in range(2))
    nodes = tuple(
        NetworkInterface(
            id=f"eni-lb{n}{subnet[-1]}",
            vpc="vpc-1",
            subnet=subnet,
            groups=balancer.groups,
            description=f"ELB {balancer.id.removeprefix(ARN)}",
            is_requester_managed=True,
            addresses=(
                PrivateAddress(f"10.0.0.{20 + n * 2 + k}", f"192.0.2.{90 + n * 2 + k}"),
            ),
            ipv6=(f"2600:1f00::{n * 2 + k + 80:x}",),
        )
        for n, balancer in enumerate(balancers)
        for k, subnet in enumerate(balancer.subnets)
    )
    targets = tuple(
        TargetGroup(
            id=f"tg-{n}",
            name=f"tg-{n}",
            kind="instance",
            protocol="TCP",
            port=pick.choice(SERVED),
            vpc="vpc-1",
            preserves_client_ip=balancers[n].kind == "network" and pick.random() < 0.6,
            targets=tuple(
                Target(
                    f"i-{k}",
                    pick.choice((None, *SERVED)),
                    pick.choice(("healthy", "unhealthy", "draining")),
                )
                for k in range(2)
            ),
        )
        for n in range(2)
    )
    return replace(
        base,
        # Its addresses are not in the ranges of their subnets, as an edge needs.
        route_tables=tuple(t for t in base.route_tables if not t.gateways),
        security_groups=(*base.security_groups, *front, *back),
        network_interfaces=(*servers, *nodes),
        instances=tuple(
            Instance(
                id=f"i-{n}",
                state=pick.choice(("running", "running", "running", "stopped")),
                vpc="vpc-1",
                interfaces=(f"eni-s{n}",),
            )
            for n in range(2)
        ),
        load_balancers=balancers,
        listeners=tuple(
            Listener(
                id=f"listener-{n}-{port}",
                balancer=balancer.id,
                port=port,
                protocol="HTTP" if balancer.kind == "application" else "TCP",
                rules=_listener_rules(pick, f"tg-{n}"),
            )
            for n, balancer in enumerate(balancers)
            for port in DIALLED
        ),
        target_groups=targets,
    )


def _balancer(pick: random.Random, n: int) -> LoadBalancer:
    kind = pick.choice(("application", "network", "classic"))
    bare = kind == "network" and pick.random() < 0.5
    return LoadBalancer(
        id=f"lb{n}" if kind == "classic" else f"{ARN}{kind[:3]}/lb{n}/{n}a",
        name=f"lb{n}",
        kind=kind,
        is_internet_facing=pick.random() < 0.9,
        vpc="vpc-1",
        address_type="dualstack",
        dns_name=f"lb{n}.example",
        subnets=pick.choice((("subnet-a",), ("subnet-b",), ("subnet-a", "subnet-b"))),
        groups=() if bare else (f"sg-000000f{n}",),
    )


def _listener_rules(pick: random.Random, group: str) -> tuple[ListenerRule, ...]:
    forward = (Action(kind="forward", targets=(group,)),)
    stop = (Action(kind="fixed-response"),)
    numbered = tuple(
        ListenerRule(
            id=f"rule-{priority}",
            priority=priority,
            source_cidrs=pick.choice(((), ("203.0.113.0/24",), ("2001:db8::/32",))),
            has_other_conditions=pick.random() < 0.5,
            actions=pick.choice((forward, stop)),
        )
        for priority in range(1, pick.randint(1, 3))
    )
    default = ListenerRule(
        id="default", priority=None, actions=pick.choice((forward, forward, stop))
    )
    return (default, *numbered)


def _tcp(
    pick: random.Random, group: str, port: int, source: str, *, is_egress: bool = False
) -> Rule:
    protocol = pick.choice(("tcp", "tcp", "all"))
    return Rule(
        group,
        is_egress=is_egress,
        protocol=protocol,
        ports=None if protocol == "all" else (port, port),
        icmp=(-1, -1),
        source=source,
        id=f"sgr-{pick.getrandbits(32):08x}",
    )
