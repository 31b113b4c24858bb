"""
Networks that VPCs are joined to: peered VPCs, and what a gateway leads to.

What the other side's own routes, ACLs and egress rules do is the other side's to
change, so nothing is taken off for it. Of a transit or VPN gateway only those
addresses are known to which some table of the VPC leads; routes that are not in
a table, such as those of BGP without propagation, are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ringfence.inventory import Inventory
from ringfence.inventory.records import NetworkInterface, Peering, Vpc
from ringfence.reach import sets
from ringfence.reach.balancers import balancer_exposures, balancer_nodes
from ringfence.reach.engine import World, instance_doors, told_exposures_of
from ringfence.reach.exposure import Blind, Exposure, Exposures
from ringfence.reach.filters import UnreadableError
from ringfence.reach.outside import Outside
from ringfence.reach.routes import routed_to
from ringfence.reach.sets import Family, Ranges

NEEDS = frozenset({"peerings"})  # beside what the internet's exposures need

_GATEWAYS = {"tgw-": "transit-gateway", "vgw-": "vpn-gateway"}
_FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")


class Networks:
    """The networks that the VPCs of an inventory are joined to."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._lists = {item.id: item for item in inventory.prefix_lists}
        self._vpcs = {vpc.id: vpc for vpc in inventory.vpc_networks}
        self._carried: dict[str, list[NetworkInterface]] = defaultdict(list)
        for interface in inventory.network_interfaces:
            self._carried[interface.vpc].append(interface)
        self._group_vpcs = {item.id: item.vpc for item in inventory.security_groups}
        self._peers: dict[str, set[str]] = defaultdict(set)
        for peering in _active(inventory.peerings):
            self._peers[peering.requester_vpc].add(peering.accepter_vpc)
            self._peers[peering.accepter_vpc].add(peering.requester_vpc)

    def of(self, vpc: Vpc) -> Iterator[Outside]:
        """Give the networks joined to *vpc*, or raise `UnreadableError`."""
        for peering in _active(self._inventory.peerings):
            if vpc.id == peering.accepter_vpc:
                peer, cidrs = peering.requester_vpc, peering.requester_cidrs
            elif vpc.id == peering.requester_vpc:
                peer, cidrs = peering.accepter_vpc, peering.accepter_cidrs
            else:
                continue
            yield self._peered(vpc, peering.id, peer, cidrs)
        yield from self._behind_gateways(vpc)

    def doubt(self, outside: Outside, vpc: str, groups: Iterable[str]) -> str:
        """Say which reference in the rules of *groups* cannot be told; often none."""
        listed = frozenset(groups)
        for group in self._inventory.security_groups:
            if group.id not in listed:
                continue
            for rule in group.rules:
                unclear = rule.source.startswith("sg-") and self._is_unclear(
                    outside, vpc, rule.source
                )
                if unclear and not rule.is_egress:
                    return (
                        f"whom of {outside.source} the reference to {rule.source} in "
                        f"{group.id} lets in could not be read"
                    )
        return ""

    def _is_unclear(self, outside: Outside, vpc: str, group: str) -> bool:
        """
        Whether a reference to *group* may let in somebody who is not known.

        Across a transit gateway references count where it supports them, which
        is not read; across a VPN gateway they never do.
        """
        home = self._group_vpcs.get(group)
        if outside.entry == "vpc-peering":
            return home is None and outside.source not in self._vpcs
        if outside.entry == "transit-gateway":
            return home is None or home not in {vpc, *self._peers[vpc]}
        return False

    def _peered(
        self, vpc: Vpc, gateway: str, peer: str, cidrs: tuple[str, ...]
    ) -> Outside:
        """Give a peered VPC: only its own addresses may come (VPC Peering guide)."""
        addresses = {family: sets.of(cidrs, family) for family in _FAMILIES}
        return Outside(
            source=peer,
            entry="vpc-peering",
            gateways={vpc.id: gateway},
            addresses=addresses,
            members=self._members(peer, addresses),
        )

    def _members(
        self, vpc: str, addresses: Mapping[Family, Ranges]
    ) -> Mapping[str, Mapping[Family, Ranges]]:
        """Give the private addresses in *vpc* that each group stands for."""
        carried: dict[str, list[str]] = defaultdict(list)
        for interface in self._carried[vpc]:
            texts = [address.private for address in interface.addresses]
            for group in interface.groups:
                carried[group] += [*texts, *interface.ipv6]
        return {
            group: {
                family: sets.intersection(sets.of(texts, family), addresses[family])
                for family in _FAMILIES
            }
            for group, texts in carried.items()
        }

    def _behind_gateways(self, vpc: Vpc) -> Iterator[Outside]:
        tables = [item for item in self._inventory.route_tables if item.vpc == vpc.id]
        targets = {
            route.target
            for table in tables
            for route in table.routes
            if route.target.startswith(tuple(_GATEWAYS)) and route.is_active
        }
        for target in sorted(targets):
            addresses = {
                family: sets.intersection(
                    sets.FORWARDED[family],
                    sets.union(
                        *(
                            routed_to(target, table.routes, family, self._lists)[0]
                            for table in tables
                        )
                    ),
                )
                for family in _FAMILIES
            }
            yield Outside(
                source=target,
                entry=_GATEWAYS[target[:4]],
                gateways={vpc.id: target},
                addresses=addresses,
            )


