"""A rule that cannot be judged hides no other: rules only ever let more in."""

from dataclasses import replace

from ringfence.reach import Exposure, exposures
from ringfence.reach.obstacles import Question
from ringfence.reach.why import Verdict, why
from tests.build import a_listener, a_rule, balanced, public

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


def test_why_says_the_same() -> None:
    """A port that is surely open is reachable, any other one unknown."""
    world = public(SSH, LISTED)

    (sure,) = why(world, Question(resource="i-1", protocol="tcp", port=22))
    (unsure,) = why(world, Question(resource="i-1", protocol="tcp", port=443))

    assert Verdict.REACHABLE is sure.verdict
    assert (Verdict.UNKNOWN, BECAUSE) == (unsure.verdict, unsure.because)
