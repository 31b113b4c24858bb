"""EXP-008: a product's cluster port open to more than its own nodes."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Instance, Ports, Rule
from ringfence.openings import NEEDS
from ringfence.products import Profile
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError, sources_of
from ringfence.reach.sets import Family, Ranges
from ringfence.subjects.carriers import carriers
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
_ALL_PORTS = (0, 65535)

_Offences = dict[int, dict[Rule, None]]


@check(
    "EXP-008",
    "Cluster port of a product open beyond its own nodes",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Revoke the rule; let in only the security group that its nodes carry.",
    guide=("S02", "S07", "D01", "D31"),
    types=(REACHABILITY,),
)
def open_peer_port(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever breaks into a neighbour goes on from there through such a port.

    Cluster and agent ports trust who connects, so only the product's own nodes
    and agents belong there. Told are rules that let in a group which something
    else carries as well, or addresses that are neither such nodes' own nor in a
    range that the policy trusts.
    It is quiet about ports that the internet reaches, which EXP-001 to EXP-005
    tell with their true weight, about groups that nothing carries, and about
    groups of other VPCs that were not seen. Instances that do not run are left
    alone.
    """
    judge = _Judge(estate)
    for instance in estate.inventory.instances:
        profile = estate.profile_of(instance.id)
        if profile is None or instance.state != "running":
            continue
        try:
            found = judge.offences(instance, profile)
        except UnreadableError as reason:
            yield Doubt(instance.id, str(reason))
            continue
        if found:
            yield _problem(estate, instance, profile, found)


class _Judge:
    """Tells who is a peer, with what groups and instances share worked out once."""

    def __init__(self, estate: Estate) -> None:
        inventory = estate.inventory
        self._estate = estate
        self._groups = {group.id: group.rules for group in inventory.security_groups}
        self._lists = {item.id: item for item in inventory.prefix_lists}
        self._carriers = carriers(inventory)
        self._friends = _friends(estate)
        self._judged: dict[tuple[str, str], bool] = {}
        self._told: dict[str, list[tuple[str, Ports]]] = {}
        for opening in estate.openings:
            if opening.ports:
                told = self._told.setdefault(opening.resource, [])
                told.append((opening.protocol, opening.ports))
        self._known: dict[tuple[str, str], _Offences] = {}

    def offences(self, instance: Instance, profile: Profile) -> _Offences:
        """Give the rules of *instance* that let others in, by peer port."""
        product = self._estate.product_of(instance.id) or ""
        found: _Offences = {}
        for group in instance.groups:
            for port, rules in self._of_group(group, product, profile).items():
                found.setdefault(port, {}).update(rules)
        told = self._told.get(instance.id, ())
        left = {
            port: {rule: None for rule in rules if not _is_told(rule, port, told)}
            for port, rules in found.items()
        }
        return {port: rules for port, rules in left.items() if rules}

    def _of_group(self, group: str, product: str, profile: Profile) -> _Offences:
        key = (group, product)
        if key not in self._known:
            self._known[key] = {}
            for rule in self._groups.get(group, ()):
                ports = [port for port in profile.peer if _opens(rule, port)]
                if ports and not self._is_for_peers(rule, product):
                    for port in ports:
                        self._known[key].setdefault(port, {})[rule] = None
        return self._known[key]

    def _is_for_peers(self, rule: Rule, product: str) -> bool:
        key = (rule.source, product)
        if key not in self._judged:
            self._judged[key] = self._has_only_friends(rule, product)
        return self._judged[key]

    def _has_only_friends(self, rule: Rule, product: str) -> bool:
        if rule.source.startswith("sg-"):
            owners = self._carriers.get(rule.source, ())
            return all(self._estate.product_of(owner) == product for owner in owners)
        return all(
            _includes(
                self._friends.get((product, family), self._estate.trust.ranges[family]),
                sources_of(rule, family, self._lists),
            )
            for family in _FAMILIES
        )


def _includes(many: Ranges, few: Ranges) -> bool:
    """Whether all of *few* is in *many*, which is too long to be gone through."""
    for low, high in few:
        place = bisect_right(many, low, key=itemgetter(0)) - 1
        if place < 0 or many[place][1] < high:
            return False
    return True


def _friends(estate: Estate) -> dict[tuple[str, Family], Ranges]:
    """Give the addresses of each product's instances, and those that are trusted."""
    own: dict[tuple[str, Family], list[Ranges]] = defaultdict(list)
    for interface in estate.inventory.network_interfaces:
        product = estate.product_of(interface.id)
        if product:
            private = (item.private for item in interface.addresses)
            public = (item.public for item in interface.addresses if item.public)
            for text in (*private, *public, *interface.ipv6):
                family, ranges = sets.parse(text)
                own[product, family].append(ranges)
    return {
        (product, family): sets.union(*listed, estate.trust.ranges[family])
        for (product, family), listed in own.items()
    }


def _opens(rule: Rule, port: int) -> bool:
    if rule.is_egress or rule.protocol not in ("tcp", "udp", "all"):
        return False
    low, high = rule.ports or _ALL_PORTS
    return low <= port <= high


def _is_told(rule: Rule, port: int, told: Iterable[tuple[str, Ports]]) -> bool:
    """Whether an exposure check tells of *port* already."""
    return any(
        rule.protocol in (protocol, "all") and low <= port <= high
        for protocol, (low, high) in told
    )


def _problem(
    estate: Estate, instance: Instance, profile: Profile, found: _Offences
) -> Problem:
    rules = tuple(dict.fromkeys(rule for listed in found.values() for rule in listed))
    ports = ", ".join(str(port) for port in found)
    opens = list(rules_as_text(rules))
    return Problem(
        resource=instance.id,
        message=f"{profile.title} {estate.label(instance.id)} keeps {ports} for its "
        f"own nodes, but others get in: {'; '.join(opens)}.",
        fix="\n".join(revoke_commands(estate.inventory.region, rules)),
        evidence={
            "ports": list(found),
            "groups": list(dict.fromkeys(rule.group for rule in rules)),
            "rules": [rule.id for rule in rules if rule.id],
            "opens": opens,
        },
    )
