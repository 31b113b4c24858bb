"""What peered VPCs, transit and VPN gateways reach in small, readable worlds."""

from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.blocking import BlockPublicAccess
from ringfence.inventory.records import (
    LoadBalancer,
    NetworkInterface,
    Peering,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Vpc,
)
from ringfence.reach import Exposure, Hop
from ringfence.reach.networks import network_exposures
from ringfence.reach.unread import told_exposures
from tests import build

PEERING = Peering(
    id="pcx-1",
    state="active",
    requester_vpc="vpc-2",
    requester_cidrs=("10.1.0.0/16",),
    accepter_vpc=build.VPC,
    accepter_cidrs=("10.0.0.0/16",),
)


def joined(*listed: Rule, target: str = "pcx-1", **parts: object) -> Inventory:
    """Give one server with *listed* rules, and a route for 10.1.0.0/16 to *target*."""
    base = build.public(*listed)
    (table,) = base.route_tables
    way = Route(destination="10.1.0.0/16", target=target)
    tables = (replace(table, routes=(*table.routes, way)),)
    return replace(base, route_tables=tables, peerings=(PEERING,), **parts)  # type: ignore[arg-type]


def rows_of(inventory: Inventory) -> tuple[Exposure, ...]:
    """Give what comes from networks, all of it told."""
    found = network_exposures(inventory)
    assert found.unknown == ()
    return found.rows


def test_a_peer_is_named_and_comes_by_the_peering() -> None:
    """The row names the peer's VPC, its own addresses only, and the way."""
    (row,) = rows_of(joined(build.a_rule(22)))

    assert ("vpc-2", "vpc-peering") == (row.source, row.entry)
    assert ("10.0.0.7", ("10.1.0.0/16",)) == (row.address, row.sources)
    assert "both" == row.session
    assert Hop("pcx-1", "vpc-peering") == row.path[0]
    assert Hop("rtb-1", "route-table", "10.1.0.0/16") in row.path


def test_a_gateway_leads_to_what_the_routes_say() -> None:
    """Behind a transit or VPN gateway are the addresses routed there."""
    for gateway, entry in (("tgw-1", "transit-gateway"), ("vgw-1", "vpn-gateway")):
        world = replace(joined(build.a_rule(22), target=gateway), peerings=())
        (row,) = rows_of(world)

        assert (gateway, entry) == (row.source, row.entry)
        assert ("10.1.0.0/16",) == row.sources


def test_an_inactive_peering_leads_nowhere() -> None:
    """Until the other side accepts, and after a deletion, nothing gets in."""
    for state in ("pending-acceptance", "deleted", "rejected"):
        world = joined(build.a_rule(22))
        peerings = (replace(PEERING, state=state),)

        assert () == rows_of(replace(world, peerings=peerings))


def test_without_a_way_back_it_is_one_way() -> None:
    """The peer's packets get in whatever our routes say; its answers do not."""
    (row,) = rows_of(joined(build.a_rule(22), target="nat-1"))

    assert "one-way" == row.session


def test_block_public_access_is_about_the_internet() -> None:
    """It shuts internet gateways and nothing else."""
    shut = (BlockPublicAccess(mode="block-bidirectional"),)

    assert 1 == len(rows_of(joined(build.a_rule(22), block_public_access=shut)))


def a_member() -> NetworkInterface:
    """Give an interface of the peered VPC that carries sg-peer."""
    return NetworkInterface(
        id="eni-peer",
        vpc="vpc-2",
        subnet="subnet-peer",
        groups=("sg-peer",),
        addresses=(PrivateAddress("10.1.0.5"),),
    )


def test_a_reference_across_a_peering_is_its_interfaces() -> None:
    """A rule that names the peer's group lets in those that carry it, no others."""
    world = joined(build.a_rule(22, "sg-peer"))
    known = replace(
        world,
        vpc_networks=(*world.vpc_networks, Vpc(id="vpc-2", cidrs=("10.1.0.0/16",))),
        security_groups=(
            *world.security_groups,
            SecurityGroup(id="sg-peer", vpc="vpc-2"),
        ),
        network_interfaces=(*world.network_interfaces, a_member()),
    )
    rows = [row for row in network_exposures(known).rows if row.source == "vpc-2"]

    assert [("10.1.0.5/32",)] == [row.sources for row in rows]


def test_a_reference_to_a_foreign_group_is_unknown_there_alone() -> None:
    """What the other account holds was not read: unknown, while the rest is told."""
    found = network_exposures(joined(build.a_rule(22, "sg-peer"), build.a_rule(443)))

    assert [(443, 443)] == [row.ports for row in found.rows]
    (blind,) = found.unknown
    assert (build.INSTANCE, "eni-1", "vpc-2") == (
        blind.resource,
        blind.interface,
        blind.source,
    )
    assert "sg-peer" in blind.because


def test_a_reference_across_a_transit_gateway_is_unknown() -> None:
    """Whether the gateway supports references was not read."""
    world = joined(build.a_rule(22, "sg-far"), target="tgw-1")
    far = SecurityGroup(id="sg-far", vpc="vpc-3")
    groups = (*world.security_groups, far)
    found = network_exposures(replace(world, security_groups=groups, peerings=()))

    assert ["tgw-1"] == [blind.source for blind in found.unknown]


def test_a_reference_within_the_vpc_lets_in_no_network() -> None:
    """It stands for addresses of the VPC itself."""
    assert () == rows_of(joined(build.a_rule(22, "sg-1")))


def test_an_internal_load_balancer_is_reached_with_its_targets() -> None:
    """What is internal is so to the internet only."""
    base = build.balanced(build.a_listener())
    balancer: LoadBalancer = replace(
        base.load_balancers[0], is_internet_facing=False, vpc=build.VPC
    )
    world = replace(base, load_balancers=(balancer,), peerings=(PEERING,))
    rows = rows_of(world)

    assert {build.BALANCER, build.INSTANCE} == {row.resource for row in rows}
    assert {"vpc-2"} == {row.source for row in rows}
    assert {"vpc-peering"} == {row.path[0].type for row in rows}


def test_a_vpn_gateways_own_table_names_the_appliance() -> None:
    """As for the internet gateway, and the way back is the appliance, too."""
    world = joined(build.a_rule(22), target="vgw-1")
    edge = RouteTable(
        id="rtb-v",
        vpc=build.VPC,
        gateways=("vgw-1",),
        routes=(Route(destination="10.0.0.0/16", target="vpce-1"),),
    )
    tables = (*world.route_tables, edge)
    (row,) = rows_of(replace(world, route_tables=tables, peerings=()))

    assert ("vpce-1", "one-way") == (row.inspected_by, row.session)


def test_unread_peerings_make_networks_unknown_not_the_internet() -> None:
    """The internet's rows stand, and that others may get in is said."""
    world = joined(build.a_rule(22))
    told = told_exposures(replace(world, read=world.read - {"peerings"}))

    assert ["internet"] == [row.source for row in told.rows]
    assert ["*"] == [blind.interface for blind in told.unknown]


def test_an_unread_prefix_list_in_a_route_is_unknown() -> None:
    """Where a route leads that was not read whole, nobody can say who is there."""
    world = joined(build.a_rule(22), target="tgw-1")
    table = world.route_tables[0]
    blind_way = Route(destination="pl-1", target="tgw-1")
    tables = (replace(table, routes=(*table.routes, blind_way)),)
    found = network_exposures(replace(world, route_tables=tables))

    assert () == found.rows
    assert ["pl-1" in blind.because for blind in found.unknown] == [True]
