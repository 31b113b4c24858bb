"""Subnets as they are seen from outside: gateway, routes back and ACL."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    NetworkAcl,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
)
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError, replies
from ringfence.reach.outside import Outside, internet
from ringfence.reach.sets import Family, Ranges

# Either mode of Block Public Access keeps inbound packets out
# (VPC guide, security-vpc-bpa-basics).
_BLOCKING = frozenset({"block-bidirectional", "block-ingress"})
_NOBODY: Mapping[Family, Ranges] = {"ipv4": sets.EMPTY, "ipv6": sets.EMPTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """
    What stands between an outside and a subnet.

    *gateway* is None when none leads into the VPC; *is_blocked* says that Block
    Public Access shuts it, and *dropped* holds the families of which the
    gateway's own table drops all: then nothing gets in. *back* holds, by family,
    the addresses whose best route leaves the way that packets come, *way* that
    route's destination, *own* the VPC's addresses, and *inspectors* the appliance
    that the gateway's own table puts before the subnet.
    """

    outside: Outside
    subnet: str
    gateway: str | None
    table: str
    acl: NetworkAcl
    back: Mapping[Family, Ranges]
    way: Mapping[Family, str]
    own: Mapping[Family, Ranges]
    inspectors: Mapping[Family, str]
    dropped: frozenset[Family] = frozenset()
    is_blocked: bool = False
    _answered: dict[tuple[str, Family], Ranges] = field(
        default_factory=dict, compare=False, repr=False
    )

    def answered(self, protocol: str, family: Family) -> Ranges:
        """Give those to whom replies get out, past the ACL and by the routes."""
        key = (protocol, family)
        if key not in self._answered:
            clients = self.outside.addresses[family]
            passed = replies(self.acl, protocol, family, clients)
            self._answered[key] = sets.intersection(passed, self.back[family])
        return self._answered[key]

    def lets_in(self, family: Family) -> bool:
        """Whether packets of *family* come as far as the subnet."""
        return bool(self.gateway) and not (self.is_blocked or family in self.dropped)

    def written(self, sources: Ranges, family: Family) -> tuple[str, ...]:
        """Give *sources* as CIDRs, the internet as ``/0`` if they lack but *own*."""
        if not self.outside.is_internet:
            return sets.listed(sources, family)
        everybody = sets.INTERNET[family]
        is_whole = sources == sets.internet_without(self.own[family], family)
        return sets.cidrs(everybody if is_whole else sources, family)


class Borders:
    """The borders of an inventory's subnets, each worked out once."""

    def __init__(self, inventory: Inventory, outside: Outside | None = None) -> None:
        self.outside = outside or internet(inventory)
        self._subnets = {subnet.id: subnet for subnet in inventory.subnets}
        self._lists = {item.id: item for item in inventory.prefix_lists}
        self._tables: dict[str, RouteTable] = {}
        self._edges: dict[str, RouteTable] = {}
        for table in inventory.route_tables:
            if table.is_main:
                self._tables[table.vpc] = table
            self._tables.update(dict.fromkeys(table.subnets, table))
            self._edges.update(dict.fromkeys(table.gateways, table))
        self._acls: dict[str, NetworkAcl] = {}
        for acl in inventory.network_acls:
            if acl.is_default:
                self._acls[acl.vpc] = acl
            self._acls.update(dict.fromkeys(acl.subnets, acl))
        blocks = inventory.block_public_access
        self._is_blocking = any(item.mode in _BLOCKING for item in blocks)
        self._spared = {
            exclusion.resource
            for item in blocks
            for exclusion in item.exclusions
            if exclusion.mode == "allow-bidirectional"
        }
        self._own: dict[str, Mapping[Family, Ranges]] = {
            vpc.id: {
                "ipv4": sets.of(vpc.cidrs, "ipv4"),
                "ipv6": sets.of(vpc.ipv6_cidrs, "ipv6"),
            }
            for vpc in inventory.vpc_networks
        }
        self._unadvertised = {
            vpc.id: sets.of(vpc.private_ipv6, "ipv6") for vpc in inventory.vpc_networks
        }
        self._known: dict[str, Border] = {}

    def is_advertised(self, vpc: str, ipv6: str) -> bool:
        """Whether the internet has a route to *ipv6* of *vpc*."""
        hidden = self._unadvertised.get(vpc, sets.EMPTY)
        return not hidden or bool(sets.difference(sets.parse(ipv6)[1], hidden))

    def own(self, vpc: str) -> Mapping[Family, Ranges]:
        """Give the addresses of *vpc*."""
        return self._own.get(vpc, _NOBODY)

    def of(self, subnet: str) -> Border:
        """Give the border of *subnet*, or raise `UnreadableError`."""
        if subnet not in self._known:
            self._known[subnet] = self._work_out(subnet)
        return self._known[subnet]

    def _work_out(self, name: str) -> Border:
        subnet = self._subnets.get(name)
        if subnet is None:
            raise UnreadableError(f"the subnet {name} could not be read")
        table = self._tables.get(name) or self._tables.get(subnet.vpc)
        if table is None:
            raise UnreadableError(f"no route table of {name} could be read")
        acl = self._acls.get(name) or self._acls.get(subnet.vpc)
        if acl is None:
            raise UnreadableError(f"no network ACL of {name} could be read")
        outside = self.outside
        gateway = outside.gateways.get(subnet.vpc)
        inspectors: dict[Family, str] = {}
        dropped: set[Family] = set()
        back: dict[Family, Ranges] = {"ipv4": (), "ipv6": ()}
        way: dict[Family, str] = {"ipv4": "", "ipv6": ""}
        for family in back if gateway else ():
            led = self._led(gateway, subnet, family)
            if led and not led.is_active:
                dropped.add(family)
            elif led and led.target != "local":
                inspectors[family] = led.target
            if outside.needs_route_back:
                through = inspectors.get(family, gateway or "")
                back[family], way[family] = routed_to(
                    through, table.routes, family, self._lists
                )
            else:
                back[family] = outside.addresses[family]
        return Border(
            outside=outside,
            subnet=name,
            gateway=gateway,
            table=table.id,
            acl=acl,
            back=back,
            way=way,
            own=self.own(subnet.vpc),
            inspectors=inspectors,
            dropped=frozenset(dropped),
            is_blocked=outside.is_internet
            and self._is_blocking
            and self._spared.isdisjoint({name, subnet.vpc}),
        )

    def _led(self, gateway: str | None, subnet: Subnet, family: Family) -> Route | None:
        """
        Give the route of the gateway's own table that leads to *subnet*, if any.

        Such a table names whole VPC ranges and whole subnets, and no prefix lists
        (VPC guide, gateway-route-tables).
        """
        edge = self._edges.get(gateway or "")
        cidrs = (subnet.cidr,) if family == "ipv4" else subnet.ipv6_cidrs[:1]
        if edge is None or not any(cidrs):
            return None
        inside = sets.of(cidrs, family)
        leading = [
            (sets.size(ranges), route)
            for ranges, route in _destinations(edge.routes, family)
            if sets.intersection(ranges, inside) == inside
        ]
        return min(leading, key=lambda item: item[0])[1] if leading else None


