"""SG-006: groups that nothing carries."""

from dataclasses import replace

from ringfence.checks.unused_group import unused_group
from ringfence.finding import Problem
from ringfence.inventory.associations import GroupAssociation
from tests.build import (
    VPC,
    a_group,
    a_listener,
    a_rule,
    an_estate,
    an_interface,
    an_inventory,
    balanced,
    public,
)

REFERRED = an_inventory(
    security_groups=(a_group(a_rule(22, "sg-2")), a_group(id="sg-2")),
    network_interfaces=(an_interface(),),
)

# A used group refers to one of another VPC, which may serve in its own.
LENT = replace(
    REFERRED,
    security_groups=(a_group(a_rule(22, "sg-2")), a_group(id="sg-2", vpc="vpc-2")),
)
ASSOCIATED = GroupAssociation(group="sg-2", vpc=VPC)

FIRES = [
    an_inventory(security_groups=(a_group(a_rule(22, "10.0.0.0/8")),)),
    an_inventory(security_groups=(a_group(a_rule(22, "sg-1")),)),
    replace(REFERRED, network_interfaces=()),
    LENT,
]
QUIET = [
    public(a_rule(443)),
    balanced(a_listener()),
    REFERRED,
    an_inventory(security_groups=(a_group(name="default"),)),
    replace(LENT, group_associations=(ASSOCIATED,)),
]


def test_groups_that_only_refer_to_each_other_are_unused() -> None:
    """A reference counts only from a group that something carries."""
    answers = list(unused_group(an_estate(FIRES[2])))

    assert ["sg-1", "sg-2"] == [answer.resource for answer in answers]


def test_says_how_many_rules_it_has() -> None:
    """Who attaches the group again gets its rules."""
    (problem,) = unused_group(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "sg-1 (web) has 1 rule, and nothing carries it." == problem.message
