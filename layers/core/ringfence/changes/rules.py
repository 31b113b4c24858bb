"""What a call did to the rules of a security group, and how to undo it."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ringfence.changes.commands import Options, command
from ringfence.changes.record import Record
from ringfence.changes.styles import first, listed, members
from ringfence.changes.told import Told

_ANY = "-1"
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_ICMP = frozenset({"icmp", "icmpv6"})
_PORTED = _ICMP | {"tcp", "udp"}
_PORT = re.compile(r"-1|\d{1,5}", re.ASCII)
_RULE = re.compile(r"sgr-[0-9a-f]{8,17}")
_GROUP = re.compile(r"sg-[0-9a-f]{8,17}")
_SOURCE = re.compile(r"[\w.:/-]{1,64}", re.ASCII)  # a range, a list or a group
_PROTOCOL = re.compile(r"-1|[a-z0-9]{1,8}", re.ASCII)

# Where a permission that is asked for names its sources: theirs, then the API's.
_LISTS = (
    ("ipRanges", "IpRanges", (("cidrIp", "CidrIp"),)),
    ("ipv6Ranges", "Ipv6Ranges", (("cidrIpv6", "CidrIpv6"),)),
    ("prefixListIds", "PrefixListIds", (("prefixListId", "PrefixListId"),)),
    (
        "groups",
        "UserIdGroupPairs",
        (("groupId", "GroupId"), ("userId", "UserId")),
    ),
)


def authorized(record: Record) -> Told:
    """Tell of rules that were added; undone by their ids, if AWS answered with any."""
    group, rules = _group(record), _ids(record, "securityGroupRuleSet")
    permissions = _asked(record)
    what = _lines(group, "added", _way(record), permissions, rules)
    verb = f"ec2 revoke-security-group-{_way(record)}"
    if rules:
        named = tuple(sorted(rules))
        options: Options = {"group-id": group, "security-group-rule-ids": named}
        undo = command(record, verb, options) if _GROUP.fullmatch(group) else ()
    else:
        undo = _by_permissions(record, verb, group, permissions)
    return Told(what, undo, rules)


def revoked(record: Record) -> Told:
    """
    Tell of rules that were removed; undone as AWS tells that they were.

    Where AWS knew some of them not, what was asked for is more than was removed.
    """
    group, rules = _group(record), _ids(record, "revokedSecurityGroupRuleSet")
    answered = _answered(record, "revokedSecurityGroupRuleSet")
    permissions = [_permission_of(rule) for rule in answered] or _asked(record)
    verb = f"ec2 authorize-security-group-{_way(record)}"
    undo: tuple[str, ...] = ()
    if answered or not _answered(record, "unknownIpPermissionSet"):
        undo = _by_permissions(record, verb, group, permissions)
    what = _lines(group, "removed", _way(record), permissions, rules)
    return Told(what, undo, rules)


def modified(record: Record) -> Told:
    """Tell what rules are now; what they were before is in no record."""
    group = first(record.asked, "groupId")
    lines = []
    for update in (
        item
        for found in members(record.asked, "securityGroupRule")
        for item in listed(found)
    ):
        for rule in members(update, "securityGroupRule"):
            permission = _permission_of(rule)
            source = ", ".join(_sources(permission)) or "an unknown source"
            name = first(update, "securityGroupRuleId")
            lines.append(
                f"{group}: rule {name} is now {_in_words(permission)}, {source}"
            )
    return Told(tuple(lines))


def _way(record: Record) -> str:
    return "egress" if record.event_name.endswith("Egress") else "ingress"


def _group(record: Record) -> str:
    """The group's id, from the answer where it was asked for by name."""
    return (
        first(record.asked, "groupId")
        or first(record.answered, "securityGroupRuleSet.groupId")
        or first(record.answered, "revokedSecurityGroupRuleSet.groupId")
        or first(record.asked, "groupName")
    )


def _answered(record: Record, key: str) -> list[dict[str, Any]]:
    return [
        item
        for found in members(record.answered, key)
        for item in listed(found)
        if isinstance(item, dict)
    ]


