"""VPCs, subnets, routes, ACLs, gateways, peering: from AWS's answers to records."""

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    cidr,
    cidr_or_none,
    cidrs,
    flag,
    inner,
    integer,
    present,
    rows,
    shared_text,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.protocols import read_icmp, read_ports, read_protocol
from ringfence.inventory.records import (
    AclEntry,
    Gateway,
    NatGateway,
    NetworkAcl,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
    Vpc,
)

ENTRIES = "ec2.get_managed_prefix_list_entries"

# One of these says where a route leads.
# NetworkInterfaceId stands before InstanceId, because a route to an instance
# has both and the interface is the exact one.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)
_DESTINATIONS = (
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
)
_ENDED = frozenset({"disassociated", "failed"})


def read_vpcs(answers: Answers) -> tuple[Vpc, ...]:
    return answers.each("ec2.describe_vpcs", "Vpcs", _vpc)


def read_subnets(answers: Answers) -> tuple[Subnet, ...]:
    return answers.each("ec2.describe_subnets", "Subnets", _subnet)


def read_route_tables(answers: Answers) -> tuple[RouteTable, ...]:
    return answers.each("ec2.describe_route_tables", "RouteTables", _route_table)


def read_network_acls(answers: Answers) -> tuple[NetworkAcl, ...]:
    return answers.each("ec2.describe_network_acls", "NetworkAcls", _acl)


def read_internet_gateways(answers: Answers) -> tuple[Gateway, ...]:
    return answers.each(
        "ec2.describe_internet_gateways",
        "InternetGateways",
        lambda raw: _gateway(raw, "InternetGatewayId"),
    )


def read_egress_only_gateways(answers: Answers) -> tuple[Gateway, ...]:
    return answers.each(
        "ec2.describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways",
        lambda raw: _gateway(raw, "EgressOnlyInternetGatewayId"),
    )


def read_nat_gateways(answers: Answers) -> tuple[NatGateway, ...]:
    return answers.each("ec2.describe_nat_gateways", "NatGateways", _nat_gateway)


def read_peerings(answers: Answers) -> tuple[Peering, ...]:
    return answers.each(
        "ec2.describe_vpc_peering_connections", "VpcPeeringConnections", _peering
    )


def read_prefix_lists(answers: Answers) -> tuple[PrefixList, ...]:
    """
    Those lists whose entries were asked for.

    A list without entries here would look empty, so it is left out.
    """

    def read(raw: Raw) -> PrefixList | None:
        identity = text(raw, "PrefixListId")
        if not answers.has(ENTRIES, identity):
            return None
        listed = answers.each_of(
            ENTRIES, identity, "Entries", lambda entry: cidr(entry, "Cidr")
        )
        if listed is None:
            return None
        return PrefixList(
            id=identity,
            name=text_or_empty(raw, "PrefixListName"),
            owner=text_or_empty(raw, "OwnerId"),
            cidrs=listed,
            tags=tags(raw),
        )

    found = answers.each("ec2.describe_managed_prefix_lists", "PrefixLists", read)
    return tuple(prefixes for prefixes in found if prefixes)


def _vpc(raw: Raw) -> Vpc:
    listed = _associated(raw, "CidrBlockAssociationSet", "CidrBlock")
    return Vpc(
        id=text(raw, "VpcId"),
        cidrs=listed or cidrs([raw], "CidrBlock"),
        ipv6_cidrs=_ipv6_cidrs(raw),
        private_ipv6=cidrs(_private_ipv6(raw), "Ipv6CidrBlock"),
    )


def _subnet(raw: Raw) -> Subnet:
    return Subnet(
        id=text(raw, "SubnetId"),
        vpc=shared_text(raw, "VpcId"),
        cidr=cidr_or_none(raw, "CidrBlock") or "",
        ipv6_cidrs=_ipv6_cidrs(raw),
        zone=text_or_empty(raw, "AvailabilityZone"),
        tags=tags(raw),
    )


def _private_ipv6(raw: Raw) -> list[Raw]:
    return [
        item
        for item in rows(raw, "Ipv6CidrBlockAssociationSet")
        if text_or_none(item, "Ipv6AddressAttribute") == "private"
    ]


