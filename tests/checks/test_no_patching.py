"""PATCH-005: Regions in which nothing looks for missing patches."""

from typing import Any

from ringfence.checks.no_patching import no_patching
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.patching import MaintenanceWindow, PatchState
from tests.build import a_node, an_estate, an_instance, public


def managed(**parts: Any) -> Inventory:
    """Give three managed instances that nobody scans."""
    numbers = (1, 2, 3)
    fields: dict[str, Any] = {
        "instances": tuple(an_instance(id=f"i-{number}") for number in numbers),
        "managed_nodes": tuple(a_node(instance=f"i-{number}") for number in numbers),
    }
    return public(**(fields | parts))


WINDOWS = (
    MaintenanceWindow(id="mw-1", is_enabled=False),
    MaintenanceWindow(id="mw-2", is_enabled=True),
)

FIRES = [managed(), managed(maintenance_windows=WINDOWS)]
QUIET = [
    public(),
    managed(patch_states=(PatchState(instance="i-9"),)),
    managed(managed_nodes=(a_node(system="Bottlerocket"),)),
    managed(managed_nodes=(a_node(instance="i-9"),)),
]


def test_is_told_once_with_what_is_scheduled() -> None:
    """One thing is missing, however many instances wait for it."""
    messages = [
        problem.message
        for item in FIRES
        for problem in no_patching(an_estate(item))
        if isinstance(problem, Problem)
    ]

    assert [
        "No maintenance window is enabled, either.",
        "Maintenance windows are enabled, but report no scan.",
    ] == [message.partition("patches. ")[2] for message in messages]
