"""Who gets to a resource, row by row: ports, rules and evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ringfence.estate import Estate
from ringfence.inventory.records import Rule
from ringfence.openings import is_way_in
from ringfence.reach import Exposure, exposure_json, sets
from ringfence.reach.sets import Ranges

_ROWS = 20
_ALL_PORTS = (0, 65535)


def arrivals(estate: Estate, resource: str) -> list[Exposure]:
    """Give the rows by which strangers get to *resource*, accepted ports too."""
    rows = estate.exposures.by_resource.get(resource, ())
    return [row for row in rows if is_way_in(row) and estate.trust.left_of(row)]


def is_direct(row: Exposure) -> bool:
    """Whether *row* comes straight in, through nothing that forwards it."""
    return row.entry == "internet-gateway"


def are_asked(rows: Iterable[Exposure]) -> bool:
    """Whether a load balancer asks all who come by *rows* who they are."""
    return all(row.authenticated_by for row in rows)


def ports_by_protocol(rows: Iterable[Exposure]) -> Mapping[str, Ranges]:
    """Give the ports that any of *rows* opens; protocols without ports are left out."""
    found: dict[str, Ranges] = defaultdict(tuple)
    for row in rows:
        if row.ports:
            found[row.protocol] = sets.union(found[row.protocol], (row.ports,))
    return found


def ports_as_text(ports: Mapping[str, Ranges]) -> Iterator[str]:
    """Give each block as ``tcp 22`` or ``tcp 20-30``."""
    for protocol, ranges in sorted(ports.items()):
        for low, high in ranges:
            yield f"{protocol} {low}" + (f"-{high}" if high != low else "")


class Admitting:
    """Finds the rules that let rows in, indexed once."""

    def __init__(self, estate: Estate) -> None:
        self._strangers = estate.strangers
        self._rules: dict[tuple[str, str | None], list[Rule]] = defaultdict(list)
        for group in estate.inventory.security_groups:
            for rule in group.rules:
                if not rule.is_egress:
                    self._rules[group.id, rule.id].append(rule)

    def of(self, rows: Iterable[Exposure]) -> tuple[Rule, ...]:
        """Give the inbound rules that let strangers of *rows* in, once each."""
        found: dict[Rule, None] = {}
        for row in rows:
            for hop in row.path:
                for rule in self._rules.get((hop.id, hop.rule), ()):
                    if _is_for(rule, row):
                        who = self._strangers.of(rule)
                        if who.ipv4 if row.family == "ipv4" else who.ipv6:
                            found[rule] = None
        return tuple(found)


def evidence_of(rows: Iterable[Exposure]) -> dict[str, Any]:
    """Give *rows* as exposures are shown, JSON-ready."""
    listed = list(rows)
    hops = (hop for row in listed for hop in row.path)
    groups = dict.fromkeys(hop.id for hop in hops if hop.type == "security-group")
    return {
        "exposures": [exposure_json(row) for row in listed[:_ROWS]],
        "exposure_count": len(listed),
        "security_groups": list(groups),
    }


def _is_for(rule: Rule, row: Exposure) -> bool:
    if rule.protocol == "all":
        return True
    low, high = rule.ports or _ALL_PORTS
    first, last = row.ports or _ALL_PORTS
    return rule.protocol == row.protocol and low <= last and first <= high
