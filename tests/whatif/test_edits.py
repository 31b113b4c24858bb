"""Edits of an inventory are pure, and refuse what AWS does not have."""

from dataclasses import replace

import pytest

from ringfence.inventory import PARTS
from ringfence.whatif.edits import (
    EditError,
    attached,
    authorized,
    read_rule,
    revoked,
    revoked_by_id,
)
from tests import build

OPEN = build.public(build.a_rule(22))


@pytest.mark.parametrize(
    ("text", "protocol", "ports", "icmp", "source"),
    [
        ("sg-1:tcp:22:0.0.0.0/0", "tcp", (22, 22), (-1, -1), "0.0.0.0/0"),
        ("sg-1:6:20-25:::/0", "tcp", (20, 25), (-1, -1), "::/0"),
        ("sg-1:udp:all:pl-1", "udp", None, (-1, -1), "pl-1"),
        ("sg-1:all:all:sg-2", "all", None, (-1, -1), "sg-2"),
        ("sg-1:-1:all:2001:db8::/32", "all", None, (-1, -1), "2001:db8::/32"),
        ("sg-1:icmp:8:192.0.2.1", "icmp", None, (8, -1), "192.0.2.1"),
        ("sg-1:icmpv6:3/4:::/0", "icmpv6", None, (3, 4), "::/0"),
        ("sg-1:47:all:0.0.0.0/0", "47", None, (-1, -1), "0.0.0.0/0"),
    ],
)
def test_a_rule_is_read(
    text: str,
    protocol: str,
    ports: tuple[int, int] | None,
    icmp: tuple[int, int],
    source: str,
) -> None:
    """Protocol names and numbers, ports, ICMP types and every kind of source."""
    rule = read_rule(text)

    assert ("sg-1", protocol, ports, icmp, source) == (
        rule.group,
        rule.protocol,
        rule.ports,
        rule.icmp,
        rule.source,
    )


@pytest.mark.parametrize(
    "text",
    [
        "sg-1:tcp:22",
        "sg-1:tcp::0.0.0.0/0",
        "sg-1:tcp:22:everybody",
        "sg-1:tcp:25-20:0.0.0.0/0",
        "sg-1:tcp:65536:0.0.0.0/0",
        "sg-1:tcp:ssh:0.0.0.0/0",
        "sg-1:ssh:22:0.0.0.0/0",
        "sg-1:256:all:0.0.0.0/0",
        "sg-1:all:22:0.0.0.0/0",
        "sg-1:icmp:256:0.0.0.0/0",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    """The message repeats what was given."""
    with pytest.raises(EditError, match="sg-1"):
        read_rule(text)


def test_a_rule_is_added_and_removed() -> None:
    """Revoking what was authorized gives the inventory back."""
    rule = read_rule("sg-1:tcp:443:0.0.0.0/0")

    edited = authorized(OPEN, rule)

    assert [22, 443] == [
        it.ports[0] for it in edited.security_groups[0].rules if it.ports
    ]
    assert OPEN == revoked(edited, rule)


def test_a_rule_that_is_there_is_not_added_again() -> None:
    """AWS refuses a second rule that differs in id or description only."""
    assert OPEN == authorized(OPEN, read_rule("sg-1:tcp:22:0.0.0.0/0"))


def test_a_rule_is_revoked_by_its_id() -> None:
    """The id is AWS's own, as it is shown in paths."""
    edited = revoked_by_id(OPEN, "sgr-1")

    assert () == edited.security_groups[0].rules


def test_all_ports_are_one_rule_however_they_are_said() -> None:
    """0-65535 and all name the same ports."""
    wide = build.public(build.a_rule((0, 65535)))

    edited = revoked(wide, read_rule("sg-1:tcp:all:0.0.0.0/0"))

    assert () == edited.security_groups[0].rules


def test_what_is_not_there_cannot_be_revoked() -> None:
    """A mistyped rule must not pass for a change without effect."""
    with pytest.raises(EditError, match="sg-1 has no such rule: tcp 23-23"):
        revoked(OPEN, read_rule("sg-1:tcp:23:0.0.0.0/0"))
    with pytest.raises(EditError, match=r"no rule is called 'sgr-2'\.$"):
        revoked_by_id(replace(OPEN, read=PARTS | {"rule_ids"}), "sgr-2")


def test_without_rule_ids_the_message_says_so() -> None:
    """A snapshot may lack the ids though the rules are there."""
    with pytest.raises(EditError, match="describe_security_group_rules"):
        revoked_by_id(OPEN, "sgr-2")


def test_groups_that_are_not_there_are_refused() -> None:
    """Neither the group that is changed nor the one that is named may be made up."""
    for text in ("sg-9:tcp:22:0.0.0.0/0", "sg-1:tcp:22:sg-9"):
        with pytest.raises(EditError, match="'sg-9'"):
            authorized(OPEN, read_rule(text))
    with pytest.raises(EditError, match="'sg-9'"):
        attached(OPEN, build.INSTANCE, "sg-9")


@pytest.mark.parametrize("resource", [build.INSTANCE, build.INTERFACE])
def test_a_group_is_attached_to_an_interface(resource: str) -> None:
    """An instance stands for its first interface."""
    other = build.a_group(id="sg-2")
    world = replace(OPEN, security_groups=(*OPEN.security_groups, other))

    edited = attached(world, resource, "sg-2")

    assert ("sg-1", "sg-2") == edited.network_interfaces[0].groups
    assert ("sg-1", "sg-2") == edited.instances[0].groups
    assert edited == attached(edited, resource, "sg-2")


def test_nothing_is_attached_to_what_is_not_there() -> None:
    """A mistyped id must not pass for a change without effect."""
    with pytest.raises(EditError, match="'i-9'"):
        attached(OPEN, "i-9", "sg-1")
