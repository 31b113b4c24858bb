"""PATCH-008: baselines that approve nothing."""

from typing import Any

from ringfence.checks.empty_baseline import empty_baseline
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.patching import PatchBaseline, PatchState
from tests.build import an_estate, an_instance, public

BASELINE = "pb-0a1b2c3d4e5f60718"


def scanned(by: str = BASELINE, **baseline: Any) -> Inventory:
    """Give two instances that were scanned by a baseline which approves nothing."""
    defaults: dict[str, Any] = {"id": BASELINE, "name": "house", "approves": False}
    return public(
        instances=(an_instance(), an_instance(id="i-2")),
        patch_states=tuple(
            PatchState(instance=name, baseline=by) for name in ("i-2", "i-1")
        ),
        patch_baselines=(PatchBaseline(**(defaults | baseline)),),
    )


FIRES = [scanned(), scanned(name="")]
QUIET = [
    scanned(approves=True),
    scanned("pb-00000000000000000"),
    public(
        instances=(an_instance(state="terminated"),),
        patch_states=scanned().patch_states,
        patch_baselines=scanned().patch_baselines,
    ),
]


def test_one_baseline_is_one_finding() -> None:
    """However many instances were scanned by it."""
    (problem,) = empty_baseline(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert BASELINE == problem.resource
    assert ["i-1", "i-2"] == problem.evidence["instances"]
    assert problem.message.startswith(f"The patch baseline {BASELINE} (house) has no ")
