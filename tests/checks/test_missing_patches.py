"""PATCH-003: patches that are not in force."""

from typing import Any

import pytest

from ringfence.checks.missing_patches import missing_patches
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.patching import PatchState
from ringfence.inventory.records import Rule
from tests.build import TAKEN_AT, a_rule, an_estate, an_instance, public


def patched(*listed: Rule, state: str = "running", **counts: Any) -> Inventory:
    """Give an instance whose last scan found *counts*."""
    found = PatchState(instance="i-1", ended_at=TAKEN_AT, **counts)
    return public(*listed, patch_states=(found,), instances=(an_instance(state=state),))


FIRES = [
    patched(critical=1, security=2, missing=3),
    patched(other=1),
    patched(failed=1),
    patched(pending=2),
    patched(missing=4),
]
QUIET = [
    patched(),
    public(),
    patched(critical=1, state="terminated"),
    public(patch_states=(PatchState(instance="i-9", critical=1),)),
]


def problem_of(inventory: Inventory) -> Problem:
    """Give the one problem of *inventory*."""
    (problem,) = missing_patches(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (FIRES[0], Severity.MEDIUM),
        (patched(a_rule(443), security=1), Severity.HIGH),
        (patched(security=1, state="stopped"), Severity.LOW),
        (FIRES[1], Severity.LOW),
        (patched(a_rule(443), other=1), Severity.MEDIUM),
    ],
)
def test_weighs_by_class_reach_and_state(
    inventory: Inventory, severity: Severity
) -> None:
    """Reachable and unpatched is worse than either; what is stopped is milder."""
    assert severity == problem_of(inventory).severity


def test_counts_the_gravest_first() -> None:
    """What is only missing, and of no class, is told alone."""
    first, last = problem_of(FIRES[0]), problem_of(FIRES[4])

    assert (
        "i-1 is not up to date: 1 critical patch is not in force, 2 security patches "
        "are not in force."
    ) == first.message
    assert "i-1 is not up to date: 4 patches are missing." == last.message


def test_what_waits_for_a_restart_is_called_so() -> None:
    """Nothing is to be installed then."""
    assert "Patches wait for a restart" == problem_of(FIRES[3]).title


def test_what_does_not_run_is_called_so() -> None:
    """It cannot be patched before it is started."""
    message = problem_of(patched(critical=1, state="stopped")).message

    assert message.startswith("i-1, which does not run, is not up to date: ")
