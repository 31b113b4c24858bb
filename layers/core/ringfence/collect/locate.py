"""Which VPCs an event's resources are in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ringfence.clients import client_of
from ringfence.collect.operation import filtered
from ringfence.inventory import Inventory


@dataclass(frozen=True, slots=True)
class _Kind:
    """How to ask for resources of one kind by id, and what their answer says."""

    method: str
    key: str
    identity: str
    filter: str
    vpcs_of: Callable[[Mapping[str, Any]], Iterator[str]]
    parameter: str = "Filters"
    items: Callable[[Mapping[str, Any]], Iterator[Mapping[str, Any]]] | None = None


def _own(item: Mapping[str, Any]) -> Iterator[str]:
    if vpc := item.get("VpcId"):
        yield vpc


def _with_interfaces(instance: Mapping[str, Any]) -> Iterator[str]:
    """The instance's own, and those of interfaces that were attached to it."""
    yield from _own(instance)
    for interface in instance.get("NetworkInterfaces", ()):
        yield from _own(interface)


def _attached(item: Mapping[str, Any]) -> Iterator[str]:
    for attachment in item.get("Attachments", ()):
        yield from _own(attachment)


def _instances(reservation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from reservation["Instances"]


_KINDS = {
    "sg": _Kind(
        "describe_security_groups", "SecurityGroups", "GroupId", "group-id", _own
    ),
    "eni": _Kind(
        "describe_network_interfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        "network-interface-id",
        _own,
    ),
    "i": _Kind(
        "describe_instances",
        "Reservations",
        "InstanceId",
        "instance-id",
        _with_interfaces,
        items=_instances,
    ),
    "subnet": _Kind("describe_subnets", "Subnets", "SubnetId", "subnet-id", _own),
    "rtb": _Kind(
        "describe_route_tables",
        "RouteTables",
        "RouteTableId",
        "route-table-id",
        _own,
    ),
    "acl": _Kind(
        "describe_network_acls",
        "NetworkAcls",
        "NetworkAclId",
        "network-acl-id",
        _own,
    ),
    "igw": _Kind(
        "describe_internet_gateways",
        "InternetGateways",
        "InternetGatewayId",
        "internet-gateway-id",
        _attached,
    ),
    "nat": _Kind(
        "describe_nat_gateways",
        "NatGateways",
        "NatGatewayId",
        "nat-gateway-id",
        _own,
        parameter="Filter",
    ),
}


# These stay where they were made. Gateways come and go, and an instance may be given
# an interface in another VPC.
_STAYING = frozenset({"acl", "eni", "rtb", "sg", "subnet"})
_MOST_KNOWN = 100_000


class Whereabouts:
    """
    Where resources are, and of those that cannot leave their VPC where they were.

    An id that is known is not asked for again, also when it is gone by then.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], str] = {}

    def note(self, inventory: Inventory) -> None:
        """Remember where *inventory* saw what."""
        for parts in (
            inventory.security_groups,
            inventory.network_interfaces,
            inventory.subnets,
            inventory.route_tables,
            inventory.network_acls,
        ):
            self._remember(
                (inventory.account, inventory.region, item.id, item.vpc)
                for item in parts
                if item.vpc
            )

    def vpcs_of(
        self, session: boto3.Session, account: str, region: str, ids: frozenset[str]
    ) -> frozenset[str] | None:
        """
        The VPCs that *ids* are in; None when one of them cannot be told.

        Then the caller reads the whole Region: a resource that is gone, of another
        kind, in no VPC or not readable must not narrow what is looked at.
        """
        named = {one: (account, region, one) for one in ids}
        found = {self._known[key] for key in named.values() if key in self._known}
        asked = {one for one, key in named.items() if key not in self._known}
        told = _vpcs_of(session, region, asked)
        if told is None:
            return None
        self._remember(
            (account, region, one, vpc)
            for one, vpcs in told.items()
            for vpc in vpcs
            if _prefix(one) in _STAYING
        )
        return frozenset(found.union(*told.values()))

    def _remember(self, seen: Iterable[tuple[str, str, str, str]]) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for account, region, one, vpc in seen:
            self._known[account, region, one] = vpc


def _vpcs_of(
    session: boto3.Session, region: str, ids: Iterable[str]
) -> dict[str, set[str]] | None:
    """The VPCs of each of *ids*, or None."""
    by_prefix: dict[str, set[str]] = {}
    for identity in ids:
        by_prefix.setdefault(_prefix(identity), set()).add(identity)
    found = {vpc: {vpc} for vpc in by_prefix.pop("vpc", ())}
    if by_prefix.keys() - _KINDS.keys():
        return None
    if not by_prefix:
        return found
    ec2 = client_of(session, "ec2", region)
    for prefix, some in by_prefix.items():
        try:
            vpcs = _vpcs_by_id(ec2, _KINDS[prefix], some)
        except (ClientError, BotoCoreError, ResponseParserError):
            return None
        if not all(vpcs.get(identity) for identity in some):
            return None
        found |= {identity: vpcs[identity] for identity in some}
    return found


def _prefix(identity: str) -> str:
    return identity.partition("-")[0]


def _vpcs_by_id(ec2: Any, kind: _Kind, ids: set[str]) -> dict[str, set[str]]:
    vpcs: dict[str, set[str]] = {}
    paginator = ec2.get_paginator(kind.method)
    for request in filtered(kind.filter, ids, kind.parameter):
        for page in paginator.paginate(**request):
            for listed in page[kind.key]:
                for item in kind.items(listed) if kind.items else (listed,):
                    vpcs[item[kind.identity]] = set(kind.vpcs_of(item))
    return vpcs
