"""PATCH-008: a patch baseline that lets no patch through."""

from collections import defaultdict
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import present_instances
from ringfence.subjects.nodes import states_of

_SHOWN = 20


@check(
    "PATCH-008",
    "Patch baseline approves no patches",
    severity=Severity.MEDIUM,
    needs={"instances", "patch_baselines", "patch_states"},
    fix="Give the baseline a rule that approves security patches.",
    guide=("S19", "D17"),
    relates=("AWS FSBP SSM.2",),
)
def empty_baseline(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whatever it scans is compliant, for nothing is demanded, and stays unpatched.

    Every Region has a default baseline for each system, so that none is ever absent;
    one without an approval rule and without a list of approved patches is as good
    as absent, and looks like success. Told are baselines of the account's own by
    which an instance here was scanned. One whose rules are too narrow is not told.
    """
    inventory = estate.inventory
    states = states_of(inventory)
    scanned: dict[str, list[str]] = defaultdict(list)
    for instance in present_instances(inventory):
        if instance.id in states:
            scanned[states[instance.id].baseline].append(instance.id)
    for baseline in inventory.patch_baselines:
        instances = sorted(scanned.get(baseline.id, ()))
        if baseline.approves or not instances:
            continue
        named = f"{baseline.id} ({baseline.name})" if baseline.name else baseline.id
        yield Problem(
            resource=baseline.id,
            message=f"The patch baseline {named} has no approval rule and no approved "
            "patches, so that what is scanned by it counts as compliant, whatever it "
            "lacks.",
            fix=f"aws ssm update-patch-baseline --region {inventory.region} "
            f"--baseline-id {baseline.id} --approval-rules '{_RULE}'",
            evidence={
                "baseline": baseline.id,
                "system": baseline.system,
                "instances": instances[:_SHOWN],
            },
        )


_RULE = (
    '{"PatchRules":[{"PatchFilterGroup":{"PatchFilters":[{"Key":"CLASSIFICATION",'
    '"Values":["Security"]}]},"ApproveAfterDays":7}]}'
)
