"""Random worlds that are joined to others: peering, transit and VPN gateways."""

import random
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    Instance,
    NetworkAcl,
    NetworkInterface,
    Peering,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Vpc,
)
from tests.reach.balanced_worlds import balanced_world
from tests.reach.worlds import PORTS, world

# Of another account: nothing of it is in the inventory.
FOREIGN = "vpc-9"
NETWORKS = ("vpc-1", "vpc-2", FOREIGN, "tgw-1", "vgw-1")

_SOURCES = (
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.5/32",
    "10.9.0.0/24",
    "172.16.0.0/12",
    "0.0.0.0/0",
    "::/0",
    "2600:1f01::/56",
    "fd00::/8",
    "sg-0000000p",
    "sg-0000000p",
    "sg-00000001",
    "pl-0000000a",
)
_ROUTES = (
    ("10.1.0.0/16", ("pcx-1", "pcx-1", "tgw-1")),
    ("10.1.0.0/24", ("tgw-1", "pcx-1")),
    ("10.9.0.0/16", ("pcx-9", "vgw-1")),
    ("172.16.0.0/12", ("vgw-1", "tgw-1")),
    ("172.16.5.0/24", ("vgw-1", "tgw-1", "nat-1")),
    ("2600:1f01::/56", ("pcx-1", "tgw-1")),
    ("2001:db8:9::/48", ("pcx-9", "tgw-1")),
    ("fd00::/8", ("vgw-1", "tgw-1")),
    ("fd00:1::/32", ("tgw-1", "vpce-1")),
    ("pl-0000000b", ("tgw-1", "vgw-1")),
)


def joined_world(seed: int) -> Inventory:
    """Give the random world of *seed*, joined to four networks."""
    return _joined(world(seed), random.Random(seed))


def balanced_joined_world(seed: int) -> Inventory:
    """Give the random balanced world of *seed*, joined to four networks."""
    found = _joined(balanced_world(seed), random.Random(seed))
    # Its addresses are not in the ranges of their subnets, as an edge needs.
    tables = tuple(table for table in found.route_tables if not table.gateways)
    return replace(found, route_tables=tables)


def _joined(base: Inventory, pick: random.Random) -> Inventory:
    groups = tuple(
        replace(group, rules=(*group.rules, *_rules(pick, group.id)))
        for group in base.security_groups
    )
    interfaces = tuple(
        replace(item, kind=pick.choice(("interface", "interface", "nat_gateway")))
        if item.id == "eni-1"
        else item
        for item in base.network_interfaces
    )
    peers = tuple(
        NetworkInterface(
            id=f"eni-p{n}",
            vpc="vpc-2",
            subnet="subnet-p",
            instance="i-p" if n else None,
            groups=("sg-0000000p",) if n else (),
            addresses=(PrivateAddress(f"10.1.0.{5 + n}"),),
            ipv6=(f"2600:1f01::{5 + n}",),
        )
        for n in range(2)
    )
    return replace(
        base,
        vpc_networks=(
            *base.vpc_networks,
            Vpc(id="vpc-2", cidrs=("10.1.0.0/16",), ipv6_cidrs=("2600:1f01::/56",)),
        ),
        subnets=(
            *base.subnets,
            Subnet(
                id="subnet-p",
                vpc="vpc-2",
                cidr="10.1.0.0/24",
                ipv6_cidrs=("2600:1f01::/64",),
            ),
        ),
        route_tables=(
            *(
                table if table.gateways else _with_routes(pick, table)
                for table in base.route_tables
            ),
            RouteTable(
                id="rtb-p",
                vpc="vpc-2",
                is_main=True,
                routes=(Route(destination="10.0.0.0/24", target="pcx-1"),),
            ),
            *_vpn_edge(pick),
        ),
        network_acls=(
            *base.network_acls,
            NetworkAcl(
                id="acl-p",
                vpc="vpc-2",
                is_default=True,
                entries=base.network_acls[0].entries,
            ),
        ),
        security_groups=(
            *groups,
            SecurityGroup(
                id="sg-0000000p", vpc="vpc-2", rules=_rules(pick, "sg-0000000p")
            ),
        ),
        network_interfaces=(*interfaces, *peers),
        instances=(
            *base.instances,
            Instance(id="i-p", state=pick.choice(("running", "running", "stopped"))),
        ),
        peerings=(
            Peering(
                id="pcx-1",
                state=pick.choice(("active", "active", "active", "deleted")),
                requester_vpc="vpc-1",
                requester_cidrs=("10.0.0.0/16", "2600:1f00::/56"),
                accepter_vpc="vpc-2",
                accepter_cidrs=("10.1.0.0/16", "2600:1f01::/56"),
            ),
            Peering(
                id="pcx-9",
                state=pick.choice(("active", "active", "pending-acceptance")),
                requester_vpc=FOREIGN,
                requester_cidrs=("10.9.0.0/16", "2001:db8:9::/48"),
                accepter_vpc="vpc-1",
                accepter_cidrs=("10.0.0.0/16",),
            ),
        ),
    )


def _rules(pick: random.Random, group: str) -> tuple[Rule, ...]:
    protocols = ("tcp", "tcp", "all", "udp")
    chosen = [pick.choice(protocols) for _ in range(pick.randint(1, 4))]
    return tuple(
        Rule(
            group,
            is_egress=False,
            protocol=protocol,
            ports=None if protocol == "all" else pick.choice(PORTS),
            icmp=(-1, -1),
            source=pick.choice(_SOURCES),
            id=f"sgr-{pick.getrandbits(32):08x}",
        )
        for protocol in chosen
    )


def _with_routes(pick: random.Random, table: RouteTable) -> RouteTable:
    more = tuple(
        Route(
            destination=destination,
            target=pick.choice(targets),
            is_active=pick.random() < 0.85,
        )
        for destination, targets in _ROUTES
        if pick.random() < 0.6
    )
    kept = tuple(
        replace(route, target="tgw-1")
        if route.destination in ("0.0.0.0/0", "::/0") and pick.random() < 0.2
        else route
        for route in table.routes
    )
    return replace(table, routes=kept + more)


def _vpn_edge(pick: random.Random) -> tuple[RouteTable, ...]:
    """Give the VPN gateway's own table, which may lead through an appliance."""
    if pick.random() < 0.7:
        return ()
    routes = (
        Route(destination="10.0.0.0/16", target="local"),
        Route(destination="10.0.0.0/24", target="vpce-1"),
    )
    return (RouteTable(id="rtb-v", vpc="vpc-1", gateways=("vgw-1",), routes=routes),)