def _ids(record: Record, key: str) -> frozenset[str]:
    """The ids of the rules that AWS answered with, in newer records."""
    named = (first(rule, "securityGroupRuleId") for rule in _answered(record, key))
    return frozenset(name for name in named if _RULE.fullmatch(name))


def _asked(record: Record) -> list[dict[str, Any]]:
    """The permissions asked for, or those of the rules that AWS answered with."""
    asked = [
        _permission(item)
        for found in members(record.asked, "ipPermissions")
        for item in listed(found)
    ]
    rules = _answered(record, "securityGroupRuleSet")
    return asked or [_permission_of(rule) for rule in rules]


def _permission(item: Any) -> dict[str, Any]:
    """
    Give a recorded permission as the API takes it, without descriptions.

    A source that cannot be read stays as one without a name.
    """
    permission: dict[str, Any] = {"IpProtocol": first(item, "ipProtocol")}
    for theirs, ours in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        port = first(item, theirs)
        if _PORT.fullmatch(port):
            permission[ours] = int(port)
    for theirs, ours, fields in _LISTS:
        entries = [
            {name: first(entry, field) for field, name in fields if first(entry, field)}
            for found in members(item, theirs)
            for entry in listed(found)
        ]
        if entries:
            permission[ours] = entries
    return permission


def _permission_of(rule: Any) -> dict[str, Any]:
    """Give a rule of an answer, or of a modification, as the API takes it."""
    group = first(rule, "referencedGroupId")
    group = group or first(rule, "referencedGroupInfo.groupId")
    account = first(rule, "referencedGroupInfo.userId")
    sources = {
        "ipRanges": {"cidrIp": first(rule, "cidrIpv4")},
        "ipv6Ranges": {"cidrIpv6": first(rule, "cidrIpv6")},
        "prefixListIds": {"prefixListId": first(rule, "prefixListId")},
        "groups": {"groupId": group} | ({"userId": account} if account else {}),
    }
    told = {key: first(rule, key) for key in ("ipProtocol", "fromPort", "toPort")}
    return _permission(
        told | {key: source for key, source in sources.items() if all(source.values())}
    )


def _lines(
    group: str,
    word: str,
    way: str,
    permissions: Sequence[Mapping[str, Any]],
    rules: frozenset[str],
) -> tuple[str, ...]:
    named = f"  (rule {', '.join(sorted(rules))})" if rules else ""
    preposition = "from" if way == "ingress" else "to"
    told = tuple(
        f"{group}: {word} {_in_words(item)} {preposition} {source}{named}"
        for item in permissions
        for source in _sources(item)
    )
    return told or (f"{group}: {word} {way} rules{named}",)


def _by_permissions(
    record: Record, verb: str, group: str, permissions: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Undo by saying the permissions again, if each is one that AWS would take."""
    if not permissions or not _GROUP.fullmatch(group):
        return ()
    if not all(map(_is_exact, permissions)):
        return ()
    base = command(record, verb, {"group-id": group})
    told = shlex.quote(json.dumps(permissions))
    return tuple(f"{line} --ip-permissions {told}" for line in base)


def _is_exact(permission: Mapping[str, Any]) -> bool:
    """Whether all of it could be read, so that it says no more and no less."""
    protocol = permission["IpProtocol"]
    sources = list(_sources(permission))
    has_ports = {"FromPort", "ToPort"} <= permission.keys()
    return (
        bool(_PROTOCOL.fullmatch(protocol))
        and (has_ports or _PROTOCOLS.get(protocol, protocol) not in _PORTED)
        and bool(sources)
        and all(map(_SOURCE.fullmatch, sources))
    )


def _sources(permission: Mapping[str, Any]) -> Iterator[str]:
    for _, name, [(_, member), *_others] in _LISTS:
        for entry in permission.get(name, ()):
            yield entry.get(member, "an unknown source")


def _in_words(permission: Mapping[str, Any]) -> str:
    protocol: str = permission["IpProtocol"]
    protocol = _PROTOCOLS.get(protocol, protocol) or "an unknown protocol"
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if protocol == _ANY:
        return "all traffic"
    if low is None or (protocol in _ICMP and low < 0):
        return protocol
    if protocol in _ICMP:
        return f"{protocol} type {low}"
    return f"{protocol} {low}" if low == high else f"{protocol} {low}-{high}"
