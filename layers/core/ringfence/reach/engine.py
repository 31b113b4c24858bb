"""What gets to an address: filters, routes and gateways put together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    NetworkAcl,
    NetworkInterface,
    Rule,
    SecurityGroup,
)
from ringfence.reach import sets
from ringfence.reach.exposure import Exposure, Hop
from ringfence.reach.filters import (
    ICMP,
    Admission,
    UnreadableError,
    admissions,
    sources_of,
)
from ringfence.reach.outside import Outside
from ringfence.reach.passes import Opening, gathered, joined, split_by_reply
from ringfence.reach.routes import Border, Borders
from ringfence.reach.sets import Family, Interval, Ranges

# Interfaces that take no new connection from outside the VPC (NAT gateway guide),
# or whose packets AWS handles itself before any address of the owner's.
_CLOSED_KINDS = frozenset(
    {
        "nat_gateway",
        "natGateway",
        "transit_gateway",
        "gateway_load_balancer_endpoint",
        "global_accelerator_managed",
    }
)

_ANY: dict[Family, str] = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}

# What stands in for the rules of an interface that no group guards.
UNGUARDED = tuple(
    Rule("", is_egress=False, protocol="all", ports=None, icmp=(-1, -1), source=source)
    for source in _ANY.values()
)


class World:
    """
    An inventory indexed for reach, with what interfaces share worked out once.

    It is seen from *outside*; None stands for the internet.
    """

    def __init__(self, inventory: Inventory, outside: Outside | None = None) -> None:
        self.inventory = inventory
        self.groups = {group.id: group for group in inventory.security_groups}
        self.lists = {item.id: item for item in inventory.prefix_lists}
        self.borders = Borders(inventory, outside)
        self.states = {item.id: item.state for item in inventory.instances}
        self._openings: dict[
            tuple[tuple[str, ...] | None, str, Family], tuple[Opening, ...]
        ] = {}
        self._sure: dict[tuple[tuple[str, ...], str, Family], tuple[Opening, ...]] = {}
        self._named: dict[tuple[str, Family], Ranges] = {}

    @property
    def outside(self) -> Outside:
        """Where packets come from."""
        return self.borders.outside

    def is_running(self, interface: NetworkInterface) -> bool:
        """Whether what the interface is attached to runs, as far as is known."""
        instance = interface.instance
        return not instance or self.states.get(instance, "running") == "running"

    def rules_of(self, groups: Iterable[str]) -> tuple[Rule, ...]:
        """Give the rules of all *groups*, or raise `UnreadableError`."""
        found: list[Rule] = []
        for name in groups:
            group: SecurityGroup | None = self.groups.get(name)
            if group is None:
                raise UnreadableError(f"the security group {name} could not be read")
            found += group.rules
        return tuple(found)

    def sure_rules_of(self, groups: Iterable[str]) -> tuple[Rule, ...]:
        """
        Give those rules of *groups* that were read and can be judged.

        Rules only let more in, so what these do is sure whatever the others say.
        """
        return tuple(
            rule
            for name in groups
            if name in self.groups
            for rule in self.groups[name].rules
            if not rule.source.startswith("pl-") or rule.source in self.lists
        )

    def openings(
        self, groups: tuple[str, ...] | None, subnet: str, family: Family
    ) -> tuple[Opening, ...]:
        """
        Give all that gets to an interface of *groups* in *subnet*.

        *groups* None means that no group guards it (a network load balancer
        may have none); an empty tuple lets nothing in.
        """
        key = (None if groups is None else tuple(sorted(groups)), subnet, family)
        if key not in self._openings:
            rules = UNGUARDED if groups is None else self.rules_of(groups)
            self._openings[key] = self.opened(rules, subnet, family)
        return self._openings[key]

    def sure_openings(
        self, groups: tuple[str, ...], subnet: str, family: Family
    ) -> tuple[Opening, ...]:
        """Give what `sure_rules_of` *groups* let get to an interface in *subnet*."""
        key = (tuple(sorted(groups)), subnet, family)
        if key not in self._sure:
            rules = self.sure_rules_of(groups)
            self._sure[key] = self.opened(rules, subnet, family)
        return self._sure[key]

    def opened(
        self, rules: Iterable[Rule], subnet: str, family: Family
    ) -> tuple[Opening, ...]:
        """Give all that *rules* let get to an interface in *subnet*."""
        border = self.borders.of(subnet)
        is_met = border.outside.meets_inbound_acl
        acl = border.acl if is_met else _without_inbound(border.acl)
        admitted = admissions(tuple(rules), acl, family, self.named)
        return gathered(joined(split_by_reply(admitted, border, family)), ICMP[family])

    def named(self, rule: Rule, family: Family) -> Ranges:
        """Give the sources that *rule* names, of those who may come at all."""
        key = (rule.source, family)
        if key not in self._named:
            self._named[key] = self._work_out(rule, family)
        return self._named[key]

    def _work_out(self, rule: Rule, family: Family) -> Ranges:
        if rule.source.startswith("sg-"):
            members = self.outside.members.get(rule.source)
            return members[family] if members else sets.EMPTY
        named = sources_of(rule, family, self.lists)
        return self.outside.within(named, family)

    def addresses_of(self, interface: NetworkInterface) -> Iterator[tuple[str, Family]]:
        """Give the interface's addresses that packets from outside can name."""
        if self.outside.is_named_publicly:
            for text, family in addresses_of(interface):
                if family == "ipv4" or self.borders.is_advertised(interface.vpc, text):
                    yield text, family
            return
        own = self.borders.own(interface.vpc)
        for text in (*(item.private for item in interface.addresses), *interface.ipv6):
            family, ranges = sets.parse(text)
            if sets.intersection(ranges, own[family]):
                yield text, family

    def clients_of(self, row: Exposure) -> Ranges:
        """Give the sources of *row* as a set; the VPC's own are never among them."""
        named = self.outside.within(sets.of(row.sources, row.family), row.family)
        return sets.difference(named, self._border_of(row).own[row.family])

    def written(self, clients: Ranges, row: Exposure) -> tuple[str, ...]:
        """Give *clients* of *row* as CIDRs, the whole internet as ``/0``."""
        return self._border_of(row).written(clients, row.family)

    def _border_of(self, row: Exposure) -> Border:
        return self.borders.of(next(h.id for h in row.path if h.type == "subnet"))


