"""What a load balancer does with a client, before any target is involved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ringfence.inventory.records import Action, Listener, ListenerRule
from ringfence.reach import sets
from ringfence.reach.sets import Family, Ranges

_TRANSPORTS = {
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "QUIC": ("udp",),
    "TCP_QUIC": ("tcp", "udp"),
}
_AUTHENTICATING = frozenset(
    {"authenticate-oidc", "authenticate-cognito", "jwt-validation"}
)


@dataclass(frozen=True, slots=True)
class Forward:
    """Clients whom a rule forwards to a target group, and what they pass before."""

    group: str
    clients: Ranges
    rule: str
    gate: str | None  # the action that authenticates; None: nothing does


def transports(listener: Listener) -> tuple[str, ...]:
    """Give the IP protocols that *listener* answers."""
    return _TRANSPORTS.get(listener.protocol, ("tcp",))


def answers(listener: Listener, protocol: str, port: int) -> bool:
    """Whether a client of *protocol* at *port* meets *listener*."""
    return listener.port == port and protocol in transports(listener)


def forwards(listener: Listener, clients: Ranges, family: Family) -> Iterator[Forward]:
    """Give each forward, by priority."""
    for rule, matched in matches(listener, clients, family):
        for place, action in enumerate(rule.actions):
            if action.kind == "forward":
                gate = _gate(rule.actions[:place])
                for group in action.targets:
                    yield Forward(group, matched, rule.id, gate)


def matches(
    listener: Listener, clients: Ranges, family: Family
) -> Iterator[tuple[ListenerRule, Ranges]]:
    """
    Give each rule with the clients who may meet it, by priority.

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
        yield rule, matched
        if not rule.has_other_conditions:
            rest = sets.difference(rest, matched)


def _gate(before: Iterable[Action]) -> str | None:
    """
    Give the action that lets only those pass who prove who they are.

    One whose OnUnauthenticatedRequest is ``allow`` forwards the others, too.
    """
    for action in before:
        if action.kind in _AUTHENTICATING and not action.lets_strangers_pass:
            return action.kind
    return None
