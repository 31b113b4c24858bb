"""
What security groups and network ACLs let through, as exact sets.

A filter's space is (protocol, number, address): the number is the port for TCP and
UDP, ``type * 256 + code`` for ICMP, and 0 for protocols that have neither.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ringfence.inventory.records import AclEntry, NetworkAcl, PrefixList, Rule
from ringfence.reach import sets
from ringfence.reach.sets import Family, Interval, Ranges

OTHER = "other"
ICMP: dict[Family, str] = {"ipv4": "icmp", "ipv6": "icmpv6"}
_ALL_NUMBERS: Interval = (0, 65535)


class UnreadableError(Exception):
    """A filter refers to something that was not read; the message says what."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A block of numbers with the sources that may use it, and what admits them."""

    protocol: str
    numbers: Interval
    sources: Ranges
    rules: tuple[Rule, ...]
    acl_rule: int


@dataclass(frozen=True, slots=True)
class _Opening:
    numbers: Interval
    sources: Ranges
    rule: Rule


def numbers_of(
    protocol: str, ports: Interval | None, icmp: tuple[int, int]
) -> Interval:
    """Give the block of numbers that a rule of *protocol* names."""
    if protocol in ICMP.values():
        kind, code = icmp
        if kind < 0:
            return _ALL_NUMBERS
        return (
            (kind * 256, kind * 256 + 255)
            if code < 0
            else (kind * 256 + code, kind * 256 + code)
        )
    if protocol in ("tcp", "udp", "all"):
        return ports or _ALL_NUMBERS
    return (0, 0)


def sources_of(
    rule: Rule, family: Family, prefix_lists: Mapping[str, PrefixList]
) -> Ranges:
    """
    Give the addresses of *family* that *rule* names by CIDR or prefix list.

    A reference to a group stands for private addresses of interfaces only, so
    it admits nobody from the internet (VPC guide, security group rules); whom it
    admits from a peered VPC is `World.named`'s to say.
    """
    if rule.source.startswith("sg-"):
        return sets.EMPTY
    if rule.source.startswith("pl-"):
        found = prefix_lists.get(rule.source)
        if found is None:
            raise UnreadableError(f"the prefix list {rule.source} could not be read")
        return sets.of(found.cidrs, family)
    kind, ranges = sets.parse(rule.source)
    return ranges if kind == family else sets.EMPTY


def admissions(
    rules: Iterable[Rule],
    acl: NetworkAcl,
    family: Family,
    whom: Callable[[Rule, Family], Ranges],
) -> list[Admission]:
    """
    Give all that *rules* together and *acl*'s inbound entries let in.

    *whom* gives the sources that a rule names, of those who may come at all.
    `OTHER` stands for every protocol that neither names.
    """
    openings: list[tuple[str, _Opening]] = []
    inbound = [rule for rule in rules if not rule.is_egress]
    for rule in inbound:
        sources = whom(rule, family)
        if sources:
            numbers = numbers_of(rule.protocol, rule.ports, rule.icmp)
            openings.append((rule.protocol, _Opening(numbers, sources, rule)))
    entries = [entry for entry in acl.entries if not entry.is_egress]
    named = {rule.protocol for rule in inbound}
    named |= {entry.protocol for entry in acl.entries}
    opened = {protocol for protocol, _ in openings}
    admitted: list[Admission] = []
    for protocol in _protocols(opened, named, family):
        matching = [o for name, o in openings if name in (protocol, "all")]
        admitted += _blocks(protocol, matching, entries, family)
    return admitted


def _protocols(opened: set[str], named: set[str], family: Family) -> list[str]:
    """Every protocol to be told apart; the rest of an all-rule is `OTHER`."""
    if "all" not in opened:
        return sorted(opened)
    foreign = {ICMP["ipv6" if family == "ipv4" else "ipv4"]} - opened
    return sorted((named - foreign - {"all"}) | {"tcp", "udp", ICMP[family], OTHER})


