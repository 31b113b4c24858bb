"""PATCH-006: flaws that Inspector knows, and who reaches them."""

from typing import Any

import pytest

from ringfence.checks.known_flaws import known_flaws
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.patching import Flaws
from ringfence.inventory.records import Rule
from tests.build import a_rule, an_estate, an_instance, public


def flawed(*listed: Rule, state: str = "running", **counts: Any) -> Inventory:
    """Give an instance of which Inspector counts *counts*."""
    return public(
        *listed,
        flaws=(Flaws(instance="i-1", **counts),),
        instances=(an_instance(state=state),),
    )


FIRES = [flawed(critical=1, high=3), flawed(high=1)]
QUIET = [
    flawed(medium=9, total=9),
    public(),
    flawed(critical=1, state="terminated"),
    public(flaws=(Flaws(instance="i-9", critical=1),)),
]


@pytest.mark.parametrize(
    ("inventory", "severity", "message"),
    [
        (
            flawed(critical=1, high=3),
            Severity.MEDIUM,
            "Inspector has 1 critical finding and 3 high findings of i-1.",
        ),
        (
            flawed(a_rule(443), critical=1),
            Severity.HIGH,
            "Inspector has 1 critical finding of i-1, which the internet reaches.",
        ),
        (
            flawed(high=1, state="stopped"),
            Severity.INFORMATIONAL,
            "Inspector has 1 high finding of i-1.",
        ),
    ],
)
def test_reach_makes_it_worse(
    inventory: Inventory, severity: Severity, message: str
) -> None:
    """Reachable and vulnerable is worse than either."""
    (problem,) = known_flaws(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert (severity, message) == (problem.severity, problem.message)
