"""How open security groups are by their rules alone, as exact sets."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ringfence.inventory import Inventory
from ringfence.inventory.records import Rule, SecurityGroup
from ringfence.openings.audience import Audience, Strangers, joined
from ringfence.openings.blocks import is_wide
from ringfence.openings.judging import is_way_in
from ringfence.reach import Exposures, sets
from ringfence.reach.filters import UnreadableError, numbers_of
from ringfence.reach.sets import EMPTY, Interval, Ranges


def openness(rules: Iterable[Rule], strangers: Strangers) -> "GroupOpenness":
    """
    Judge the union of the inbound *rules*, as no rule by itself shows it.

    Raises `UnreadableError` where one of them cannot be judged.
    """
    inbound = (rule for rule in rules if not rule.is_egress)
    judged = ((rule, strangers.of(rule)) for rule in inbound)
    return GroupOpenness(tuple((rule, who) for rule, who in judged if who))


class GroupOpenness:
    """
    The inbound rules of one group with the strangers that each lets in.

    *because* says why it may be more open than that; empty: it is not.
    """

    def __init__(
        self, named: tuple[tuple[Rule, Audience], ...], because: str = ""
    ) -> None:
        self._named = named
        self.because = because
        self._broad: dict[str, Ranges] = {}

    def broad_ports(self, protocol: str) -> Ranges:
        """Give the ports of *protocol* that the internet, or close to it, gets."""
        if protocol not in self._broad:
            self._broad[protocol] = self._work_out(protocol)
        return self._broad[protocol]

    def _work_out(self, protocol: str) -> Ranges:
        relevant = [
            (numbers_of(rule.protocol, rule.ports, rule.icmp), who)
            for rule, who in self._named
            if rule.protocol in (protocol, "all")
        ]
        if not joined(who for _, who in relevant).is_broad:
            return EMPTY  # so no port is
        edges = sorted({n for (low, high), _ in relevant for n in (low, high + 1)})
        broad: list[Interval] = []
        for low, after in itertools.pairwise(edges):
            here = (who for (first, last), who in relevant if first <= low <= last)
            if joined(here).is_broad:
                broad.append((low, after - 1))
        return sets.union(*((interval,) for interval in broad))

    def opens_everything(self) -> bool:
        """Whether rules for all protocols let the internet in."""
        everywhere = (who for rule, who in self._named if rule.protocol == "all")
        return joined(everywhere).is_broad

    def rules_on(self, protocol: str, ports: Interval) -> tuple[Rule, ...]:
        """Give the rules that open any of *ports* to strangers."""
        low, high = ports
        found = []
        for rule, _ in self._named:
            if rule.protocol in (protocol, "all"):
                first, last = numbers_of(rule.protocol, rule.ports, rule.icmp)
                if first <= high and low <= last:
                    found.append(rule)
        return tuple(found)


class Groups:
    """How open the groups of an estate are, each judged once."""

    def __init__(self, strangers: Strangers) -> None:
        self._strangers = strangers
        self._known: dict[str, GroupOpenness] = {}

    def of(self, group: SecurityGroup) -> GroupOpenness:
        """Judge those rules of *group* that can be: one only opens more."""
        if group.id not in self._known:
            self._known[group.id] = self._judged(group)
        return self._known[group.id]

    def _judged(self, group: SecurityGroup) -> GroupOpenness:
        named: list[tuple[Rule, Audience]] = []
        because = ""
        for rule in group.rules:
            if rule.is_egress:
                continue
            try:
                who = self._strangers.of(rule)
            except UnreadableError as reason:
                because = because or str(reason)
                continue
            if who:
                named.append((rule, who))
        return GroupOpenness(tuple(named), because)


def admitting(
    groups: Iterable[SecurityGroup], strangers: Strangers
) -> Mapping[tuple[str, str | None], list[tuple[Rule, Audience]]]:
    """
    Give the rules that let strangers in, and whom, by group and id as in paths.

    A rule that cannot be judged is left out: nothing that is told came by it.
    """
    found: dict[tuple[str, str | None], list[tuple[Rule, Audience]]] = {}
    for group in groups:
        for rule in group.rules:
            if rule.is_egress:
                continue
            try:
                who = strangers.of(rule)
            except UnreadableError:
                continue
            if who:
                found.setdefault((group.id, rule.id), []).append((rule, who))
    return found


class Used:
    """Which rules the internet's packets pass, and which groups are in use at all."""

    def __init__(self, inventory: Inventory, exposures: Exposures) -> None:
        self.groups = frozenset(
            name
            for groups in (
                *(item.groups for item in inventory.network_interfaces),
                *(item.groups for item in inventory.load_balancers),
            )
            for name in groups
        )
        blind = {item.interface for item in exposures.unknown}
        self._doubtful = frozenset(
            name
            for item in inventory.network_interfaces
            if item.id in blind
            for name in item.groups
        )
        self._passed: dict[tuple[str, str | None], set[tuple[str, Interval]]] = (
            defaultdict(set)
        )
        for row in filter(is_way_in, exposures.rows):
            ports = row.ports or (0, 65535)
            for hop in row.path:
                if hop.type in ("target-group", "endpoint-group") and hop.rule:
                    ports = (int(hop.rule), int(hop.rule))
                elif hop.type == "security-group":
                    self._passed[hop.id, hop.rule].add((row.protocol, ports))

    def state_of(self, group: str, nothing: str) -> str:
        """Say whether *group* is in use, and if it is, that *nothing* is reached."""
        if group not in self.groups:
            return "unused"
        is_sure = group not in self._doubtful
        return nothing if is_sure else "what is reached through it is not known"

    def passes(self, rule: Rule, protocol: str, ports: Interval) -> bool:
        """Whether packets for any of *ports* pass *rule*."""
        return any(
            name == protocol and low <= ports[1] and ports[0] <= high
            for name, (low, high) in self._passed.get((rule.group, rule.id), ())
        )

    def passes_wide(self, rule: Rule, protocol: str) -> bool:
        """Whether packets for a wide range of ports pass *rule*."""
        return any(
            name == protocol and is_wide(ports)
            for name, ports in self._passed.get((rule.group, rule.id), ())
        )
