"""PATCH-003: patches that are not in force."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ringfence.checks.missing_patches import missing_patches
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.memories import Lacking, Memories
from ringfence.inventory.patching import MissingPatch, PatchState
from ringfence.inventory.records import Rule
from tests.build import TAKEN_AT, a_rule, an_estate, an_instance, days, public


def patched(*listed: Rule, state: str = "running", **counts: Any) -> Inventory:
    """Give an instance whose last scan found *counts*."""
    found = PatchState(instance="i-1", ended_at=TAKEN_AT, **counts)
    return public(*listed, patch_states=(found,), instances=(an_instance(state=state),))


def listing(*patches: MissingPatch, **remembered: datetime) -> Inventory:
    """Give an instance of which *patches* are listed, some *remembered*."""
    inventory = patched(critical=1, security=len(patches))
    lacking = Lacking(
        instance="i-1",
        since={f"{name}.x86_64": at for name, at in remembered.items()},
        seen_at=TAKEN_AT,
    )
    return replace(
        inventory,
        missing_patches=patches,
        memories=Memories(lacking={"i-1": lacking}),
    )


def a_patch(name: str, severity: str = "Important", **fields: Any) -> MissingPatch:
    """Give a security patch that is missing."""
    defaults: dict[str, Any] = {
        "instance": "i-1",
        "id": f"{name}.x86_64",
        "severity": severity,
        "classification": "Security",
    }
    return MissingPatch(**(defaults | fields))


FIRES = [
    patched(critical=1, security=2, missing=3),
    patched(other=1),
    patched(failed=1),
    patched(pending=2),
    patched(missing=4),
    listing(a_patch("kernel"), a_patch("curl", "Critical")),
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


def test_security_patches_are_told_by_severity_with_their_ages() -> None:
    """As first missed, so far as that is remembered; else by the last scan."""
    problem = problem_of(
        listing(
            a_patch("curl"),
            a_patch("kernel", cves=("CVE-2026-11111",)),
            a_patch("openssl", "Critical"),
            a_patch("zlib", ""),
            a_patch("vim", "Low", classification="Bugfix"),
            kernel=TAKEN_AT - days(60),
        )
    )

    assert problem.message.endswith(
        " Missing security patches: 1 Critical (since 2026-09-01 or before), "
        "2 Important (since 2026-07-03 or before), "
        "1 without severity (since 2026-09-01 or before)."
    )
    kernel = problem.evidence["patches"][2]
    assert ("kernel.x86_64", ["CVE-2026-11111"]) == (kernel["id"], kernel["cves"])


def test_an_age_that_nobody_knows_is_called_so() -> None:
    """A scan that did not end has no time."""
    inventory = listing(a_patch("curl"))
    (state,) = inventory.patch_states
    problem = problem_of(
        replace(inventory, patch_states=(replace(state, ended_at=None),))
    )

    assert problem.message.endswith("patches: 1 Important (age unknown).")