def _without_inbound(acl: NetworkAcl) -> NetworkAcl:
    """Give *acl* for those whose packets meet only its outbound entries."""
    kept = tuple(entry for entry in acl.entries if entry.is_egress)
    opened = tuple(
        AclEntry(number=0, is_egress=False, allows=True, protocol="all", cidr=cidr)
        for cidr in _ANY.values()
    )
    return replace(acl, entries=opened + kept)


def addresses_of(interface: NetworkInterface) -> Iterator[tuple[str, Family]]:
    """Give the interface's addresses that the internet can name."""
    for address in interface.addresses:
        if address.public:
            yield address.public, "ipv4"
    if not interface.denies_gateway_traffic:
        for text in interface.ipv6:
            if sets.public(sets.parse(text)[1], "ipv6"):
                yield text, "ipv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """
    One address that packets from outside can name, and what stands at it.

    *groups* None means that no group guards it. *numbers* are the (protocol,
    port) pairs that listen there; None means that anything may.
    """

    interface: str
    subnet: str
    address: str
    family: Family
    resource: str
    resource_type: str
    groups: tuple[str, ...] | None
    numbers: frozenset[tuple[str, int]] | None = None


def door_exposures(world: World, door: Door) -> Iterator[Exposure]:
    """Give the rows of one address, or raise `UnreadableError`."""
    if world.borders.of(door.subnet).lets_in(door.family):
        openings = world.openings(door.groups, door.subnet, door.family)
        yield from _rows(world, door, openings)


def told_exposures_of(world: World, door: Door) -> tuple[list[Exposure], str]:
    """
    Give the rows of one address, and why there may be more; mostly nothing.

    A rule that cannot be judged hides no other. Where the ACL or the routes
    cannot be, nothing is sure.
    """
    try:
        return list(door_exposures(world, door)), ""
    except UnreadableError as reason:
        because = str(reason)
    try:
        openings = world.sure_openings(door.groups or (), door.subnet, door.family)
    except UnreadableError:
        return [], because
    return list(_rows(world, door, openings)), because


def _rows(world: World, door: Door, openings: Iterable[Opening]) -> Iterator[Exposure]:
    border = world.borders.of(door.subnet)
    for opening in openings:
        for block in _listened(opening.admission, door.numbers):
            if opening.admission.protocol == ICMP[door.family]:
                for kind in icmp_kinds(block):
                    yield _row(border, door, opening, icmp=kind)
            elif opening.admission.protocol in ("tcp", "udp"):
                yield _row(border, door, opening, ports=block)
            else:
                yield _row(border, door, opening)


def _listened(
    admission: Admission, numbers: frozenset[tuple[str, int]] | None
) -> Iterator[Interval]:
    if numbers is None:
        yield admission.numbers
        return
    low, high = admission.numbers
    for protocol, number in sorted(numbers):
        if protocol == admission.protocol and low <= number <= high:
            yield number, number


def border_hops(
    border: Border, family: Family, acl_rule: int, rules: Iterable[Rule]
) -> tuple[Hop, ...]:
    """Give the path from the gateway through the filters."""
    return (
        Hop(border.gateway or "", border.outside.entry),
        Hop(border.subnet, "subnet"),
        Hop(border.table, "route-table", border.way[family] or None),
        Hop(border.acl.id, "network-acl", str(acl_rule)),
        *(Hop(rule.group, "security-group", rule.id) for rule in rules if rule.group),
    )


def _row(
    border: Border,
    door: Door,
    opening: Opening,
    ports: Interval | None = None,
    icmp: tuple[int, int] | None = None,
) -> Exposure:
    admission = opening.admission
    hops = border_hops(border, door.family, admission.acl_rule, admission.rules)
    end = Hop(door.resource, door.resource_type)
    return Exposure(
        resource=door.resource,
        interface=door.interface,
        address=door.address,
        family=door.family,
        source=border.outside.source,
        entry=border.outside.entry,
        protocol=admission.protocol,
        ports=ports,
        icmp=icmp,
        sources=border.written(opening.sources, door.family),
        session=opening.session,
        inspected_by=border.inspectors.get(door.family),
        path=(
            *hops,
            Hop(door.interface, "network-interface"),
            *((end,) if door.resource != door.interface else ()),
        ),
    )


def icmp_kinds(block: Interval) -> Iterator[tuple[int, int]]:
    """Give a block of ICMP numbers as (type, code) pairs, -1 for all."""
    low, high = block
    if (low, high) == (0, 65535):
        yield (-1, -1)
        return
    while low <= high:
        last = low | 255
        if low % 256 == 0 and last <= high:
            yield (low // 256, -1)
            low = last + 1
        else:
            yield (low // 256, low % 256)
            low += 1


def instance_doors(world: World, interface: NetworkInterface) -> Iterator[Door]:
    """Give the doors of an interface that is not a load balancer's."""
    instance = interface.instance
    if interface.kind in _CLOSED_KINDS or not world.is_running(interface):
        return
    for address, family in world.addresses_of(interface):
        yield Door(
            interface=interface.id,
            subnet=interface.subnet,
            address=address,
            family=family,
            resource=instance or interface.id,
            resource_type="instance" if instance else "network-interface",
            groups=interface.groups,
        )
