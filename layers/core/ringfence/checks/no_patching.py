"""PATCH-005: a Region where instances are managed and none is ever patched."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.nodes import patchable


@check(
    "PATCH-005",
    "Nothing looks for missing patches in this Region",
    severity=Severity.LOW,
    needs={"instances", "maintenance_windows", "managed_nodes", "patch_states"},
    fix="Set up a patch policy, or a maintenance window that patches.",
    guide=("S19", "D17"),
    relates=("AWS FSBP SSM.2",),
)
def no_patching(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Instances are managed, but no scan of any of them has ever been reported.

    One finding for the Region, since one thing is missing. Every Region has a default
    patch baseline, so that only the schedule can be absent. Whatever else patches
    (configuration management, images that are replaced) is not seen; then waive it.
    """
    inventory = estate.inventory
    some = [instance.id for instance, _ in patchable(inventory)]
    if not some or inventory.patch_states:
        return
    is_scheduled = any(window.is_enabled for window in inventory.maintenance_windows)
    windows = (
        "Maintenance windows are enabled, but report no scan."
        if is_scheduled
        else "No maintenance window is enabled, either."
    )
    yield Problem(
        resource="patch-manager",
        message="Systems Manager knows instances in this Region and has never scanned "
        f"one for missing patches. {windows}",
        fix=f"aws ssm create-association --region {inventory.region} "
        "--name AWS-RunPatchBaseline --association-name scan-for-patches "
        "--targets Key=InstanceIds,Values='*' --parameters Operation=Scan "
        "--schedule-expression 'rate(1 day)'",
        evidence={"instances": sorted(some)[:20]},
    )
