"""PATCH-001: products' instances that Systems Manager does not know."""

from typing import Any

from ringfence.checks.unmanaged_instance import unmanaged_instance
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import TAKEN_AT, a_node, a_rule, an_estate, an_instance, days, public


def jira(**fields: Any) -> Inventory:
    """Give a Jira node that Systems Manager does not know."""
    tags = {"Name": "jira-1"}
    return public(instances=(an_instance(**({"tags": tags} | fields)),))


FIRES = [jira(), jira(launched_at=TAKEN_AT - days(1), profile="arn:p/jira")]
QUIET = [
    public(product="jira", managed_nodes=(a_node(ping="ConnectionLost"),)),
    public(),  # of no product
    jira(state="stopped"),
    jira(launched_at=TAKEN_AT - days(0.01)),
    jira(tags={"Name": "jira-1", "kubernetes.io/cluster/tools": "owned"}),
]


def test_reachable_instance_weighs_more() -> None:
    """What strangers reach needs its patches most."""
    found = [
        next(iter(unmanaged_instance(an_estate(item))))
        for item in (FIRES[0], public(a_rule(443), product="jira"))
    ]

    assert [Severity.LOW, Severity.MEDIUM] == [
        problem.severity for problem in found if isinstance(problem, Problem)
    ]


def test_a_missing_profile_is_named() -> None:
    """Without one no agent can register: that is the first thing to mend."""
    messages = [
        problem.message
        for item in FIRES
        for problem in unmanaged_instance(an_estate(item))
        if isinstance(problem, Problem)
    ]

    assert [True, False] == ["no instance profile" in one for one in messages]