def network_exposures(inventory: Inventory) -> Exposures:
    """
    Give all that gets in from the networks that the VPCs are joined to.

    *inventory* must have the parts in `exposure.NEEDS` and `NEEDS`.
    """
    networks = Networks(inventory)
    nodes = balancer_nodes(inventory)
    rows: list[Exposure] = []
    unknown: list[Blind] = []
    for vpc in inventory.vpc_networks:
        inside = [
            item
            for item in inventory.network_interfaces
            if item.vpc == vpc.id and item.id not in nodes
        ]
        try:
            joined = list(networks.of(vpc))
        except UnreadableError as reason:
            unknown.append(Blind(vpc.id, "*", str(reason)))
            continue
        for outside in joined:
            seen = World(inventory, outside)
            found, blind = _direct(seen, networks, vpc, inside)
            fronted, lost = _fronted(seen, networks, vpc, nodes)
            rows += found + fronted
            unknown += blind + lost
    return Exposures(tuple(rows), tuple(dict.fromkeys(unknown)))


def _direct(
    world: World,
    networks: Networks,
    vpc: Vpc,
    interfaces: Iterable[NetworkInterface],
) -> tuple[list[Exposure], list[Blind]]:
    rows: list[Exposure] = []
    unknown: list[Blind] = []
    for interface in interfaces:
        doors = list(instance_doors(world, interface))
        for door in doors:
            told, because = told_exposures_of(world, door)
            rows += told
            if because:
                unknown.append(Blind(door.resource, interface.id, because))
        because = networks.doubt(world.outside, vpc.id, interface.groups)
        if doors and because:
            blind = Blind(
                doors[0].resource, interface.id, because, world.outside.source
            )
            unknown.append(blind)
    return rows, unknown


def _fronted(
    world: World, networks: Networks, vpc: Vpc, nodes: Mapping[str, str]
) -> tuple[list[Exposure], list[Blind]]:
    """Give what comes to the load balancers of *vpc*, internal ones too."""
    balancers = [i for i in world.inventory.load_balancers if i.vpc == vpc.id]
    if not balancers:
        return [], []
    rows, unknown = balancer_exposures(world, nodes)
    for balancer in balancers:
        because = networks.doubt(world.outside, vpc.id, balancer.groups)
        if because:
            source = world.outside.source
            unknown.append(Blind(balancer.id, balancer.id, because, source))
    return rows, unknown


def _active(peerings: Iterable[Peering]) -> Iterator[Peering]:
    return (peering for peering in peerings if peering.state == "active")