def _destinations(
    routes: Iterable[Route], family: Family
) -> Iterator[tuple[Ranges, Route]]:
    """Give the routes to CIDRs of *family*, each with its addresses."""
    for route in routes:
        if not route.destination.startswith("pl-"):
            kind, ranges = sets.parse(route.destination)
            if kind == family:
                yield ranges, route


def routed_to(
    gateway: str,
    routes: tuple[Route, ...],
    family: Family,
    lists: Mapping[str, PrefixList],
) -> tuple[Ranges, str]:
    """
    Give the addresses whose longest matching route targets *gateway*.

    A blackhole still matches and drops; at equal length a route by CIDR beats
    one by prefix list (VPC guide, route priority).
    """
    candidates: list[tuple[int, int, Ranges, Route]] = []
    for route in routes:
        by_list = route.destination.startswith("pl-")
        if by_list and route.destination not in lists:
            raise UnreadableError(
                f"the prefix list {route.destination} of a route could not be read"
            )
        destinations = (
            lists[route.destination].cidrs if by_list else (route.destination,)
        )
        for destination in destinations:
            kind, ranges = sets.parse(destination)
            if kind == family:
                candidates.append((sets.size(ranges), int(by_list), ranges, route))
    candidates.sort(key=lambda item: item[:2])
    taken: Ranges = sets.EMPTY
    leaving: list[Ranges] = []
    way = ""
    for _, _, ranges, route in candidates:
        new = sets.difference(ranges, taken)
        if route.target == gateway and route.is_active and new:
            leaving.append(new)
            way = route.destination
        taken = sets.union(taken, new)
    return sets.union(*leaving), way