def _ipv6_cidrs(raw: Raw) -> tuple[str, ...]:
    return _associated(raw, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock")


def _associated(raw: Raw, key: str, block: str) -> tuple[str, ...]:
    """The blocks of *key* that are in use: a former one stays listed a while."""
    return tuple(
        cidr(item, block)
        for item in rows(raw, key)
        if text_or_none(inner(item, f"{block}State"), "State") in {None, "associated"}
    )


def _route_table(raw: Raw) -> RouteTable:
    associations = [
        item
        for item in rows(raw, "Associations")
        if text_or_none(inner(item, "AssociationState"), "State") not in _ENDED
    ]
    return RouteTable(
        id=text(raw, "RouteTableId"),
        vpc=shared_text(raw, "VpcId"),
        is_main=any(flag(item, "Main") for item in associations),
        subnets=present(associations, "SubnetId"),
        gateways=present(associations, "GatewayId"),
        routes=tuple(_route(item) for item in rows(raw, "Routes")),
        tags=tags(raw),
    )


def _route(raw: Raw) -> Route:
    destination = (
        cidr_or_none(raw, "DestinationCidrBlock")
        or cidr_or_none(raw, "DestinationIpv6CidrBlock")
        or text_or_none(raw, "DestinationPrefixListId")
    )
    if not destination:
        raise MalformedError(f"Routes: none of {', '.join(_DESTINATIONS)}")
    return Route(
        destination=destination,
        target=_first(raw, _TARGETS),
        is_active=text_or_none(raw, "State") in {None, "active"},
    )


def _first(raw: Raw, keys: tuple[str, ...]) -> str:
    for key in keys:
        if value := text_or_none(raw, key):
            return value
    return ""


def _acl(raw: Raw) -> NetworkAcl:
    entries = [_acl_entry(item) for item in rows(raw, "Entries")]
    return NetworkAcl(
        id=text(raw, "NetworkAclId"),
        vpc=shared_text(raw, "VpcId"),
        is_default=flag(raw, "IsDefault"),
        subnets=present(rows(raw, "Associations"), "SubnetId"),
        entries=tuple(sorted(entries, key=lambda e: (e.is_egress, e.number))),
        tags=tags(raw),
    )


def _acl_entry(raw: Raw) -> AclEntry:
    number = integer(raw, "RuleNumber")
    source = cidr_or_none(raw, "CidrBlock") or cidr_or_none(raw, "Ipv6CidrBlock")
    if number is None or source is None:
        raise MalformedError("Entries: RuleNumber, CidrBlock or Ipv6CidrBlock missing")
    protocol = read_protocol(raw, "Protocol")
    action = text(raw, "RuleAction")
    if action not in {"allow", "deny"}:
        raise MalformedError("Entries: RuleAction is neither allow nor deny")
    return AclEntry(
        number=number,
        is_egress=flag(raw, "Egress"),
        allows=action == "allow",
        protocol=protocol,
        cidr=source,
        ports=read_ports(inner(raw, "PortRange"), protocol, "From", "To"),
        icmp=read_icmp(inner(raw, "IcmpTypeCode"), protocol, "Type", "Code"),
    )


def _gateway(raw: Raw, key: str) -> Gateway:
    attached = [
        item
        for item in rows(raw, "Attachments")
        if text_or_none(item, "State") in {None, "available", "attached"}
    ]
    return Gateway(id=text(raw, key), vpcs=present(attached, "VpcId"))


def _nat_gateway(raw: Raw) -> NatGateway:
    return NatGateway(
        id=text(raw, "NatGatewayId"),
        vpc=text_or_empty(raw, "VpcId"),
        subnet=text_or_empty(raw, "SubnetId"),
        state=text_or_empty(raw, "State"),
        is_public=text_or_none(raw, "ConnectivityType") != "private",
        public_addresses=present(rows(raw, "NatGatewayAddresses"), "PublicIp"),
        tags=tags(raw),
    )


def _peering(raw: Raw) -> Peering:
    requester = inner(raw, "RequesterVpcInfo")
    accepter = inner(raw, "AccepterVpcInfo")
    return Peering(
        id=text(raw, "VpcPeeringConnectionId"),
        state=text_or_empty(inner(raw, "Status"), "Code"),
        requester_vpc=text_or_empty(requester, "VpcId"),
        requester_cidrs=_peer_cidrs(requester),
        accepter_vpc=text_or_empty(accepter, "VpcId"),
        accepter_cidrs=_peer_cidrs(accepter),
        tags=tags(raw),
    )


def _peer_cidrs(raw: Raw) -> tuple[str, ...]:
    ipv4 = cidrs(rows(raw, "CidrBlockSet"), "CidrBlock") or cidrs([raw], "CidrBlock")
    return ipv4 + cidrs(rows(raw, "Ipv6CidrBlockSet"), "Ipv6CidrBlock")
