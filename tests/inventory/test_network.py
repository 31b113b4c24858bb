"""VPCs, subnets, routes, ACLs, gateways and peering are read as AWS means them."""

import pytest

from ringfence.inventory.records import (
    AclEntry,
    Gateway,
    NatGateway,
    Peering,
    Ports,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
    Vpc,
)
from tests.inventory.estate import an_inventory


def test_a_vpc_has_the_blocks_that_are_associated() -> None:
    """A block that is being taken away no longer counts."""
    assert (
        Vpc(
            id="vpc-0a1",
            cidrs=("10.0.0.0/16", "10.1.0.0/16"),
            ipv6_cidrs=("2001:db8:12::/56",),
        ),
        Vpc(id="vpc-0d0", cidrs=("172.31.0.0/16",)),
    ) == an_inventory().vpc_networks


def test_a_vpc_s_ipv6_block_may_be_private() -> None:
    """AWS says of each block whether it is advertised."""
    blocks = [
        {"Ipv6CidrBlock": "2a05:d018::/56", "Ipv6AddressAttribute": "public"},
        {"Ipv6CidrBlock": "2a05:d019::/56", "Ipv6AddressAttribute": "private"},
    ]
    vpc = {"VpcId": "vpc-1", "Ipv6CidrBlockAssociationSet": blocks}

    (read,) = an_inventory(ec2__describe_vpcs={"Vpcs": [vpc]}).vpc_networks

    assert ("2a05:d019::/56",) == read.private_ipv6


def test_a_subnet_may_have_no_ipv4_block() -> None:
    """An IPv6-only subnet has no CidrBlock."""
    assert (
        Subnet(
            id="subnet-0a1",
            vpc="vpc-0a1",
            cidr="10.0.1.0/24",
            ipv6_cidrs=("2001:db8:12:1::/64",),
            zone="eu-west-1a",
            tags={"Name": "public-a"},
        ),
        Subnet(id="subnet-0a2", vpc="vpc-0a1", zone="eu-west-1b"),
    ) == an_inventory().subnets


def test_a_route_table_can_be_main_and_associated() -> None:
    """Both count; an association that has ended does not."""
    table, edge = an_inventory().route_tables

    assert (True, ("subnet-0a1",), ()) == (table.is_main, table.subnets, table.gateways)
    assert RouteTable(id="rtb-0a2", vpc="vpc-0a1", gateways=("igw-0a1",)) == edge


def test_a_route_leads_to_whichever_target_aws_names() -> None:
    """Every kind of target is known, and an interface is preferred to its instance."""
    table, _ = an_inventory().route_tables

    assert [
        "local",
        "igw-0a1",
        "nat-0a1",
        "tgw-0a1",
        "pcx-0a1",
        "eigw-0a1",
        "cagw-0a1",
        "lgw-0a1",
        "arn:aws:networkmanager::123456789012:core-network/core-network-0a1",
        "arn:aws:odb:eu-west-1:123456789012:odb-network/odbnet-0a1",
        "eni-0a1",
        "igw-0a1",
        "vpce-0a1",
        "nat-0a9",
        "",
    ] == [route.target for route in table.routes]


def test_a_route_s_destination_may_be_a_prefix_list_or_ipv6() -> None:
    """A blackhole stays, as inactive: it still hides shorter routes."""
    table, _ = an_inventory().route_tables

    assert (
        Route(destination="::/0", target="igw-0a1"),
        Route(destination="pl-0a1", target="vpce-0a1"),
        Route(destination="198.51.100.0/24", target="nat-0a9", is_active=False),
        Route(destination="198.51.101.0/24", target="", is_active=False),
    ) == table.routes[-4:]


