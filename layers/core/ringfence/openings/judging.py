"""
From exposures to openings: what is open, to whom, of which kind.

Every exposure that the policy does not accept is in openings of exactly one kind,
so that of the checks that tell them, one speaks and the others stay quiet.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ringfence import identity, reach
from ringfence.inventory import Inventory
from ringfence.inventory.records import Ports
from ringfence.openings.audience import NOBODY, Audience, Trust, joined
from ringfence.openings.blocks import Block, Entrance, blocks, is_wide
from ringfence.openings.fronts import Fronts, target_port
from ringfence.openings.kinds import Kind, Known
from ringfence.products import Profile
from ringfence.reach import Exposure, Exposures
from ringfence.reach.filters import OTHER

EVERYTHING = "all"
ALL_PORTS: Ports = (0, 65535)

NEEDS = reach.NEEDS | identity.NEEDS


@dataclass(frozen=True, kw_only=True)
class Opening:
    """
    Ports of one resource that strangers reach: what one finding tells.

    *ports* is what the client dials, None where the protocol has none. *protocol*
    is `EVERYTHING` where all protocols are open alike.
    *both_ways* are those who get replies, *one_way* those who only get packets in,
    *authenticated* those whom a load balancer asks first who they are.
    """

    kind: Kind
    resource: str
    protocol: str
    ports: Ports | None
    rows: tuple[Exposure, ...]
    both_ways: Audience
    one_way: Audience
    authenticated: Audience = NOBODY

    @property
    def discriminator(self) -> str:
        """Give ``tcp-22``, ``tcp-0-65535``, or the protocol alone, such as ``all``."""
        if self.ports is None or self.protocol == EVERYTHING:
            return self.protocol
        low, high = self.ports
        return (
            f"{self.protocol}-{low}" if low == high else f"{self.protocol}-{low}-{high}"
        )

    @cached_property
    def is_behind(self) -> bool:
        """Whether something forwards it, maybe to another port."""
        return any(
            row.entry == "load-balancer"
            or (row.ports is not None and target_port(row) != row.ports[0])
            for row in self.rows
        )

    @property
    def whom(self) -> tuple[Audience, Audience, Audience]:
        """Who gets in, told apart as above."""
        return self.both_ways, self.one_way, self.authenticated

    @cached_property
    def audience(self) -> Audience:
        """All who get anything in."""
        return joined(self.whom)

    @cached_property
    def unasked(self) -> Audience:
        """All who get anything in without saying who they are."""
        return self.both_ways.joined(self.one_way)


def is_way_in(row: Exposure) -> bool:
    """
    Whether strangers can do anything with what *row* lets in.

    An echo gives nothing away and ICMP's errors keep paths working. A TCP
    connection that gets no answer is none; what one more route would make of
    it is for the security group checks to say.
    """
    if row.source != "internet" or row.protocol in ("icmp", "icmpv6"):
        return False
    return row.protocol != "tcp" or row.session == "both"


class _Piece(NamedTuple):
    kind: Kind
    ports: Ports | None
    entrances: tuple[Entrance, ...]


def openings(
    inventory: Inventory,
    exposures: Exposures,
    *,
    trust: Trust,
    profile_of: Callable[[str], Profile | None],
) -> tuple[Opening, ...]:
    """Give all that *trust* and the products' profiles do not accept, by resource."""
    fronts = Fronts(inventory, exposures.rows)
    found: list[Opening] = []
    by_profile: dict[Profile | None, Known] = {}
    for resource, rows in exposures.by_resource.items():
        profile = profile_of(resource)
        known = by_profile.setdefault(profile, Known(profile))
        by_protocol: dict[str, list[Entrance]] = defaultdict(list)
        for row in rows:
            if not is_way_in(row):
                continue
            audience = trust.left_of(row)
            if audience:
                by_protocol[row.protocol].append(Entrance(row, audience))
        here: list[Opening] = []
        for protocol, entrances in by_protocol.items():
            pieces = _pieces(fronts, known, protocol, entrances)
            here += _openings(resource, protocol, pieces)
        found += _everything_as_one(here)
    return tuple(found)


