"""The examples of every check, by the check's test module."""

import importlib
from collections.abc import Mapping
from types import ModuleType

from ringfence.checks import Check, all_checks
from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.snapshot import Gap
from tests.build import an_estate, an_inventory

_WAIVER = {
    "check": "EXP-001",
    "reason": "until the bastion is there",
    "owner": "platform",
    "expires": "2026-08-31",
}

# What fires them is not an inventory, so their module has no FIRES.
OWN: Mapping[str, tuple[Estate, ...]] = {
    "RF-001": (
        an_estate(
            an_inventory(
                gaps={
                    "instances": (
                        Gap("ec2.describe_instances", "UnauthorizedOperation"),
                    )
                }
            )
        ),
    ),
    "RF-002": (),
    "RF-003": (Estate(an_inventory(), policy_error="trusted.office: not a range"),),
    "RF-004": (an_estate(an_inventory(), waivers=[_WAIVER]),),
    "RF-005": (),
    "RF-010": (),  # what it tells needs names, which its answer does not wait for
}


def module_of(check: Check) -> ModuleType:
    """Give the test module of *check*, or raise `ModuleNotFoundError`."""
    name = check.judge.__module__.rpartition(".")[2]
    return importlib.import_module(f"tests.checks.test_{name}")


def firing(check: Check) -> tuple[Estate, ...]:
    """Give the estates on which *check* fires."""
    if check.code in OWN:
        return OWN[check.code]
    found: list[Inventory] = module_of(check).FIRES
    return tuple(an_estate(inventory) for inventory in found)


def quiet(check: Check) -> tuple[Estate, ...]:
    """Give the estates on which *check* has nothing to say."""
    if check.code in OWN:
        return (an_estate(an_inventory()),)
    found: list[Inventory] = module_of(check).QUIET
    return tuple(an_estate(inventory) for inventory in found)


def examples() -> dict[str, Estate]:
    """Give the first estate on which each check fires, by code."""
    return {
        check.code: estates[0] for check in all_checks() if (estates := firing(check))
    }
