"""SG-004: groups that say the same twice."""

import ipaddress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.checks.overlapping_groups import overlapping_groups, redundant, scopes
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.records import Rule, SecurityGroup
from tests.build import (
    a_group,
    a_rule,
    an_estate,
    an_instance,
    an_interface,
    an_inventory,
)


def with_groups(*groups: SecurityGroup) -> Inventory:
    """Give an instance that has all *groups* on one interface."""
    names = tuple(group.id for group in groups)
    return an_inventory(
        security_groups=groups,
        network_interfaces=(an_interface(groups=names),),
        instances=(an_instance(groups=names),),
    )


OUT = a_rule(None, protocol="all", name="sgr-out", is_egress=True)
WEB = a_group(a_rule(443), a_rule(22, "10.0.0.0/8", name="sgr-2"), OUT, id="sg-1")
ADMIN = a_group(a_rule(22, "10.1.0.0/16", name="sgr-3"), OUT, id="sg-2")
OTHER = a_group(a_rule(7999, name="sgr-4"), OUT, id="sg-3")

FIRES = [
    with_groups(WEB, ADMIN),
    with_groups(a_group(a_rule(443)), a_group(a_rule(443, name="sgr-9"), id="sg-2")),
    with_groups(*(a_group(id=f"sg-{number}") for number in range(4))),
]
QUIET = [
    with_groups(WEB, OTHER),
    with_groups(WEB),
    with_groups(a_group(a_rule(443), a_rule(443, name="sgr-2"))),
    an_inventory(security_groups=(WEB, ADMIN), instances=(an_instance(),)),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = overlapping_groups(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_evidence_names_the_pair() -> None:
    """The covered rule and the one that covers it are told."""
    evidence = told(with_groups(WEB, ADMIN)).evidence

    assert [("sgr-3", "sgr-2")] == [
        (pair["rule"]["rule"], pair["covered_by"]["rule"])
        for pair in evidence["redundant"]
    ]
    (shown,) = evidence["interfaces"]
    assert ("eni-1", ["sg-1", "sg-2"]) == (shown["interface"], shown["groups"])
    assert [
        "tcp 443 from 0.0.0.0/0",
        "tcp 22 from 10.0.0.0/8",
        "tcp 22 from 10.1.0.0/16",
    ] == shown["effective"]
    assert ["tcp 443 from 0.0.0.0/0", "tcp 22 from 10.0.0.0/8"] == shown["condensed"]


def test_a_rule_stays_on_the_interface_where_nothing_covers_it() -> None:
    """What is condensed lets the same in, on each interface by itself."""
    second = an_interface(id="eni-2", groups=("sg-2", "sg-3"))
    inventory = an_inventory(
        security_groups=(WEB, ADMIN, OTHER),
        network_interfaces=(an_interface(groups=("sg-1", "sg-2")), second),
        instances=(an_instance(),),
    )

    _, shown = told(inventory).evidence["interfaces"]

    assert ["tcp 22 from 10.1.0.0/16", "tcp 7999 from 0.0.0.0/0"] == shown["condensed"]


def test_undo_spares_rules_that_others_need() -> None:
    """A rule is not revoked where another user of its group lacks the covering one."""
    alone = an_interface(id="eni-2", instance="i-2", groups=("sg-2",))
    inventory = an_inventory(
        security_groups=(WEB, ADMIN),
        network_interfaces=(an_interface(groups=("sg-1", "sg-2")), alone),
        instances=(an_instance(),),
    )

    assert told(inventory).fix is None


def test_of_twins_one_stays() -> None:
    """Two equal rules make one redundant, not two."""
    first, second = a_rule(22), a_rule(22, name="sgr-2")

    assert [(second, first)] == list(redundant([*scopes([first, second])]))


@pytest.mark.parametrize(
    ("covered", "cover"),
    [
        (a_rule(22, "10.1.0.0/16"), a_rule(None, "10.0.0.0/8", protocol="all")),
        (a_rule(22, "sg-9"), a_rule((20, 30), "sg-9")),
        (a_rule(22, "2001:db8::/48"), a_rule(22, "::/0")),
    ],
)
def test_rule_is_covered_by_a_wider_one(covered: Rule, cover: Rule) -> None:
    """Wider are all protocols, more ports, a larger range or the same group."""
    assert [(covered, cover)] == list(redundant([*scopes([covered, cover])]))


@pytest.mark.parametrize(
    ("rule", "other"),
    [
        (a_rule(22, "10.1.0.0/16"), a_rule(22, "10.2.0.0/15")),
        (a_rule(22, "sg-9"), a_rule(22, "sg-8")),
        (a_rule(22), a_rule(22, protocol="udp")),
        (a_rule(22), a_rule(22, "::/0")),
    ],
)
def test_other_sources_or_protocols_cover_nothing(rule: Rule, other: Rule) -> None:
    """Rules for other people or protocols do not replace each other."""
    assert [] == list(redundant([*scopes([rule, other])]))


def test_threshold_is_the_policys() -> None:
    """How many groups are too many is for the owner to say."""
    estate = an_estate(FIRES[2], thresholds={"security_groups_per_interface": 4})

    assert [] == list(overlapping_groups(estate))


def is_within(rule: Rule, other: Rule) -> bool:
    """Say by the letter whether *other* lets in all that *rule* does."""
    (low, high), (first, last) = (r.ports or (0, 65535) for r in (rule, other))
    inner, outer = (ipaddress.IPv4Network(r.source) for r in (rule, other))
    same = other.protocol in (rule.protocol, "all")
    return same and first <= low and high <= last and inner.subnet_of(outer)


SOURCES = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/24")
RULES = st.builds(
    a_rule,
    st.sampled_from((None, (22, 22), (20, 30), (443, 443))),
    st.sampled_from(SOURCES),
    protocol=st.sampled_from(("tcp", "udp")),
) | st.builds(a_rule, st.none(), st.sampled_from(SOURCES), protocol=st.just("all"))


@given(st.lists(RULES, max_size=8))
def test_agrees_with_comparing_every_pair(rules: list[Rule]) -> None:
    """What is covered is what a comparison of every pair finds."""
    listed = [replace(rule, id=f"sgr-{n}") for n, rule in enumerate(rules)]
    expected = [
        rule
        for place, rule in enumerate(listed)
        if any(
            is_within(rule, other) and (not is_within(other, rule) or n < place)
            for n, other in enumerate(listed)
            if n != place
        )
    ]

    assert expected == [rule for rule, _ in redundant([*scopes(listed)])]
