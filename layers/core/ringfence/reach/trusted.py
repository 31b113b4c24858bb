"""Exposures told apart by the ranges that the owner has names for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.reach import sets
from ringfence.reach.exposure import Exposure, Hop
from ringfence.reach.obstacles import sources_in
from ringfence.reach.sets import Family, Ranges

_NOBODY: Mapping[Family, Ranges] = {"ipv4": sets.EMPTY, "ipv6": sets.EMPTY}
_Key = tuple[object, ...]


def told_apart(
    inventory: Inventory,
    rows: Iterable[Exposure],
    trusted: Mapping[str, Iterable[str]],
) -> tuple[Exposure, ...]:
    """
    Give *rows* with what is inside a trusted range as rows of that range's name.

    Where ranges overlap, the first one has the addresses. Neighbouring ports
    that have become alike are one row again.
    """
    ranges = {name: tuple(cidrs) for name, cidrs in trusted.items()}
    if not ranges:
        return tuple(rows)
    own: dict[str, Mapping[Family, Ranges]] = {
        vpc.id: {
            "ipv4": sets.of(vpc.cidrs, "ipv4"),
            "ipv6": sets.of(vpc.ipv6_cidrs, "ipv6"),
        }
        for vpc in inventory.vpc_networks
    }
    vpcs = {item.id: item.vpc for item in inventory.network_interfaces}
    split = [
        part
        for row in rows
        for part in _parts(row, ranges, own.get(vpcs.get(row.interface, ""), _NOBODY))
    ]
    return tuple(_joined(split))


def _parts(
    row: Exposure,
    ranges: Mapping[str, tuple[str, ...]],
    own: Mapping[Family, Ranges],
) -> Iterator[Exposure]:
    rest = sets.difference(sources_in(row), own[row.family])
    parts: list[Exposure] = []
    for name, cidrs in ranges.items():
        inside = sets.intersection(rest, sets.of(cidrs, row.family))
        if inside:
            sources = sets.listed(inside, row.family)
            parts.append(replace(row, source=name, sources=sources))
            rest = sets.difference(rest, inside)
    if not parts:
        yield row
        return
    if rest:
        yield replace(row, sources=sets.listed(rest, row.family))
    yield from parts


def _joined(rows: Iterable[Exposure]) -> Iterator[Exposure]:
    """Join neighbouring blocks of ports that the same sources use alike."""
    groups: dict[_Key, list[Exposure]] = {}
    for row in rows:
        key = (
            row.resource,
            row.interface,
            row.address,
            row.source,
            row.entry,
            row.protocol,
            row.session,
            row.inspected_by,
            row.sources,
            row.path[0] if row.path else None,
        )
        # What has no ports, or is answered by a listener, has no neighbours.
        is_listened = any(h.type in ("load-balancer", "listener") for h in row.path)
        is_alone = row.ports is None or is_listened
        groups.setdefault((*key, id(row)) if is_alone else key, []).append(row)
    for group in groups.values():
        yield from _blocks(group)


def _blocks(rows: list[Exposure]) -> Iterator[Exposure]:
    before: Exposure | None = None
    for row in sorted(rows, key=lambda row: row.ports or (0, 0)):
        if before and before.ports and row.ports:
            if before.ports[1] + 1 == row.ports[0]:
                whole = (before.ports[0], row.ports[1])
                path = _merged(before.path, row.path)
                before = replace(before, ports=whole, path=path)
                continue
            yield before
        before = row
    if before:
        yield before


def _merged(path: tuple[Hop, ...], other: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Give *path* with the groups' rules of *other* beside its own."""
    rules = [hop for hop in (*path, *other) if hop.type == "security-group"]
    first = next(
        (i for i, hop in enumerate(path) if hop.type == "security-group"), len(path)
    )
    kept = [hop for hop in path[first:] if hop.type != "security-group"]
    return (*path[:first], *dict.fromkeys(rules), *kept)
