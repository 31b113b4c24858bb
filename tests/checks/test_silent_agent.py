"""PATCH-002: agents that are silent on instances that run."""

from ringfence.checks.silent_agent import silent_agent
from ringfence.finding import Problem
from tests.build import TAKEN_AT, a_node, an_estate, an_instance, days, public

LOST = a_node(ping="ConnectionLost", seen_at=TAKEN_AT - days(30))

FIRES = [
    public(managed_nodes=(LOST,)),
    public(managed_nodes=(a_node(ping="Inactive", seen_at=None),)),
]
QUIET = [
    public(),
    public(managed_nodes=(a_node(),)),
    public(managed_nodes=(a_node(ping="ConnectionLost", seen_at=TAKEN_AT - days(1)),)),
    public(managed_nodes=(LOST,), instances=(an_instance(state="stopped"),)),
    public(managed_nodes=(LOST,), instances=()),
]


def test_says_when_it_was_heard_last() -> None:
    """Or that it never was."""
    messages = [
        problem.message
        for item in FIRES
        for problem in silent_agent(an_estate(item))
        if isinstance(problem, Problem)
    ]

    assert [
        "i-1 runs, but its agent of Systems Manager was heard last on 2026-08-02.",
        "i-1 runs, but its agent of Systems Manager was never heard.",
    ] == messages
