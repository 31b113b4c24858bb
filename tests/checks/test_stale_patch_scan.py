"""PATCH-004: scans that are old, or never were."""

from typing import Any

from ringfence.checks.stale_patch_scan import stale_patch_scan
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.patching import PatchState
from tests.build import TAKEN_AT, a_node, an_estate, an_instance, days, public


def scanned(ago: float | None, *, product: str = "", **node: Any) -> Inventory:
    """Give a managed instance that was scanned *ago* days ago, beside another."""
    at = None if ago is None else TAKEN_AT - days(ago)
    return public(
        product=product,
        managed_nodes=(a_node(**node),),
        patch_states=(
            PatchState(instance="i-1", ended_at=at),
            PatchState(instance="i-2", ended_at=TAKEN_AT),
        ),
    )


FIRES = [scanned(40), scanned(None, product="jira")]
QUIET = [
    scanned(10),
    scanned(None),  # of no product
    scanned(40, ping="ConnectionLost"),  # PATCH-002
    scanned(40, system="Bottlerocket"),
    public(product="jira", managed_nodes=(a_node(),)),  # PATCH-005
    public(
        managed_nodes=(a_node(),),
        patch_states=(PatchState(instance="i-1", ended_at=TAKEN_AT - days(40)),),
        instances=(an_instance(tags={"eks:cluster-name": "tools"}),),
    ),
]


def test_says_when() -> None:
    """Or never."""
    messages = [
        problem.message
        for item in FIRES
        for problem in stale_patch_scan(an_estate(item))
        if isinstance(problem, Problem)
    ]

    tail = "; the policy accepts 30 days."
    assert [
        f"i-1 was scanned for missing patches last on 2026-07-23{tail}",
        f"i-1 (jira-prod) was never scanned for missing patches{tail}",
    ] == messages
