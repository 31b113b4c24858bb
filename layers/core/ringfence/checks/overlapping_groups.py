"""SG-004: more groups on an instance than its rules need."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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


_Source = tuple[str, int, int]


class Scope(NamedTuple):
    """
    A rule with what it is about, in numbers.

    *source* is (family, first address, size) of a CIDR; of anything else it is
    (id, 0, 0). *wider* are those sources of the Region that contain it, the
    largest first; *is_wider* where it is one of those itself. *words* say what
    the rule allows.
    """

    rule: Rule
    words: str
    source: _Source
    wider: tuple[_Source, ...]
    is_wider: bool
    numbers: Interval

    def is_within(self, other: "Scope") -> bool:
        """Whether *other* is about all protocols and ports that this is about."""
        if other.rule.protocol == "all":
            return True
        if other.rule.protocol != self.rule.protocol:
            return False
        low, high = self.numbers
        first, last = other.numbers
        return first <= low and high <= last


@dataclass
class _Overlap:
    """What the groups on one instance's interfaces say twice."""

    interfaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
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
    inbound: dict[str, list[Scope]] = defaultdict(list)
    for scope in scopes(
        rule for group in estate.inventory.security_groups for rule in group.rules
    ):
        inbound[scope.rule.group].append(scope)
    known: dict[tuple[str, ...], dict[tuple[Rule, Rule], None]] = {}
    found: dict[str, _Overlap] = defaultdict(_Overlap)
    for interface in estate.inventory.network_interfaces:
        groups = tuple(sorted(set(interface.groups)))
        if not interface.instance or len(groups) < 2:  # noqa: PLR2004 - several
            continue
        if groups not in known:
            together = [scope for name in groups for scope in inbound[name]]
            known[groups] = dict.fromkeys(redundant(together))
        overlap = found[interface.instance]
        overlap.interfaces[interface.id] = groups
        overlap.groups |= dict.fromkeys(groups)
        overlap.most = max(overlap.most, len(groups))
        overlap.pairs |= known[groups]
    limit = estate.policy.thresholds.security_groups_per_interface
    companions = _companions(estate.inventory.network_interfaces)
    for instance in estate.inventory.instances:
        overlap = found[instance.id]
        if overlap.pairs or overlap.most > limit:
            told = [
                _condensed(name, groups, inbound, known[groups])
                for name, groups in list(overlap.interfaces.items())[:_LISTED]
            ]
            yield _problem(estate, instance, overlap, told, companions)


def _problem(
    estate: Estate,
    instance: Instance,
    overlap: _Overlap,
    interfaces: Sequence[Mapping[str, object]],
    companions: Mapping[str, frozenset[str]],
) -> Problem:
    limit = estate.policy.thresholds.security_groups_per_interface
    needless = {covered for covered, _ in overlap.pairs}
    faults = []
    if needless:
        what = "1 rule is" if len(needless) == 1 else f"{len(needless)} rules are"
        faults.append(f"{what} covered by others")
    if overlap.most > limit:
        faults.append(f"{overlap.most} groups on one interface, more than {limit}")
    name = instance.tags.get("Name")
    label = f"{instance.id} ({name})" if name else instance.id
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
            "interfaces": interfaces,
        },
    )


def _condensed(
    interface: str,
    groups: Iterable[str],
    inbound: Mapping[str, Sequence[Scope]],
    pairs: Iterable[tuple[Rule, Rule]],
) -> dict[str, object]:
    """Give all that the *groups* let in together, and fewer rules that do the same."""
    needless = {covered for covered, _ in pairs}
    effective = [scope for group in groups for scope in inbound.get(group, ())]
    condensed = (scope.words for scope in effective if scope.rule not in needless)
    return {
        "interface": interface,
        "groups": list(groups),
        "effective": list(dict.fromkeys(scope.words for scope in effective)),
        "condensed": list(dict.fromkeys(condensed)),
    }


def _companions(interfaces: Iterable[NetworkInterface]) -> dict[str, frozenset[str]]:
    """Give for each group those that are on every interface that has it."""
    companions: dict[str, frozenset[str]] = {}
    for interface in interfaces:
        groups = frozenset(interface.groups)
        for name in groups:
            companions[name] = companions.get(name, groups) & groups
    return companions


def scopes(rules: Iterable[Rule]) -> Iterator[Scope]:
    """Give the inbound ones of *rules*, a whole Region's, with what they are about."""
    inbound = [rule for rule in rules if not rule.is_egress]
    sources = {text: _source(text) for text in {rule.source for rule in inbound}}
    there = frozenset(sources.values())
    sizes = sorted({size for _, _, size in there}, reverse=True)
    wider = {source: tuple(_wider(source, sizes, there)) for source in there}
    containers = frozenset(itertools.chain.from_iterable(wider.values()))
    for rule, words in zip(inbound, rules_as_text(inbound), strict=True):
        source = sources[rule.source]
        numbers = numbers_of(rule.protocol, rule.ports, rule.icmp)
        is_wider = source in containers
        yield Scope(rule, words, source, wider[source], is_wider, numbers)


def _source(text: str) -> _Source:
    if text.startswith(("sg-", "pl-")):
        return text, 0, 0
    family, ((low, high),) = sets.parse(text)
    return family, low, high - low + 1


def _wider(
    source: _Source, sizes: Iterable[int], there: frozenset[_Source]
) -> Iterator[_Source]:
    """Give those of *there* that contain *source*, the largest of *sizes* first."""
    family, low, size = source
    for larger in sizes:
        if larger > size > 0:
            container = (family, low - low % larger, larger)
            if container in there:
                yield container


def redundant(listed: Sequence[Scope]) -> Iterator[tuple[Rule, Rule]]:
    """Give each rule of *listed* that another one wholly covers, with that one."""
    differ = len({scope.source for scope in listed}) == len(listed)
    if differ and not any(scope.is_wider for scope in listed):
        return
    by_source: dict[_Source, list[Scope]] = {}
    for scope in listed:
        by_source.setdefault(scope.source, []).append(scope)
    for scope in listed:
        cover = None
        for source in scope.wider:
            if source in by_source:
                cover = next(filter(scope.is_within, by_source[source]), None)
                if cover:
                    break
        if cover is None and len(by_source[scope.source]) > 1:
            cover = _cover_among(by_source[scope.source], scope)
        if cover:
            yield scope.rule, cover.rule


def _cover_among(equals: Iterable[Scope], scope: Scope) -> Scope | None:
    """Give what covers *scope* of those of the same source; the first twin stays."""
    is_later = False
    for other in equals:
        if other is scope:
            is_later = True
        elif scope.is_within(other) and not (is_later and other.is_within(scope)):
            return other
    return None


def _shown(rule: Rule) -> dict[str, str | None]:
    return {
        "group": rule.group,
        "rule": rule.id,
        "allows": next(rules_as_text((rule,))),
    }
