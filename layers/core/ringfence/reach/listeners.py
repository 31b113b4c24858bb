"""What a load balancer does with a client, before any target is involved."""

from collections.abc import Iterator

from ringfence.inventory.records import Listener
from ringfence.reach import sets
from ringfence.reach.sets import Family, Ranges

_TRANSPORTS = {
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "QUIC": ("udp",),
    "TCP_QUIC": ("tcp", "udp"),
}


def transports(listener: Listener) -> tuple[str, ...]:
    """Give the IP protocols that *listener* answers."""
    return _TRANSPORTS.get(listener.protocol, ("tcp",))


def answers(listener: Listener, protocol: str, port: int) -> bool:
    """Whether a client of *protocol* at *port* meets *listener*."""
    return listener.port == port and protocol in transports(listener)


def forwards(
    listener: Listener, clients: Ranges, family: Family
) -> Iterator[tuple[str, Ranges, str]]:
    """
    Give target group, clients and rule of each forward, by priority.

    Source addresses are judged exactly. Every other condition is the client's
    to choose, so such a rule may match and may not.
    """
    rest = clients
    ordered = sorted(
        listener.rules,
        key=lambda rule: (rule.priority is None, rule.priority or 0),
    )
    for rule in ordered:
        matched = rest
        if rule.source_cidrs:
            matched = sets.intersection(rest, sets.of(rule.source_cidrs, family))
        if not matched:
            continue
        for action in rule.actions:
            if action.kind == "forward":
                for group in action.targets:
                    yield group, matched, rule.id
        if not rule.has_other_conditions:
            rest = sets.difference(rest, matched)