def _blocks(
    protocol: str,
    openings: list[_Opening],
    entries: list[AclEntry],
    family: Family,
) -> Iterator[Admission]:
    """Cut the numbers where any filter changes, and judge each piece."""
    whole = _whole(protocol)
    relevant = [e for e in entries if e.protocol in (protocol, "all")]
    cuts = {whole[0], whole[1] + 1}
    for opening in openings:
        cuts |= {opening.numbers[0], opening.numbers[1] + 1}
    for entry in relevant:
        low, high = _entry_numbers(entry)
        cuts |= {low, high + 1}
    edges = sorted(cut for cut in cuts if whole[0] <= cut <= whole[1] + 1)
    for low, after in itertools.pairwise(edges):
        here = [o for o in openings if o.numbers[0] <= low <= o.numbers[1]]
        if not here:
            continue
        asked = sets.union(*(opening.sources for opening in here))
        allowed, number = acl_allows(relevant, protocol, low, asked, family)
        if allowed:
            rules = tuple(opening.rule for opening in here)
            yield Admission(protocol, (low, after - 1), allowed, rules, number)


def acl_allows(
    entries: Iterable[AclEntry],
    protocol: str,
    number: int,
    asked: Ranges,
    family: Family,
) -> tuple[Ranges, int]:
    """
    Give what of *asked* the first matching entries allow, and the first one's number.

    *entries* are of one direction, sorted; what no entry matches is denied.
    """
    allowed: list[Ranges] = []
    by = -1
    rest = asked
    for entry in entries:
        low, high = _entry_numbers(entry)
        if entry.protocol not in (protocol, "all") or not low <= number <= high:
            continue
        kind, ranges = sets.parse(entry.cidr)
        if kind != family:
            continue
        matched = sets.intersection(rest, ranges)
        if not matched:
            continue
        if entry.allows:
            allowed.append(matched)
            by = entry.number if by < 0 else by
        rest = sets.difference(rest, matched)
        if not rest:
            break
    return sets.union(*allowed), by


def replies(acl: NetworkAcl, protocol: str, family: Family, clients: Ranges) -> Ranges:
    """
    Give those of *clients* to whom *acl* lets any reply out.

    Whoever attacks chooses the client's port, so one open port is enough.
    """
    entries = _of_direction(acl, protocol, is_egress=True)
    return sets.union(
        *(
            acl_allows(entries, protocol, start, clients, family)[0]
            for start in _starts(entries, protocol)
        )
    )


def one_number(
    acl: NetworkAcl, protocol: str, number: int, inside: Ranges, *, is_egress: bool
) -> bool:
    """Whether *acl* lets packets of *number* pass for any of the IPv4 *inside*."""
    entries = _of_direction(acl, protocol, is_egress=is_egress)
    return bool(acl_allows(entries, protocol, number, inside, "ipv4")[0])


def any_number(
    acl: NetworkAcl, protocol: str, inside: Ranges, *, is_egress: bool
) -> bool:
    """Whether *acl* lets packets of any number pass for any of the IPv4 *inside*."""
    entries = _of_direction(acl, protocol, is_egress=is_egress)
    return any(
        acl_allows(entries, protocol, start, inside, "ipv4")[0]
        for start in _starts(entries, protocol)
    )


def _starts(entries: Iterable[AclEntry], protocol: str) -> set[int]:
    """Every number of *protocol* at which another entry may begin to decide."""
    edges = {0}
    for entry in entries:
        low, high = _entry_numbers(entry)
        edges |= {low, high + 1}
    return {edge for edge in edges if edge <= _whole(protocol)[1]}


def _whole(protocol: str) -> Interval:
    """All the numbers that *protocol* has."""
    return _ALL_NUMBERS if protocol in ("tcp", "udp", *ICMP.values()) else (0, 0)


def _of_direction(acl: NetworkAcl, protocol: str, *, is_egress: bool) -> list[AclEntry]:
    return [
        entry
        for entry in acl.entries
        if entry.is_egress == is_egress and entry.protocol in (protocol, "all")
    ]


def _entry_numbers(entry: AclEntry) -> Interval:
    if entry.protocol == "all":
        return _ALL_NUMBERS
    return numbers_of(entry.protocol, entry.ports, entry.icmp)
