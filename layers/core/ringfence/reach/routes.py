"""Subnets as the internet sees them: gateway, routes back and ACL."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringfence.inventory import Inventory
from ringfence.inventory.records import NetworkAcl, PrefixList, Route, RouteTable
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError, replies
from ringfence.reach.sets import Family, Ranges

# Either mode of Block Public Access keeps inbound packets out
# (VPC guide, security-vpc-bpa-basics).
_BLOCKING = frozenset({"block-bidirectional", "block-ingress"})
_NOBODY: Mapping[Family, Ranges] = {"ipv4": sets.EMPTY, "ipv6": sets.EMPTY}


@dataclass(frozen=True, slots=True)
class Border:
    """
    What stands between the internet and a subnet.

    *gateway* is None when the VPC has no internet gateway attached, *is_blocked*
    says that Block Public Access shuts it: in both cases nothing gets in.
    *back* holds, by family, the addresses whose best route leaves by the gateway,
    *way* that route's destination, and *own* the VPC's addresses.
    """

    subnet: str
    gateway: str | None
    table: str
    acl: NetworkAcl
    back: Mapping[Family, Ranges]
    way: Mapping[Family, str]
    own: Mapping[Family, Ranges]
    inspected_by: str | None = None  # None: the gateway delivers straight
    is_blocked: bool = False
    _answered: dict[tuple[str, Family], Ranges] = field(
        default_factory=dict, compare=False, repr=False
    )

    def answered(self, protocol: str, family: Family) -> Ranges:
        """Give those to whom replies get out, past the ACL and by the routes."""
        key = (protocol, family)
        if key not in self._answered:
            passed = replies(self.acl, protocol, family)
            self._answered[key] = sets.intersection(passed, self.back[family])
        return self._answered[key]

    def rounded(self, sources: Ranges, family: Family) -> Ranges:
        """Give *sources*, the whole internet if they lack but the VPC's own."""
        is_whole = sources == sets.internet_without(self.own[family], family)
        return sets.INTERNET[family] if is_whole else sources


class Borders:
    """The borders of an inventory's subnets, each worked out once."""

    def __init__(self, inventory: Inventory) -> None:
        self._subnets = {subnet.id: subnet for subnet in inventory.subnets}
        self._lists = {item.id: item for item in inventory.prefix_lists}
        self._gateways = {
            vpc: gateway.id
            for gateway in inventory.internet_gateways
            for vpc in gateway.vpcs
        }
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
        self._known: dict[str, Border] = {}

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
        gateway = self._gateways.get(subnet.vpc)
        back: dict[Family, Ranges] = {"ipv4": (), "ipv6": ()}
        way: dict[Family, str] = {"ipv4": "", "ipv6": ""}
        if gateway:
            for family in back:
                back[family], way[family] = _routed_to(
                    gateway, table.routes, family, self._lists
                )
        return Border(
            subnet=name,
            gateway=gateway,
            table=table.id,
            acl=acl,
            back=back,
            way=way,
            own=self._own.get(subnet.vpc, _NOBODY),
            inspected_by=self._inspector(gateway, subnet.cidr),
            is_blocked=self._is_blocking
            and self._spared.isdisjoint({name, subnet.vpc}),
        )

    def _inspector(self, gateway: str | None, cidr: str) -> str | None:
        """The appliance that the gateway's own table puts before the subnet."""
        edge = self._edges.get(gateway or "")
        if edge is None or not cidr:
            return None
        inside = sets.parse(cidr)[1]
        best: tuple[int, str] | None = None
        for route in edge.routes:
            if route.target == "local" or route.destination.startswith("pl-"):
                continue
            ranges = sets.parse(route.destination)[1]
            if sets.intersection(ranges, inside) == inside:
                width = sets.size(ranges)
                best = (
                    min(best, (width, route.target)) if best else (width, route.target)
                )
        return best[1] if best else None


def _routed_to(
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
