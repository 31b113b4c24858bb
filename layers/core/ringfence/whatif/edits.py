"""Pure edits of an inventory: rules added and removed, groups attached."""

from collections.abc import Callable
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.protocols import read_protocol
from ringfence.inventory.records import NetworkInterface, Rule, SecurityGroup
from ringfence.reach import sets

# The parts that edits change; a check that needs none of them says the same.
EDITED = frozenset({"security_groups", "network_interfaces"})

_FORM = "GROUP:PROTOCOL:PORTS:SOURCE, such as sg-0123:tcp:22:203.0.113.0/24"
_LAST = 65535
_BYTE = 256


class EditError(ValueError):
    """An edit cannot be made; the message says why."""


def read_rule(text: str) -> Rule:
    """
    Read ``GROUP:PROTOCOL:PORTS:SOURCE`` as an inbound rule.

    Ports are ``22``, ``8000-8080`` or ``all``; for ICMP ``TYPE`` or ``TYPE/CODE``.
    """
    parts = text.split(":", 3)
    if len(parts) != 4 or not all(parts):  # noqa: PLR2004 - as the form says
        raise EditError(f"{text!r} is not {_FORM}.")
    group, name, numbers, source = parts
    protocol = read_protocol({"protocol": "-1" if name == "all" else name}, "protocol")
    is_named = protocol in ("tcp", "udp", "icmp", "icmpv6", "all")
    if not (is_named or (protocol.isdecimal() and int(protocol) < _BYTE)):
        raise EditError(f"{text!r}: {name!r} is not a protocol.")
    is_icmp = protocol in ("icmp", "icmpv6")
    has_ports = protocol in ("tcp", "udp")
    if not has_ports and not is_icmp and numbers != "all":
        raise EditError(f"{text!r}: {name} has no ports: say all.")
    return Rule(
        group,
        is_egress=False,
        protocol=protocol,
        ports=_ports(text, numbers) if has_ports else None,
        icmp=_icmp(text, numbers) if is_icmp else (-1, -1),
        source=_source(text, source),
    )


def authorized(inventory: Inventory, rule: Rule) -> Inventory:
    """Give *inventory* with *rule* added; one that is there already stays."""
    if rule.source.startswith("sg-"):
        _group(inventory, rule.source)

    def added(group: SecurityGroup) -> SecurityGroup:
        if any(_is_same(rule, other) for other in group.rules):
            return group
        return replace(group, rules=(*group.rules, rule))

    return _with_group(inventory, rule.group, added)


def revoked(inventory: Inventory, rule: Rule) -> Inventory:
    """Give *inventory* without *rule*, which must be there."""

    def rest(group: SecurityGroup) -> SecurityGroup:
        kept = tuple(other for other in group.rules if not _is_same(rule, other))
        if len(kept) == len(group.rules):
            raise EditError(f"{group.id} has no such rule: {_in_words(rule)}.")
        return replace(group, rules=kept)

    return _with_group(inventory, rule.group, rest)


def revoked_by_id(inventory: Inventory, name: str) -> Inventory:
    """Give *inventory* without the rule that AWS calls *name*."""
    rules = (rule for group in inventory.security_groups for rule in group.rules)
    found = next((rule for rule in rules if rule.id == name), None)
    if found:
        return revoked(inventory, found)
    why = (
        ""
        if "rule_ids" in inventory.read
        else ": rules' ids were not read (ec2.describe_security_group_rules)"
    )
    raise EditError(f"no rule is called {name!r}{why}.")


def attached(inventory: Inventory, resource: str, group: str) -> Inventory:
    """Give *inventory* with *group* on an interface, or an instance's first one."""
    _group(inventory, group)
    target = _interface(inventory, resource)
    if group in target.groups:
        return inventory
    interfaces = tuple(
        replace(item, groups=(*item.groups, group)) if item is target else item
        for item in inventory.network_interfaces
    )
    instances = tuple(
        replace(item, groups=(*item.groups, group))
        if target.id in item.interfaces[:1] and group not in item.groups
        else item
        for item in inventory.instances
    )
    return replace(inventory, network_interfaces=interfaces, instances=instances)


def _with_group(
    inventory: Inventory, name: str, edit: Callable[[SecurityGroup], SecurityGroup]
) -> Inventory:
    group = _group(inventory, name)
    edited = edit(group)
    groups = tuple(
        edited if item is group else item for item in inventory.security_groups
    )
    return replace(inventory, security_groups=groups)


def _group(inventory: Inventory, name: str) -> SecurityGroup:
    for group in inventory.security_groups:
        if group.id == name:
            return group
    raise EditError(f"no security group is called {name!r}.")


def _interface(inventory: Inventory, name: str) -> NetworkInterface:
    """Find an interface by its own id or by its instance's."""
    first = {item.id: item.interfaces[:1] for item in inventory.instances}
    wanted = (name, *first.get(name, ()))
    for interface in inventory.network_interfaces:
        if interface.id in wanted:
            return interface
    raise EditError(f"no interface or instance with one is called {name!r}.")


def _is_same(rule: Rule, other: Rule) -> bool:
    """Whether AWS takes both for one rule: all but id and description."""
    return _signature(rule) == _signature(other)


def _signature(rule: Rule) -> tuple[object, ...]:
    source: object = rule.source
    if not rule.source.startswith(("sg-", "pl-")):
        source = sets.parse(rule.source)
    # All ports of a protocol are said in two ways.
    ports = None if rule.ports == (0, _LAST) else rule.ports
    return rule.is_egress, rule.protocol, ports, rule.icmp, source


def _in_words(rule: Rule) -> str:
    ports = "all" if rule.ports is None else "-".join(map(str, rule.ports))
    if rule.icmp != (-1, -1):
        ports = "/".join(map(str, rule.icmp))
    return f"{rule.protocol} {ports} from {rule.source}"


def _ports(text: str, numbers: str) -> tuple[int, int] | None:
    if numbers == "all":
        return None
    low, _, high = numbers.partition("-")
    if not (low.isdecimal() and (high or low).isdecimal()):
        raise EditError(f"{text!r}: {numbers!r} is not a port, a range, or all.")
    first, last = int(low), int(high or low)
    if not first <= last <= _LAST:
        raise EditError(f"{text!r}: {numbers!r} is not a range of ports.")
    return first, last


def _icmp(text: str, numbers: str) -> tuple[int, int]:
    if numbers == "all":
        return -1, -1
    kind, slash, code = numbers.partition("/")
    said = (kind, code) if slash else (kind,)
    if not all(part.isdecimal() and int(part) < _BYTE for part in said):
        raise EditError(f"{text!r}: {numbers!r} is not TYPE, TYPE/CODE, or all.")
    return int(kind), int(code) if slash else -1


def _source(text: str, source: str) -> str:
    if source.startswith(("sg-", "pl-")):
        return source
    try:
        sets.parse(source)
    except ValueError:
        raise EditError(
            f"{text!r}: {source!r} is not a CIDR, a prefix list or a group."
        ) from None
    return source
