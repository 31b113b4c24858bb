"""PATCH-004: a managed instance whose patches nobody has looked at for long."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import severity
from ringfence.subjects.nodes import NEEDS, has_settled, patchable, states_of


@check(
    "PATCH-004",
    "Patches of an instance were not looked at for long",
    severity=Severity.LOW,
    needs=NEEDS | {"patch_states"},
    fix="Scan it now, and let a maintenance window or patch policy repeat that.",
    guide=("S19", "D17"),
)
def stale_patch_scan(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    "Compliant" in the spring says nothing about the summer's holes.

    How old is too old is the policy's: `thresholds.patch_scan_days`. An instance
    that was never scanned is told where it belongs to a product; where no instance
    of the Region was, `PATCH-005` tells that once. One whose agent is silent is told
    by `PATCH-002`, and nodes of Kubernetes and Bottlerocket are replaced, not patched.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    limit = estate.policy.thresholds.patch_scan_days
    since = inventory.taken_at - timedelta(days=limit)
    states = states_of(inventory)
    for instance, node in patchable(inventory):
        state = states.get(instance.id)
        last = state.ended_at if state else None
        if node.ping != "Online" or (last and last >= since):
            continue
        if last is None and (
            not states
            or estate.product_of(instance.id) is None
            or not has_settled(estate, instance)
        ):
            continue
        scan = "scanned for missing patches"
        told = f"{scan} last on {last:%Y-%m-%d}" if last else f"never {scan}"
        yield Problem(
            resource=instance.id,
            message=f"{estate.label(instance.id)} was {told}; "
            f"the policy accepts {limit} days.",
            severity=severity(estate, (instance,), Severity.LOW),
            fix=f"aws ssm send-command --region {inventory.region} "
            f"--document-name AWS-RunPatchBaseline --instance-ids {instance.id} "
            "--parameters Operation=Scan",
            evidence={
                "instance": instance.id,
                "scanned_at": last.isoformat() if last else None,
            },
        )
