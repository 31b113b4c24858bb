"""SG-007: rules for groups that are gone."""

from dataclasses import replace

from ringfence.checks.dangling_reference import dangling_reference
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.records import Peering, Route, RouteTable, Rule
from tests.build import VPC, a_group, a_rule, an_estate, an_inventory


def referring(*listed: Rule, state: str = "", target: str = "local") -> Inventory:
    """Give a group with the rules *listed* in a VPC, maybe peered or connected."""
    peering = Peering(id="pcx-1", state=state, requester_vpc=VPC, accepter_vpc="vpc-9")
    table = RouteTable(
        id="rtb-1", vpc=VPC, routes=(Route(destination="10.9.0.0/16", target=target),)
    )
    return an_inventory(
        security_groups=(a_group(*listed),),
        peerings=(peering,) if state else (),
        route_tables=(table,),
    )


GONE = a_rule(5432, "sg-9")
ELSEWHERE = a_group(id="sg-9", vpc="vpc-9")

FIRES = [
    referring(GONE),
    referring(replace(GONE, is_egress=True)),
    referring(GONE, state="deleted"),
    replace(
        referring(GONE),
        security_groups=(a_group(GONE), ELSEWHERE),
    ),
]
QUIET = [
    referring(a_rule(5432, "sg-1")),
    referring(a_rule(5432, "10.0.0.0/8")),
    referring(GONE, state="active"),
    referring(GONE, target="tgw-1"),
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
