"""
Exposure rows put together to what one finding tells.

A range that is open to the same people is one thing to tell, whatever else is
open to more people in its middle; a single port is another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ringfence.inventory.records import Ports
from ringfence.openings.audience import Audience
from ringfence.reach import Exposure, sets

_WIDE = 1024


class Entrance(NamedTuple):
    """A row with those of its sources that nobody vouches for."""

    row: Exposure
    audience: Audience


class Block(NamedTuple):
    """
    Ports that are told together, with the rows that open them.

    The rows of a wide block may let in more people than the block tells of.
    """

    ports: Ports
    entrances: tuple[Entrance, ...]


def is_wide(ports: Ports) -> bool:
    """Whether *ports* are too many to be meant one by one."""
    return ports[1] - ports[0] + 1 > _WIDE


def blocks(entrances: Iterable[Entrance]) -> Iterator[Block]:
    """Put together the *entrances* (with ports) of one resource and protocol."""
    doors: dict[tuple[str, str, str], list[Entrance]] = defaultdict(list)
    for entrance in entrances:
        row = entrance.row
        doors[row.interface, row.address, row.session].append(entrance)
    for door in doors.values():
        yield from _blocks_of_door(door)


def _blocks_of_door(door: list[Entrance]) -> Iterator[Block]:
    wide = list(_wide_blocks(door))
    yield from wide
    for entrance in door:
        ports = _ports(entrance)
        if not any(_covers(block, ports, entrance.audience) for block in wide):
            yield Block(ports, (entrance,))


def _wide_blocks(door: list[Entrance]) -> Iterator[Block]:
    """Give each wide range that one audience gets, gaps for larger ones closed."""
    audiences = {e.audience for e in door if is_wide(_ports(e))}
    for audience in sorted(audiences, key=_size):
        covering = [e for e in door if e.audience.includes(audience)]
        for ports in sets.union(*((_ports(entrance),) for entrance in covering)):
            if is_wide(ports):
                inside = (e.row for e in covering if _within(e, ports))
                yield Block(ports, tuple(Entrance(row, audience) for row in inside))


def _covers(block: Block, ports: Ports, audience: Audience) -> bool:
    if not (block.ports[0] <= ports[0] and ports[1] <= block.ports[1]):
        return False
    return block.entrances[0].audience.includes(audience)


def _within(entrance: Entrance, ports: Ports) -> bool:
    low, high = _ports(entrance)
    return ports[0] <= low and high <= ports[1]


def _ports(entrance: Entrance) -> Ports:
    return entrance.row.ports or (0, 65535)


def _size(audience: Audience) -> int:
    return sets.size(audience.ipv4) + sets.size(audience.ipv6)
