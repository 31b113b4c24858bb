"""What a call did to routes, ACLs, addresses, gateways, interfaces and instances."""

from collections.abc import Callable

from ringfence.changes.commands import Options, command
from ringfence.changes.record import Record
from ringfence.changes.styles import first, texts
from ringfence.changes.told import Told, few

_DESTINATIONS = {
    "destinationCidrBlock": "destination-cidr-block",
    "destinationIpv6CidrBlock": "destination-ipv6-cidr-block",
    "destinationPrefixListId": "destination-prefix-list-id",
}
_TARGETS = (
    "gatewayId",
    "natGatewayId",
    "egressOnlyInternetGatewayId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
    "vpcEndpointId",
    "networkInterfaceId",
    "instanceId",
    "carrierGatewayId",
    "localGatewayId",
    "coreNetworkArn",
)


def _destination(record: Record) -> dict[str, str]:
    """The option that names a route, if the record names one."""
    return {
        option: name
        for place, option in _DESTINATIONS.items()
        if (name := first(record.asked, place))
    }


def route(word: str) -> Callable[[Record], Told]:
    """Tell of a route; only a new one is undone, as no record tells the old one."""

    def tell(record: Record) -> Told:
        table = first(record.asked, "routeTableId")
        destination = _destination(record)
        if not table or len(destination) != 1:
            return Told(())
        [name] = destination.values()
        target = next(filter(None, (first(record.asked, key) for key in _TARGETS)), "")
        by = f" by {target}" if target else ""
        undo: tuple[str, ...] = ()
        if record.event_name == "CreateRoute":
            undo = command(
                record, "ec2 delete-route", {"route-table-id": table, **destination}
            )
        return Told((f"{table}: {word} {name}{by}",), undo)

    return tell


def table_associated(record: Record) -> Told:
    """Tell of an association that was none before: the main table comes back."""
    table = first(record.asked, "routeTableId")
    to = first(record.asked, "subnetId") or first(record.asked, "gatewayId")
    association = first(record.answered, "associationId")
    if not table or not to:
        return Told(())
    options = {"association-id": association}
    undo = command(record, "ec2 disassociate-route-table", options)
    return Told((f"{table}: associated with {to}",), undo)


def acl_entry(word: str) -> Callable[[Record], Told]:
    """Tell of an entry; a new one that allows is undone, one that denies is not."""

    def tell(record: Record) -> Told:
        asked = record.asked
        acl, number = first(asked, "networkAclId"), first(asked, "ruleNumber")
        way = {"true": "egress", "false": "ingress"}.get(first(asked, "egress"))
        if not acl or not number or not way:
            return Told(())
        action = first(asked, "ruleAction").lower()
        cidr = first(asked, "cidrBlock") or first(asked, "ipv6CidrBlock")
        says = f": {action} {_traffic(record)} {cidr}".rstrip() if action else ""
        undo: tuple[str, ...] = ()
        if record.event_name == "CreateNetworkAclEntry" and action == "allow":
            options: Options = {"network-acl-id": acl, "rule-number": number, way: ()}
            undo = command(record, "ec2 delete-network-acl-entry", options)
        return Told((f"{acl}: {way} rule {number} {word}{says}",), undo)

    return tell


_NUMBERS = {"-1": "all traffic", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def _traffic(record: Record) -> str:
    number = first(record.asked, "aclProtocol") or first(record.asked, "protocol")
    protocol = _NUMBERS.get(number, f"protocol {number}")
    low = first(record.asked, "portRange.from")
    high = first(record.asked, "portRange.to")
    if not low:
        return protocol
    return f"{protocol} {low}" if low == high else f"{protocol} {low}-{high}"


def address_associated(record: Record) -> Told:
    asked, answered = record.asked, record.answered
    name = first(asked, "publicIp") or first(asked, "allocationId")
    to = first(asked, "networkInterfaceId") or first(asked, "instanceId")
    if not name or not to:
        return Told(())
    options = {"association-id": first(answered, "associationId")}
    undo = command(record, "ec2 disassociate-address", options)
    return Told((f"{to}: address {name} associated",), undo)


def addresses_assigned(record: Record) -> Told:
    interface = first(record.asked, "networkInterfaceId")
    given = texts(record.answered, "assignedIpv6Addresses") or texts(
        record.answered, "assignedIpv6Addresses.ipv6Address"
    )
    if not interface or not given:
        return Told(())
    options: Options = {"network-interface-id": interface, "ipv6-addresses": given}
    undo = command(record, "ec2 unassign-ipv6-addresses", options)
    return Told((f"{interface}: {few(given)} assigned",), undo)


def gateway_attached(record: Record) -> Told:
    gateway = first(record.asked, "internetGatewayId")
    vpc = first(record.asked, "vpcId")
    if not gateway or not vpc:
        return Told(())
    options = {"internet-gateway-id": gateway, "vpc-id": vpc}
    undo = command(record, "ec2 detach-internet-gateway", options)
    return Told((f"{vpc}: {gateway} attached",), undo)


def gateway_detached(record: Record) -> Told:
    gateway = first(record.asked, "internetGatewayId")
    vpc = first(record.asked, "vpcId")
    return Told((f"{vpc}: {gateway} detached",) if gateway and vpc else ())


def attribute(record: Record) -> Told:
    """Tell what an interface or instance is now; user data is never told."""
    asked = record.asked
    name = first(asked, "networkInterfaceId") or first(asked, "instanceId")
    groups = texts(asked, "groupSet.groupId") or texts(asked, "groupSet")
    check = first(asked, "sourceDestCheck")
    lines = []
    if groups:
        lines.append(f"{name}: its groups are now {few(groups)}")
    if check in {"true", "false"}:
        state = "on" if check == "true" else "off"
        lines.append(f"{name}: source/destination check is now {state}")
    return Told(tuple(lines) if name else ())


def metadata(record: Record) -> Told:
    """Tell of the instance metadata service: tokens, hops, on or off."""
    asked = record.asked
    name = first(asked, "instanceId")
    options = [
        f"{key} is now {value}"
        for key in ("httpTokens", "httpEndpoint", "httpPutResponseHopLimit")
        if (value := first(asked, key))
    ]
    return Told((f"{name}: {', '.join(options)}",) if name and options else ())


def launched(record: Record) -> Told:
    names = texts(record.answered, "instancesSet.instanceId")
    images = sorted({*texts(record.answered, "instancesSet.imageId")})
    if not names:
        return Told(())
    of = f" from {few(images)}" if images else ""
    return Told((f"launched {few(names)}{of}",))