def _pieces(
    fronts: Fronts, known: Known, protocol: str, entrances: Iterable[Entrance]
) -> Iterator[_Piece]:
    direct: list[Entrance] = []
    for entrance in entrances:
        row = entrance.row
        if row.ports is None:
            yield _Piece(Kind.OTHER, None, (entrance,))
        elif row.entry == "load-balancer" or fronts.is_balancer(row.resource):
            is_own = fronts.is_balancer(row.resource)
            judge = fronts.own_kind if is_own else fronts.kind_behind
            kind = judge(row, known)
            if kind:
                yield _Piece(kind, row.ports, (entrance,))
        elif target_port(row) != row.ports[0]:
            kind = known.kind_of(protocol, target_port(row))
            if kind:
                yield _Piece(kind, row.ports, (entrance,))
        else:
            direct.append(entrance)
    for block in blocks(direct):
        yield from _pieces_of_block(known, protocol, block)


def _pieces_of_block(known: Known, protocol: str, block: Block) -> Iterator[_Piece]:
    """Tell a wide block as the worst that it covers, a narrow one port by port."""
    low, high = block.ports
    ports = known.telling_ports(protocol)
    telling = ports[bisect_left(ports, low) : bisect_right(ports, high)]
    kinds = {port: known.kind_of(protocol, port) for port in telling}
    if is_wide(block.ports):
        worst = min((kind for kind in kinds.values() if kind), default=Kind.OTHER)
        yield _Piece(worst, block.ports, block.entrances)
        return
    alone = [port for port, kind in kinds.items() if kind is not Kind.OTHER]
    for port in alone:
        kind = kinds[port]
        if kind:
            yield _Piece(kind, (port, port), block.entrances)
    if len(alone) < high - low + 1:
        yield _Piece(Kind.OTHER, block.ports, block.entrances)


def _openings(
    resource: str, protocol: str, pieces: Iterable[_Piece]
) -> Iterator[Opening]:
    """Put together what differs only in the address or the way in."""
    merged: dict[tuple[Kind, Ports | None], list[Entrance]] = defaultdict(list)
    for piece in pieces:
        merged[piece.kind, piece.ports] += piece.entrances
    for (kind, ports), entrances in merged.items():
        yield Opening(
            kind=kind,
            resource=resource,
            protocol=protocol,
            ports=ports,
            rows=tuple(dict.fromkeys(_unasked_first(entrances))),
            both_ways=_joined(entrances, "both"),
            one_way=_joined(entrances, "one-way"),
            authenticated=joined(
                e.audience for e in entrances if e.row.authenticated_by
            ),
        )


def _everything_as_one(listed: list[Opening]) -> list[Opening]:
    """Put together what one rule for all protocols opens: it is one bad thing."""
    whole = [item for item in listed if item.ports in (None, ALL_PORTS)]
    worst = min(whole, key=lambda item: item.kind, default=None)
    if worst is None or worst.kind not in (Kind.ADMIN, Kind.DATABASE):
        return listed
    alike = [item for item in whole if item.whom == worst.whom]
    if not {"tcp", "udp", OTHER} <= {item.protocol for item in alike}:
        return listed
    rows = tuple(dict.fromkeys(row for item in alike for row in item.rows))
    one = replace(worst, protocol=EVERYTHING, ports=ALL_PORTS, rows=rows)
    return [one, *(item for item in listed if item not in alike)]


def _unasked_first(entrances: Iterable[Entrance]) -> list[Exposure]:
    rows = (entrance.row for entrance in entrances)
    return sorted(rows, key=lambda row: row.authenticated_by is not None)


def _joined(entrances: Iterable[Entrance], session: str) -> Audience:
    return joined(
        e.audience
        for e in entrances
        if e.row.session == session and not e.row.authenticated_by
    )
