"""Names are followed to where they lead, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.discovery import Names, plain_end
from ringfence.inventory.names import NameRecord

BALANCER = "web-1.eu-west-1.elb.amazonaws.com"


def a_record(name: str, *values: str, alias: str = "") -> NameRecord:
    """An address record, or a CNAME where *values* are names."""
    kind = "A" if alias or values[0][0].isdigit() else "CNAME"
    return NameRecord(zone="Z1", name=name, kind=kind, values=values, alias=alias)


NAMES = Names(
    [
        a_record("git.example.com", alias=f"dualstack.{BALANCER}"),
        a_record("stash.example.com", "git.example.com"),
        a_record("jira.example.com", "203.0.113.7"),
        a_record("jira.example.com", "203.0.113.8"),
        a_record("mixed.example.com", "stash.example.com"),
        a_record("mixed.example.com", "203.0.113.9"),
        a_record("*.apps.example.com", "203.0.113.7"),
        a_record("round.example.com", "about.example.com"),
        a_record("about.example.com", "round.example.com"),
    ]
)


def test_ends_are_addresses_and_the_names_of_others() -> None:
    """Through any number of records, each way of a policy included."""
    assert {
        "git.example.com": {BALANCER},
        "stash.example.com": {BALANCER},
        "jira.example.com": {"203.0.113.7", "203.0.113.8"},
        "mixed.example.com": {BALANCER, "203.0.113.9"},
        "*.apps.example.com": {"203.0.113.7"},
        "round.example.com": set(),
        "about.example.com": set(),
    } == dict(NAMES.ends)


def test_visitors_cannot_ask_for_a_wildcard() -> None:
    """It leads there, but it is no host."""
    assert ("jira.example.com",) == NAMES.hosts_at(["203.0.113.7"])
    assert NAMES.lead_to(["203.0.113.7"])
    assert not NAMES.lead_to(["203.0.113.77"])


@pytest.mark.parametrize("name", ["a b.example.com", "a/b.example.com", "a" * 254])
def test_visitors_cannot_ask_for_what_is_no_host_name(name: str) -> None:
    """Route 53 takes any character; a sweep must not fall over one."""
    names = Names([a_record(name, "203.0.113.7")])

    assert () == names.hosts_at(["203.0.113.7"])


def test_addresses_are_known_where_all_are_written_down() -> None:
    """Of a load balancer AWS chooses them, and changes them at any time."""
    assert ("203.0.113.7", "203.0.113.8") == NAMES.addresses("jira.example.com")
    assert () == NAMES.addresses("mixed.example.com")
    assert () == NAMES.addresses("round.example.com")
    assert () == NAMES.addresses("nobody.example.com")


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (f"Dualstack.{BALANCER.title()}.", BALANCER),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("ec2-203-0-113-7.compute-1.amazonaws.com", "203.0.113.7"),
        ("ec2-203-0-113-7.eu-west-1.compute.amazonaws.com", "203.0.113.7"),
        (
            "ec2-203-0-113-7.example.com",
            "ec2-203-0-113-7.example.com",
        ),
    ],
)
def test_one_end_is_written_in_one_way(end: str, expected: str) -> None:
    """However AWS or a person wrote it."""
    assert expected == plain_end(end)


_LABELS = st.sampled_from(["a", "b", "c", "d", "203.0.113.7", "elsewhere"])


@given(st.lists(st.tuples(st.sampled_from("abcd"), _LABELS), max_size=12))
def test_following_ends_and_finds_what_can_be_reached(
    edges: list[tuple[str, str]],
) -> None:
    """Against the closure of the records' graph, circles and all."""
    names = Names(a_record(name, value) for name, value in edges)
    closure = set(edges)
    while more := {(a, d) for a, b in closure for c, d in closure if b == c} - closure:
        closure |= more
    owned = {name for name, _ in edges}

    assert {
        name: {end for start, end in closure if start == name and end not in owned}
        for name in owned
    } == {name: set(ends) for name, ends in names.ends.items()}
