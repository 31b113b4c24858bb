"""RF-012: an event rule of Ringfence's own that hands no changes over."""

from typing import Any

import pytest

from ringfence.checks.idle_rule import idle_rule
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.watch import OwnRule, Target
from tests.build import REGION, an_estate, an_inventory

QUEUE = f"arn:aws:sqs:{REGION}:111122223333:ringfence-ChangeQueue"
BUS = Target(
    id="ringfence",
    arn=f"arn:aws:events:{REGION}:111122223333:event-bus/default",
    role="arn:aws:iam::444455556666:role/RingfenceMember-forward",
)
MEMBERS = "RingfenceMember-EC2ChangeRule"


def a_rule(**fields: Any) -> OwnRule:
    """Give a rule that is as it should be."""
    defaults: dict[str, Any] = {
        "name": "ringfence-EC2ChangeRule",
        "region": REGION,
        "is_enabled": True,
        "feeds": True,
        "target": Target(id="queue", arn=QUEUE),
    }
    return OwnRule(**(defaults | fields))


def ruled_by(*rules: OwnRule) -> Inventory:
    """Give a stack with these rules."""
    return an_inventory(own_rules=rules)


DISABLED = ruled_by(a_rule(is_enabled=False))
GONE = ruled_by(a_rule(is_enabled=None, feeds=False))
AIMLESS = ruled_by(a_rule(feeds=False))
NARROWED = ruled_by(a_rule(lacks=("DeleteTrail", "StopLogging")))
HANDING_ON = ruled_by(a_rule(name=MEMBERS, target=BUS, feeds=False))
OLDER = ruled_by(a_rule(name=MEMBERS, target=BUS, lacks=("CreateWebACL",)))
FIRES = [
    DISABLED,
    GONE,
    AIMLESS,
    NARROWED,
    HANDING_ON,
    OLDER,
    ruled_by(a_rule(), a_rule(name="b", feeds=False)),
]
QUIET = [ruled_by(a_rule()), ruled_by(a_rule(name=MEMBERS, target=BUS)), ruled_by()]


@pytest.mark.parametrize(
    ("inventory", "state", "command"),
    [
        (
            DISABLED,
            "is disabled",
            f"aws events enable-rule --region {REGION} --name ringfence-EC2ChangeRule",
        ),
        (
            AIMLESS,
            "does not hand over to the change queue any more",
            f"--rule ringfence-EC2ChangeRule --targets Id=queue,Arn={QUEUE}",
        ),
        (GONE, "is gone", "--deployment-mode REVERT_DRIFT"),
        (
            NARROWED,
            "leaves out DeleteTrail, StopLogging",
            "--use-previous-template --deployment-mode REVERT_DRIFT",
        ),
    ],
)
def test_it_says_what_is_wrong_and_mends_it(
    inventory: Inventory, state: str, command: str
) -> None:
    """An unchanged template mends nothing: CloudFormation believes all is well."""
    (problem,) = idle_rule(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert f"Ringfence's event rule ringfence-EC2ChangeRule {state}:" in problem.message
    assert command in (problem.fix or "")


@pytest.mark.parametrize(
    ("inventory", "state", "command"),
    [
        (
            HANDING_ON,
            "does not hand over to Ringfence's bus any more",
            f"--targets Id=ringfence,Arn={BUS.arn},RoleArn={BUS.role}",
        ),
        (OLDER, "leaves out CreateWebACL", "update its StackSet"),
    ],
)
def test_a_members_rule_is_mended_there(
    inventory: Inventory, state: str, command: str
) -> None:
    """It hands on in a role; and it may just be of an older version."""
    (problem,) = idle_rule(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert f"Ringfence's event rule {MEMBERS} {state}:" in problem.message
    assert command in (problem.fix or "")


def test_two_troubles_of_one_rule_are_one_finding() -> None:
    """All of it is said, and all of it mended."""
    spoiled = a_rule(is_enabled=False, feeds=False)
    (problem,) = idle_rule(an_estate(ruled_by(spoiled, a_rule(name="b"))))

    assert isinstance(problem, Problem)
    assert "any more; it is disabled:" in problem.message
    assert ["put-targets", "enable-rule"] == [
        line.split()[2] for line in (problem.fix or "").splitlines()
    ]


def test_rules_of_another_region_are_told_apart() -> None:
    """A place looks after those in Regions that nobody sweeps, too."""
    afar = "us-west-2"
    here = (a_rule(name=MEMBERS, target=BUS), a_rule(name="b", feeds=False))
    there = tuple(
        a_rule(name=name, target=BUS, region=afar, is_enabled=None)
        for name in (MEMBERS, "b")
    )
    found = list(idle_rule(an_estate(ruled_by(*here, *there))))
    one = a_rule(name=MEMBERS, target=BUS, region=afar, is_enabled=False)
    (alone,) = idle_rule(an_estate(ruled_by(*here[:1], one)))

    assert ["rule/b", "rules/us-west-2"] == [problem.resource for problem in found]
    assert isinstance(alone, Problem)
    assert f"rule/{afar}/{MEMBERS}" == alone.resource
    assert f"{MEMBERS} in {afar} is disabled" in alone.message
    assert f"enable-rule --region {afar} " in (alone.fix or "")


def test_all_rules_that_are_gone_are_one_finding() -> None:
    """Somebody deleted the stack: that is one deed, not nine."""
    gone = (a_rule(name=name, is_enabled=None, feeds=False) for name in "abc")
    (problem,) = idle_rule(an_estate(ruled_by(*gone)))

    assert isinstance(problem, Problem)
    assert "rules" == problem.resource
    assert 1 == (problem.fix or "").count("create-change-set")