def test_acl_entries_are_sorted_by_number_within_each_direction() -> None:
    """AWS does not promise an order, and the first match wins."""
    (acl,) = an_inventory().network_acls

    assert (
        _entry(90, "udp", "198.51.100.0/24", ports=(1024, 65535), allows=False),
        _entry(100, "tcp", ports=(443, 443)),
        _entry(110, "icmp", icmp=(8, -1)),
        _entry(111, "icmpv6", "::/0", icmp=(128, 0)),
        _entry(120, "50", "::/0"),
        _entry(32767, "all", allows=False),
        AclEntry(
            number=100, is_egress=True, allows=True, protocol="all", cidr="0.0.0.0/0"
        ),
    ) == acl.entries
    assert (True, ("subnet-0a1",)) == (acl.is_default, acl.subnets)


def _entry(
    number: int,
    protocol: str,
    cidr: str = "0.0.0.0/0",
    *,
    allows: bool = True,
    ports: Ports | None = None,
    icmp: tuple[int, int] = (-1, -1),
) -> AclEntry:
    return AclEntry(
        number=number,
        is_egress=False,
        allows=allows,
        protocol=protocol,
        cidr=cidr,
        ports=ports,
        icmp=icmp,
    )


def test_an_internet_gateway_on_its_way_out_is_attached_to_nothing() -> None:
    """Only an available attachment carries traffic."""
    assert (
        Gateway(id="igw-0a1", vpcs=("vpc-0a1",)),
        Gateway(id="igw-0a2"),
        Gateway(id="igw-0a3"),
    ) == an_inventory().internet_gateways


def test_an_egress_only_gateway_says_attached() -> None:
    """It has another word for available."""
    assert (
        Gateway(id="eigw-0a1", vpcs=("vpc-0a1",)),
    ) == an_inventory().egress_only_gateways


def test_a_nat_gateway_may_be_private_or_of_a_whole_region() -> None:
    """A private one has no public address, a regional one no subnet."""
    assert (
        NatGateway(
            id="nat-0a1",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            state="available",
            public_addresses=("203.0.113.9",),
        ),
        NatGateway(
            id="nat-0a2",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            state="available",
            is_public=False,
        ),
        NatGateway(id="nat-0a3", vpc="vpc-0a1", state="available"),
    ) == an_inventory().nat_gateways


def test_a_prefix_list_without_entries_read_is_left_out() -> None:
    """A list that nobody expanded would look empty."""
    assert (
        PrefixList(
            id="pl-0a1",
            name="offices",
            owner="123456789012",
            cidrs=("198.51.100.0/24", "203.0.113.128/25"),
            tags={"Name": "offices"},
        ),
    ) == an_inventory().prefix_lists


def test_a_prefix_list_that_vanished_is_left_out() -> None:
    """Null is kept for what was gone when asked for."""
    entries = {"pl-0a1": None}

    inventory = an_inventory(ec2__get_managed_prefix_list_entries=entries)

    assert () == inventory.prefix_lists
    assert "prefix_lists" in inventory.read


def test_a_peering_has_both_sides_blocks() -> None:
    """Blocks of a peering that is not accepted are not told."""
    active, pending = an_inventory().peerings

    assert (
        Peering(
            id="pcx-0a1",
            state="active",
            requester_vpc="vpc-0a1",
            requester_cidrs=("10.0.0.0/16",),
            accepter_vpc="vpc-0b1",
            accepter_cidrs=("10.8.0.0/16", "10.9.0.0/16", "2001:db8:8::/56"),
        )
        == active
    )
    assert ("pending-acceptance", ()) == (pending.state, pending.accepter_cidrs)


@pytest.mark.parametrize("missing", ["CidrBlock", "RuleNumber", "RuleAction"])
def test_an_acl_entry_without_its_substance_is_an_error(missing: str) -> None:
    """A rule that is half there is not guessed at."""
    entry: dict[str, object] = {
        "CidrBlock": "0.0.0.0/0",
        "RuleNumber": 1,
        "RuleAction": "allow",
    }
    entry |= {"Protocol": "-1", "Egress": False}
    del entry[missing]
    acl = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Entries": [entry]}

    with pytest.raises(ValueError, match=rf"describe_network_acls.*{missing}"):
        an_inventory(ec2__describe_network_acls={"NetworkAcls": [acl]})
