"""RF-012: an event rule of Ringfence's own that hands no changes over."""

from typing import Any

import pytest

from ringfence.checks.idle_rule import idle_rule
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.watch import OwnRule
from tests.build import REGION, an_estate, an_inventory

QUEUE = f"arn:aws:sqs:{REGION}:111122223333:ringfence-ChangeQueue"


def a_rule(**fields: Any) -> OwnRule:
    """Give a rule that is as it should be."""
    defaults: dict[str, Any] = {
        "name": "ringfence-EC2ChangeRule",
        "region": REGION,
        "is_enabled": True,
        "feeds": True,
        "queue": QUEUE,
    }
    return OwnRule(**(defaults | fields))


def ruled_by(*rules: OwnRule) -> Inventory:
    """Give a stack with these rules."""
    return an_inventory(own_rules=rules)


DISABLED = ruled_by(a_rule(is_enabled=False))
GONE = ruled_by(a_rule(is_enabled=None, feeds=False))
AIMLESS = ruled_by(a_rule(feeds=False))
FIRES = [DISABLED, GONE, AIMLESS, ruled_by(a_rule(), a_rule(name="b", feeds=False))]
QUIET = [ruled_by(a_rule())]


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
