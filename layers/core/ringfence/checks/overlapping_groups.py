"""SG-004: more groups on an instance than its rules need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Instance, NetworkInterface, Rule
from ringfence.reach import sets
from ringfence.reach.filters import numbers_of
from ringfence.reach.sets import Interval
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_LISTED = 20


@dataclass
class _Overlap:
    """What the groups on one instance's interfaces say twice."""

    groups: dict[str, None] = field(default_factory=dict)
    most: int = 0
    pairs: dict[tuple[Rule, Rule], None] = field(default_factory=dict)


@check(
    "SG-004",
    "Security groups on an instance overlap or are too many",
    severity=Severity.LOW,
    needs={"security_groups", "network_interfaces", "instances"},
    fix="Put the condensed rules of the evidence in one group and detach the others.",
    guide=("S07", "S08"),
)
def overlapping_groups(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody can say what several overlapping groups let in together.

    A rule that another one covers makes people believe that revoking it closes
    something. Told are inbound rules on one interface with several groups that
    another rule there wholly covers, and more groups than the policy accepts
    (`thresholds.security_groups_per_interface`).
    Outbound rules are left alone: AWS gives the same one to every group.
    """
    rules = {group.id: group.rules for group in estate.inventory.security_groups}
    known: dict[tuple[str, ...], dict[tuple[Rule, Rule], None]] = {}
    found: dict[str, _Overlap] = defaultdict(_Overlap)
    for interface in estate.inventory.network_interfaces:
        groups = tuple(sorted(set(interface.groups)))
        if not interface.instance or len(groups) < 2:  # noqa: PLR2004 - several
            continue
        if groups not in known:
            inbound = [
                rule
                for name in groups
                for rule in rules.get(name, ())
                if not rule.is_egress
            ]
            known[groups] = dict.fromkeys(redundant(inbound))
        overlap = found[interface.instance]
        overlap.groups |= dict.fromkeys(groups)
        overlap.most = max(overlap.most, len(groups))
        overlap.pairs |= known[groups]
    limit = estate.policy.thresholds.security_groups_per_interface
    companions = _companions(estate.inventory.network_interfaces)
    for instance in estate.inventory.instances:
        overlap = found[instance.id]
        if overlap.pairs or overlap.most > limit:
            yield _problem(estate, instance, overlap, rules, companions)


def _problem(
    estate: Estate,
    instance: Instance,
    overlap: _Overlap,
    rules: Mapping[str, tuple[Rule, ...]],
    companions: Mapping[str, frozenset[str]],
) -> Problem:
    limit = estate.policy.thresholds.security_groups_per_interface
    needless = list(dict.fromkeys(covered for covered, _ in overlap.pairs))
    faults = []
    if needless:
        what = "1 rule is" if len(needless) == 1 else f"{len(needless)} rules are"
        faults.append(f"{what} covered by others")
    if overlap.most > limit:
        faults.append(f"{overlap.most} groups on one interface, more than {limit}")
    name = instance.tags.get("Name")
    label = f"{instance.id} ({name})" if name else instance.id
    inbound = (r for group in overlap.groups for r in rules.get(group, ()))
    condensed = [r for r in inbound if not r.is_egress and r not in needless]
    safe = [r for r, cover in overlap.pairs if cover.group in companions[r.group]]
    return Problem(
        resource=instance.id,
        message=f"{label} has the groups {', '.join(overlap.groups)}: "
        f"{' and '.join(faults)}.",
        fix="\n".join(revoke_commands(estate.inventory.region, safe)) or None,
        evidence={
            "groups": list(overlap.groups),
            "redundant": [
                {"rule": _shown(covered), "covered_by": _shown(cover)}
                for covered, cover in list(overlap.pairs)[:_LISTED]
            ],
            "redundant_count": len(overlap.pairs),
            "condensed": list(dict.fromkeys(rules_as_text(condensed))),
        },
    )


def _companions(interfaces: Iterable[NetworkInterface]) -> dict[str, frozenset[str]]:
    """Give for each group those that are on every interface that has it."""
    companions: dict[str, frozenset[str]] = {}
    for interface in interfaces:
        groups = frozenset(interface.groups)
        for name in groups:
            companions[name] = companions.get(name, groups) & groups
    return companions


def redundant(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Give each of *rules* that another one wholly covers, with that one."""
    by_source: dict[object, list[tuple[int, Rule]]] = defaultdict(list)
    sizes: set[int] = set()
    listed = list(enumerate(rules))
    for place, rule in listed:
        key = _key(rule.source)
        by_source[key].append((place, rule))
        if isinstance(key, tuple):
            sizes.add(key[2])
    largest_first = sorted(sizes, reverse=True)
    for place, rule in listed:
        for other_place, other in _candidates(rule, by_source, largest_first):
            if place == other_place or not _is_within(rule, other):
                continue
            is_twin = _key(other.source) == _key(rule.source) and _is_within(
                other, rule
            )
            if is_twin and other_place > place:
                continue  # of twins the first one stays
            yield rule, other
            break


def _key(source: str) -> str | tuple[str, int, int]:
    """Give a CIDR as (family, first address, size), anything else as it is."""
    if source.startswith(("sg-", "pl-")):
        return source
    family, ((low, high),) = sets.parse(source)
    return family, low, high - low + 1


def _candidates(
    rule: Rule,
    by_source: Mapping[object, list[tuple[int, Rule]]],
    sizes: Iterable[int],
) -> Iterator[tuple[int, Rule]]:
    """Give the rules whose source covers that of *rule*."""
    key = _key(rule.source)
    if isinstance(key, str):
        yield from by_source[key]
        return
    family, low, size = key
    for larger in sizes:
        if larger >= size:
            yield from by_source.get((family, low - low % larger, larger), ())


def _is_within(rule: Rule, other: Rule) -> bool:
    """Whether *other* is about all protocols and ports that *rule* is about."""
    if other.protocol == "all":
        return True
    if other.protocol != rule.protocol:
        return False
    low, high = _numbers(rule)
    first, last = _numbers(other)
    return first <= low and high <= last


def _numbers(rule: Rule) -> Interval:
    return numbers_of(rule.protocol, rule.ports, rule.icmp)


def _shown(rule: Rule) -> dict[str, str | None]:
    return {
        "group": rule.group,
        "rule": rule.id,
        "allows": next(rules_as_text((rule,))),
    }
