"""CloudTrail events as edits: what has happened, done to an inventory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ringfence.changes import Change, read_change
from ringfence.inventory import Inventory
from ringfence.inventory.answers import MalformedError
from ringfence.inventory.protocols import read_icmp, read_ports, read_protocol
from ringfence.inventory.records import Rule
from ringfence.whatif.edits import EditError, authorized, revoked

_AUTHORIZE = "AuthorizeSecurityGroupIngress"
_REVOKE = "RevokeSecurityGroupIngress"

# Where a permission that was asked for, and a rule that AWS answered with, name
# their sources.
_LISTED = (
    ("ipRanges", "cidrIp"),
    ("ipv6Ranges", "cidrIpv6"),
    ("prefixListIds", "prefixListId"),
    ("groups", "groupId"),
)
_ANSWERED = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedGroupId")


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An event that the result does not take into account, and why."""

    event_id: str
    event_name: str
    because: str


def replayed(
    inventory: Inventory, events: Iterable[Any]
) -> tuple[Inventory, tuple[NotApplied, ...]]:
    """
    Do to *inventory* what *events* say, in the order of their times.

    Doubles are done once and calls that failed changed nothing. Raises
    `ChangeError` for what is no CloudTrail event.
    """
    known: dict[str, tuple[Change, Any]] = {}
    for event in events:
        wrapped = event if _is_wrapped(event) else {"detail": event}
        change = read_change(wrapped)
        if change:
            known.setdefault(change.event_id, (change, wrapped["detail"]))
    missed: list[NotApplied] = []
    for change, record in sorted(known.values(), key=lambda pair: pair[0].at):
        try:
            inventory = _applied(inventory, change, record)
        except EditError as reason:
            missed.append(NotApplied(change.event_id, change.event_name, str(reason)))
    return inventory, tuple(missed)


def _is_wrapped(event: Any) -> bool:
    return isinstance(event, dict) and "detail" in event


def _applied(inventory: Inventory, change: Change, record: Any) -> Inventory:
    if (change.account, change.region) != (inventory.account, inventory.region):
        raise EditError(f"it is of {change.account} {change.region}")
    if change.event_name not in (_AUTHORIZE, _REVOKE):
        raise EditError("only changes of inbound rules are applied")
    edit = authorized if change.event_name == _AUTHORIZE else revoked
    for rule in _rules(record):
        inventory = edit(inventory, rule)
    return inventory


def _rules(record: Any) -> tuple[Rule, ...]:
    """Give the rules that the call was about, or say that it does not tell."""
    asked, answered = record.get("requestParameters"), record.get("responseElements")
    asked = asked if isinstance(asked, dict) else {}
    answered = answered if isinstance(answered, dict) else {}
    listed = [
        raw
        for name in ("securityGroupRuleSet", "revokedSecurityGroupRuleSet")
        for raw in _items(answered.get(name))
    ]
    group = str(asked.get("groupId") or next(_texts(listed, "groupId"), ""))
    permissions = _items(asked.get("ipPermissions"))
    try:
        found = [
            rule
            for raw in permissions
            for source in _sources(raw)
            for rule in (_rule(group, raw, source),)
        ] or [
            _rule(group, raw, source)
            for raw in listed
            for key in _ANSWERED
            for source in _texts((raw,), key)
        ]
    except MalformedError as error:
        raise EditError(f"its permissions cannot be read: {error}") from error
    if not group or not found:
        raise EditError("it does not tell the rules")
    return tuple(found)


def _rule(group: str, raw: dict[str, Any], source: str) -> Rule:
    protocol = read_protocol(raw, "ipProtocol")
    return Rule(
        group,
        is_egress=False,
        protocol=protocol,
        ports=read_ports(raw, protocol, "fromPort", "toPort"),
        icmp=read_icmp(raw, protocol, "fromPort", "toPort"),
        source=source,
    )


def _sources(raw: dict[str, Any]) -> Iterator[str]:
    for key, member in _LISTED:
        yield from _texts(_items(raw.get(key)), member)


def _texts(raws: Iterable[dict[str, Any]], key: str) -> Iterator[str]:
    for raw in raws:
        value = raw.get(key)
        if isinstance(value, str) and value:
            yield value


def _items(value: Any) -> list[dict[str, Any]]:
    """Give the objects of a list, bare or as CloudTrail's ``{"items": […]}``."""
    listed = value.get("items") if isinstance(value, dict) else value
    return [item for item in listed or () if isinstance(item, dict)]
