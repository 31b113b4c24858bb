"""A rule that cannot be judged hides no other: rules only ever let more in."""

from dataclasses import replace

import pytest

from ringfence.inventory.records import Action, Target
from ringfence.reach import Exposure, exposures
from ringfence.reach.obstacles import Question
from ringfence.reach.why import Verdict, why
from tests.build import BALANCER, TARGETS, a_listener, a_rule, balanced, public

SSH = a_rule(22)
LISTED = a_rule(443, "pl-unread")
BECAUSE = "the prefix list pl-unread could not be read"


def ports_of(rows: tuple[Exposure, ...], resource: str) -> list[tuple[int, int] | None]:
    return [row.ports for row in rows if row.resource == resource]


def test_what_other_rules_let_in_is_told() -> None:
    """SSH is open whatever a list beside it holds, and there may be more."""
    found = exposures(public(SSH, LISTED))

    assert [(22, 22)] == ports_of(found.rows, "i-1")
    assert [("eni-1", BECAUSE)] == [(b.interface, b.because) for b in found.unknown]


def test_what_other_groups_let_in_is_told() -> None:
    """A group of another account may let in more, but never less."""
    world = public(SSH)
    (interface,) = world.network_interfaces
    groups = (*interface.groups, "sg-foreign")
    found = exposures(
        replace(world, network_interfaces=(replace(interface, groups=groups),))
    )

    assert [(22, 22)] == ports_of(found.rows, "i-1")
    assert ["the security group sg-foreign could not be read"] == [
        blind.because for blind in found.unknown
    ]


def test_what_a_load_balancer_surely_forwards_is_told() -> None:
    """So it is with the groups of a load balancer, and what stands behind it."""
    world = balanced(a_listener())
    (balancer,) = world.load_balancers
    groups = (*balancer.groups, "sg-foreign")
    found = exposures(
        replace(world, load_balancers=(replace(balancer, groups=groups),))
    )
    sure = exposures(world)

    assert sure.rows
    assert set(sure.rows) == set(found.rows)
    assert {balancer.id, "i-1"} == {blind.resource for blind in found.unknown}


def test_a_group_that_was_not_read_hides_no_other() -> None:
    """A rule of the listener leads to it, the next one to a known group."""
    forward = Action(kind="forward", targets=("unread", TARGETS))
    found = exposures(balanced(a_listener(actions=(forward,))))

    assert [(443, 443)] == ports_of(found.rows, "i-1")
    assert {BALANCER, "i-1"} == {blind.resource for blind in found.unknown}


@pytest.mark.parametrize("kind", ["instance", "ip"])
def test_ipv6_targets_are_unknown_not_closed(kind: str) -> None:
    """What a load balancer dials by IPv6 is not worked out, and that is said."""
    world = balanced(a_listener())
    (interface,) = world.network_interfaces
    (group,) = world.target_groups
    target = Target("i-1" if kind == "instance" else "2a05:d018::7", 8080, "healthy")
    world = replace(
        world,
        network_interfaces=(replace(interface, ipv6=("2a05:d018::7",)),),
        target_groups=(replace(group, kind=kind, is_ipv6=True, targets=(target,)),),
    )

    found = exposures(world)
    answers = why(world, Question(resource="i-1", protocol="tcp", port=443))

    assert {BALANCER, "i-1"} == {blind.resource for blind in found.unknown}
    assert Verdict.UNKNOWN in {answer.verdict for answer in answers}


def test_why_says_the_same() -> None:
    """A port that is surely open is reachable, any other one unknown."""
    world = public(SSH, LISTED)

    (sure,) = why(world, Question(resource="i-1", protocol="tcp", port=22))
    (unsure,) = why(world, Question(resource="i-1", protocol="tcp", port=443))

    assert Verdict.REACHABLE is sure.verdict
    assert (Verdict.UNKNOWN, BECAUSE) == (unsure.verdict, unsure.because)
