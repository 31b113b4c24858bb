"""Why a peered VPC or what is behind a gateway gets in, or what stops it."""

import random
from dataclasses import replace

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import Route, RouteTable
from ringfence.reach.obstacles import Code, Question
from ringfence.reach.why import Answer, Verdict, why
from tests import build
from tests.reach.joined import joined_world
from tests.reach.test_networks import PEERING, joined

OPEN = joined(build.a_rule(22, "10.0.0.0/8"))


def ask(inventory: Inventory, source: str | None, port: int = 22) -> Answer:
    """Give the one answer."""
    question = Question(
        resource=build.INSTANCE, protocol="tcp", port=port, source=source
    )
    (answer,) = why(inventory, question)
    return answer


def stopped_by(answer: Answer) -> tuple[Code, str]:
    """Give code and component of what blocks."""
    assert Verdict.BLOCKED == answer.verdict
    assert answer.obstacle is not None
    return answer.obstacle.code, answer.obstacle.component


def test_a_peers_address_shows_its_path() -> None:
    """From the peering to the instance's private address."""
    answer = ask(OPEN, "10.1.0.9/32")

    assert (Verdict.REACHABLE, "10.0.0.7") == (answer.verdict, answer.address)
    assert ["pcx-1"] == [row.path[0].id for row in answer.rows]


def test_a_peer_meets_the_groups() -> None:
    """The first obstacle on the peer's way is told in AWS's words."""
    assert (Code.NO_MATCHING_RULE, "sg-1") == stopped_by(ask(OPEN, "10.1.0.9/32", 23))


def test_the_internet_alone_is_meant_without_a_source() -> None:
    """Who is inside a peered VPC is not anybody on the internet."""
    assert build.ADDRESS == ask(OPEN, None).address


def test_a_lost_answer_to_a_peer_is_explained() -> None:
    """The route table has no way back through the peering."""
    lost = joined(build.a_rule(22), target="nat-1")
    answer = ask(lost, "10.1.0.9/32")

    assert Verdict.ONE_WAY == answer.verdict
    assert answer.obstacle is not None
    assert (Code.NO_ROUTE, "rtb-1") == (answer.obstacle.code, answer.obstacle.component)


def test_a_peering_leads_no_further() -> None:
    """An address behind the peer is not the peer's, whatever our route says."""
    world = joined(build.a_rule(22))
    table = world.route_tables[0]
    way = Route(destination="10.5.0.0/16", target="pcx-1")
    further = replace(
        world, route_tables=(replace(table, routes=(*table.routes, way)),)
    )

    assert (Code.NOT_OF_PEER, "pcx-1") == stopped_by(ask(further, "10.5.0.1/32"))


def test_an_inactive_peering_is_a_bad_state() -> None:
    """The peering is there, and not accepted."""
    peerings = (replace(PEERING, state="pending-acceptance"),)

    told = ask(replace(OPEN, peerings=peerings), "10.1.0.9/32")

    assert (Code.BAD_STATE, "pcx-1") == stopped_by(told)


def test_a_dead_route_is_a_bad_state() -> None:
    """A blackhole to a transit gateway says that its attachment is gone."""
    world = joined(build.a_rule(22))
    dead = Route(destination="10.7.0.0/16", target="tgw-1", is_active=False)
    table = RouteTable(id="rtb-1", vpc=build.VPC, is_main=True, routes=(dead,))

    told = ask(replace(world, route_tables=(table,)), "10.7.0.1/32")

    assert (Code.BAD_STATE_ROUTE, "rtb-1") == stopped_by(told)


def test_an_address_that_nobody_has_is_said_so() -> None:
    """Neither the internet nor a network of the VPC has it."""
    answer = ask(OPEN, "192.168.7.7/32")

    assert (Code.PRIVATE_SOURCE, "eni-1") == stopped_by(answer)
    assert answer.obstacle is not None
    assert "no network that vpc-1 is joined to has it" in answer.obstacle.because


def test_an_address_is_not_denied_while_peerings_are_unread() -> None:
    """Somebody may have it of whom nothing was read."""
    blind = replace(OPEN, read=OPEN.read - {"peerings"}, peerings=())

    answer = ask(blind, "10.1.0.9/32")

    assert Verdict.UNKNOWN == answer.verdict
    assert "peerings" in answer.because


def test_a_foreign_reference_makes_the_peer_unknown_not_the_internet() -> None:
    """What is not known of one network says nothing about another."""
    world = joined(build.a_rule(22, "sg-foreign"))

    assert Verdict.UNKNOWN == ask(world, "10.1.0.9/32").verdict
    assert Verdict.BLOCKED == ask(world, None).verdict


def test_a_public_range_may_be_on_both_sides() -> None:
    """A range that a transit gateway leads to is looked for there, too."""
    world = joined(build.a_rule(22), target="tgw-1")
    table = world.route_tables[0]
    way = Route(destination="203.0.113.0/24", target="tgw-1")
    tables = (replace(table, routes=(*table.routes, way)),)
    question = Question(
        resource=build.INSTANCE, protocol="tcp", port=22, source="203.0.113.0/24"
    )
    answers = why(replace(world, route_tables=tables), question)

    told = {(answer.address, answer.verdict) for answer in answers}
    assert {
        (build.ADDRESS, Verdict.ONE_WAY),
        ("10.0.0.7", Verdict.REACHABLE),
    } == told


@pytest.mark.parametrize("block", range(3))
def test_every_address_has_a_path_or_an_obstacle(block: int) -> None:
    """The engine and the step-by-step reading agree about networks, too."""
    pick = random.Random(block)
    for seed in range(block * 50, block * 50 + 50):
        question = Question(
            resource=pick.choice(["eni-0", "eni-p0"]),
            protocol=pick.choice(["tcp", "udp"]),
            port=pick.choice([22, 23, 443, 1024]),
            source=pick.choice(["10.1.0.5/32", "172.16.5.5/32", "fd00::1/128"]),
        )
        for answer in why(joined_world(seed), question):
            assert "cannot be explained" not in answer.because
            if answer.verdict is not Verdict.UNKNOWN:
                assert bool(answer.rows) != (answer.verdict == Verdict.BLOCKED)
