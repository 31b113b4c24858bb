"""SG-007: rules for groups that are gone."""

from dataclasses import replace

import pytest

from ringfence.checks.dangling_reference import dangling_reference
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.associations import ASSOCIATIONS, GroupAssociation
from ringfence.inventory.records import Peering, Route, RouteTable, Rule
from ringfence.inventory.references import Reference
from ringfence.snapshot import Gap
from tests.build import ACCOUNT, VPC, a_group, a_rule, an_estate, an_inventory


def referring(*listed: Rule, state: str = "", target: str = "local") -> Inventory:
    """Give a group with the rules *listed* in a VPC, maybe peered or connected."""
    peering = Peering(id="pcx-1", state=state, requester_vpc=VPC, accepter_vpc="vpc-9")
    table = RouteTable(
        id="rtb-1", vpc=VPC, routes=(Route(destination="10.9.0.0/16", target=target),)
    )
    return an_inventory(
        security_groups=(a_group(*listed, owner=ACCOUNT),),
        peerings=(peering,) if state else (),
        route_tables=(table,),
    )


GONE = a_rule(5432, "sg-9")


def told(**fields: str) -> Rule:
    """Give the rule with what AWS says of the group it refers to."""
    return replace(GONE, reference=Reference(**fields))


PEERED = {"account": "444455556666", "vpc": "vpc-9", "peering": "pcx-1"}
ELSEWHERE = a_group(id="sg-9", vpc="vpc-9")

BORROWED = replace(
    referring(told(account=ACCOUNT)),
    security_groups=(a_group(told(account=ACCOUNT), owner=ACCOUNT), ELSEWHERE),
)
DENIED = Gap(ASSOCIATIONS, "UnauthorizedOperation")

FIRES = [
    BORROWED,
    referring(GONE),
    referring(replace(GONE, is_egress=True)),
    referring(GONE, state="deleted"),
    replace(
        referring(GONE),
        security_groups=(a_group(GONE), ELSEWHERE),
    ),
    referring(told(vpc="vpc-9", peering="pcx-1", status="active"), state="active"),
    referring(told(vpc="vpc-9"), target="tgw-1"),
    referring(told(**PEERED, status="deleted"), target="tgw-1"),
    referring(told(**PEERED), state="expired"),
    referring(told(account=ACCOUNT)),
]
QUIET = [
    referring(a_rule(5432, "sg-1")),
    referring(a_rule(5432, "10.0.0.0/8")),
    referring(GONE, state="active"),
    referring(GONE, target="tgw-1"),
    referring(told(**PEERED, status="active"), state="active"),
    referring(told(**PEERED, status="pending-acceptance")),
    referring(told(account="444455556666"), target="tgw-1"),
    referring(told(account="444455556666")),
    replace(
        referring(told()),
        security_groups=(a_group(told()), a_group(id="sg-9")),
    ),
    replace(BORROWED, group_associations=(GroupAssociation(group="sg-9", vpc=VPC),)),
    replace(
        BORROWED, group_associations=(GroupAssociation(group="sg-1", vpc="vpc-9"),)
    ),
    replace(BORROWED, gaps={"group_associations": (DENIED,)}),
]


def test_undo_revokes_each_way_by_its_own_command() -> None:
    """Inbound and outbound rules are revoked by different commands."""
    out = replace(GONE, is_egress=True, id="sgr-2")
    (problem,) = dangling_reference(an_estate(referring(GONE, out)))

    assert isinstance(problem, Problem)
    assert problem.fix
    inbound, outbound = problem.fix.splitlines()
    assert "revoke-security-group-ingress" in inbound
    assert "revoke-security-group-egress" in outbound


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (told(**PEERED, status="rejected"), "the peering pcx-1 is rejected"),
        (told(vpc="vpc-9", peering="pcx-1"), "the group is deleted"),
        (GONE, "it is not in vpc-1, which is connected to no other VPC"),
    ],
)
def test_says_why_nothing_matches(rule: Rule, why: str) -> None:
    """Whoever revokes it wants to know what has become of the other side."""
    (problem,) = dangling_reference(an_estate(referring(rule)))

    assert isinstance(problem, Problem)
    assert f"tcp 5432 from sg-9 ({why})" in problem.message
