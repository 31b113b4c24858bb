"""What one inventory lets in, or is found fault with, that another does not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ringfence.finding import Finding, Severity
from ringfence.inventory.records import Ports
from ringfence.reach import Exposure, sets
from ringfence.reach.engine import icmp_kinds
from ringfence.reach.filters import ICMP, OTHER, numbers_of
from ringfence.reach.obstacles import sources_in
from ringfence.reach.sets import Ranges

_Key = tuple[str, ...]
_TOLD_APART = frozenset({"tcp", "udp", *ICMP.values(), OTHER})


@dataclass(frozen=True, slots=True)
class Altered:
    """A finding that stays open with another severity."""

    finding: Finding
    before: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsDifference:
    """The findings that only one of two reports has, and those that both have."""

    opened: tuple[Finding, ...]
    closed: tuple[Finding, ...]
    altered: tuple[Altered, ...]


def findings_difference(
    before: Iterable[Finding], after: Iterable[Finding]
) -> FindingsDifference:
    """Compare two reports' findings by their ids."""
    old = {finding.id: finding for finding in before}
    new = {finding.id: finding for finding in after}
    return FindingsDifference(
        opened=tuple(finding for name, finding in new.items() if name not in old),
        closed=tuple(finding for name, finding in old.items() if name not in new),
        altered=tuple(
            Altered(finding, old[name].severity)
            for name, finding in new.items()
            if name in old and old[name].severity != finding.severity
        ),
    )


def rows_added(
    before: Iterable[Exposure], after: Iterable[Exposure]
) -> tuple[Exposure, ...]:
    """
    Give exactly what *after* lets in and *before* does not, whatever the way.

    TCP and UDP are compared port by port, ICMP by type and code. A protocol of
    which *before* has no row of its own was among the `OTHER` ones there.
    """
    old: dict[_Key, list[Exposure]] = defaultdict(list)
    for row in before:
        old[_key(row)].append(row)
    return tuple(new for row in after for new in _added(row, _alike(row, old)))


def _alike(row: Exposure, old: Mapping[_Key, list[Exposure]]) -> list[Exposure]:
    """Give the earlier rows about the protocol of *row*."""
    own = old.get(_key(row), [])
    if own or row.protocol in _TOLD_APART:
        return own
    return old.get(_key(replace(row, protocol=OTHER)), [])


def _key(row: Exposure) -> _Key:
    """Tell apart what two rows must share to be about the same packets."""
    return (
        row.resource,
        row.interface,
        row.address,
        row.family,
        row.source,
        row.entry,
        row.protocol,
        row.session,
        row.inspected_by or "",
        row.authenticated_by or "",
    )


def _added(row: Exposure, before: list[Exposure]) -> Iterator[Exposure]:
    numbers = _numbers(row)
    cuts = {numbers[0], numbers[1] + 1}
    if row.ports or row.icmp:
        for other in before:
            low, high = _numbers(other)
            cuts |= {low, high + 1}
    edges = sorted(cut for cut in cuts if numbers[0] <= cut <= numbers[1] + 1)
    pieces = [
        ((low, after - 1), _new(row, before, (low, after - 1)))
        for low, after in pairwise(edges)
    ]
    for block, new in _joined(pieces):
        if block == numbers and new == sources_in(row):
            yield row
            continue
        part = replace(row, sources=sets.cidrs(new, row.family))
        if row.icmp:
            yield from (replace(part, icmp=kind) for kind in icmp_kinds(block))
        else:
            yield replace(part, ports=block if row.ports else None)


def _new(row: Exposure, before: Iterable[Exposure], block: Ports) -> Ranges:
    """Give the row's sources that no earlier row lets in to all of *block*."""
    covering = [
        sources_in(other)
        for other in before
        if _numbers(other)[0] <= block[0] and block[1] <= _numbers(other)[1]
    ]
    return sets.difference(sources_in(row), sets.union(*covering))


def _joined(pieces: Iterable[tuple[Ports, Ranges]]) -> Iterator[tuple[Ports, Ranges]]:
    """Join neighbours with the same sources; drop pieces without any."""
    joined: list[tuple[Ports, Ranges]] = []
    for block, new in pieces:
        if joined and joined[-1][1] == new and joined[-1][0][1] + 1 == block[0]:
            joined[-1] = ((joined[-1][0][0], block[1]), new)
        elif new:
            joined.append((block, new))
    return iter(joined)


def _numbers(row: Exposure) -> Ports:
    return numbers_of(row.protocol, row.ports, row.icmp or (-1, -1))
