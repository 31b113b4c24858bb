"""Security groups and their rules: from AWS's answers to records."""

from collections.abc import Iterator, Mapping
from sys import intern

from ringfence.inventory.answers import (
    Answers,
    Raw,
    cidr,
    flag,
    inner,
    rows,
    shared_text,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.protocols import read_icmp, read_ports, read_protocol
from ringfence.inventory.records import Ports, Rule, SecurityGroup
from ringfence.inventory.references import Reference, read_reference

RULES = "ec2.describe_security_group_rules"

# What tells a group's rules apart: AWS refuses a second one that is equal.
_Signature = tuple[str, bool, str, Ports | None, tuple[int, int], str]
_SOURCES = (
    ("IpRanges", "CidrIp", cidr),
    ("Ipv6Ranges", "CidrIpv6", cidr),
    ("PrefixListIds", "PrefixListId", shared_text),
)


def read_security_groups(answers: Answers) -> tuple[SecurityGroup, ...]:
    """Every group; its rules have ids where DescribeSecurityGroupRules was read."""
    ids: dict[_Signature, str] = {}
    if answers.has(RULES):
        ids = dict(answers.each(RULES, "SecurityGroupRules", _signature_and_id))
    return answers.each(
        "ec2.describe_security_groups",
        "SecurityGroups",
        lambda raw: _group(raw, ids),
    )


def _untold_egress(group: str) -> list[Rule]:
    """
    Let everything out of a group whose dump does not tell.

    AWS always tells; a file that somebody cut down must not hide a path.
    """
    return [
        Rule(group, True, "all", None, (-1, -1), source)  # noqa: FBT003 - a record
        for source in ("0.0.0.0/0", "::/0")
    ]


def _group(raw: Raw, ids: Mapping[_Signature, str]) -> SecurityGroup:
    group = shared_text(raw, "GroupId")
    rules = [
        rule
        for key, is_egress in (("IpPermissions", False), ("IpPermissionsEgress", True))
        for permission in rows(raw, key)
        for rule in _rules(permission, group, ids, is_egress=is_egress)
    ]
    if "IpPermissionsEgress" not in raw:
        rules += _untold_egress(group)
    return SecurityGroup(
        id=group,
        name=text_or_empty(raw, "GroupName"),
        vpc=text_or_none(raw, "VpcId"),
        owner=intern(text_or_empty(raw, "OwnerId")),
        description=text_or_empty(raw, "Description"),
        rules=tuple(rules),
        tags=tags(raw),
    )


def _rules(
    raw: Raw, group: str, ids: Mapping[_Signature, str], *, is_egress: bool
) -> Iterator[Rule]:
    """One rule for each source of one permission."""
    protocol = read_protocol(raw, "IpProtocol")
    ports = read_ports(raw, protocol, "FromPort", "ToPort")
    icmp = read_icmp(raw, protocol, "FromPort", "ToPort")
    for source, description, reference in _sources(raw):
        signature = (group, is_egress, protocol, ports, icmp, source)
        yield Rule(*signature, description, ids.get(signature), reference)


def _sources(raw: Raw) -> Iterator[tuple[str, str, Reference | None]]:
    for key, member, source in _SOURCES:
        for item in rows(raw, key):
            yield source(item, member), text_or_empty(item, "Description"), None
    for item in rows(raw, "UserIdGroupPairs"):
        # In EC2-Classic a pair could name its group alone; none has that id now.
        group = text_or_none(item, "GroupId") or f"sg-{text(item, 'GroupName')}"
        description = text_or_empty(item, "Description")
        yield intern(group), description, read_reference(item)


def _signature_and_id(raw: Raw) -> tuple[_Signature, str]:
    protocol = read_protocol(raw, "IpProtocol")
    source = (
        text_or_none(raw, "CidrIpv4")
        or text_or_none(raw, "CidrIpv6")
        or text_or_none(raw, "PrefixListId")
        or text_or_empty(inner(raw, "ReferencedGroupInfo"), "GroupId")
    )
    signature = (
        shared_text(raw, "GroupId"),
        flag(raw, "IsEgress"),
        protocol,
        read_ports(raw, protocol, "FromPort", "ToPort"),
        read_icmp(raw, protocol, "FromPort", "ToPort"),
        intern(source),
    )
    return signature, text(raw, "SecurityGroupRuleId")
