"""Rules that open a private service to more than its own VPC and that VPC's peers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ringfence.estate import Estate
from ringfence.finding import Severity
from ringfence.inventory.records import Rule
from ringfence.openings import Audience
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError, numbers_of, sources_of
from ringfence.reach.sets import Family, Ranges

NEEDS = frozenset({"security_groups", "prefix_lists", "vpc_networks", "peerings"})

_FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Who gets to a port by its groups' rules, beyond those next to it.

    *strangers* are those of the internet, if there were a path from there.
    """

    rules: tuple[Rule, ...]
    strangers: Audience

    @property
    def severity(self) -> Severity:
        """How bad it is as long as no path leads there from the internet."""
        return Severity.MEDIUM if self.strangers.is_broad else Severity.LOW


class Neighbourhood:
    """Tells who is beyond a VPC, with what its services share worked out once."""

    def __init__(self, estate: Estate) -> None:
        inventory = estate.inventory
        self._estate = estate
        self._groups = {group.id: group for group in inventory.security_groups}
        self._lists = {item.id: item for item in inventory.prefix_lists}
        self._near: dict[str | None, dict[Family, Ranges]] = {}

    def reach(self, vpc: str | None, groups: Iterable[str], port: int) -> Reach:
        """
        Give the rules of *groups* that open TCP *port* beyond *vpc* and its peers.

        Ranges that the policy trusts are not beyond. Raises `UnreadableError` for a
        group or list that was not read.
        """
        found: list[Rule] = []
        strangers = Audience()
        for rule in self._rules(groups):
            low, high = numbers_of(rule.protocol, rule.ports, rule.icmp)
            is_on = rule.protocol in ("tcp", "all") and low <= port <= high
            if not rule.is_egress and is_on and self._is_beyond(rule, vpc):
                found.append(rule)
                strangers = strangers.joined(self._estate.strangers.of(rule))
        return Reach(tuple(found), strangers)

    def _rules(self, groups: Iterable[str]) -> Iterator[Rule]:
        for name in groups:
            if name not in self._groups:
                raise UnreadableError(f"the security group {name} could not be read")
            yield from self._groups[name].rules

    def _is_beyond(self, rule: Rule, vpc: str | None) -> bool:
        if vpc not in self._near:
            self._near[vpc] = self._next_to(vpc)
        near = self._near[vpc]
        return any(
            sets.difference(sources_of(rule, family, self._lists), near[family])
            for family in _FAMILIES
        )

    def _next_to(self, vpc: str | None) -> dict[Family, Ranges]:
        """Give the addresses of *vpc*, of its peers, and those that are trusted."""
        inventory = self._estate.inventory
        cidrs: list[str] = []
        for network in inventory.vpc_networks:
            if network.id == vpc:
                cidrs += (*network.cidrs, *network.ipv6_cidrs)
        for peering in inventory.peerings:
            if peering.state == "active":
                if peering.requester_vpc == vpc:
                    cidrs += peering.accepter_cidrs
                if peering.accepter_vpc == vpc:
                    cidrs += peering.requester_cidrs
        return {
            family: sets.union(
                sets.of(cidrs, family), self._estate.trust.ranges[family]
            )
            for family in _FAMILIES
        }
