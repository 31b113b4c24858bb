"""PATCH-003: an instance that lacks patches which its baseline demands."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.patching import PatchState
from ringfence.inventory.records import Instance
from ringfence.subjects.hosts import present_instances, severity
from ringfence.subjects.nodes import NEEDS, counted, states_of

_WAITING = "Patches wait for a restart"


@check(
    "PATCH-003",
    "Instance lacks security patches",
    severity=Severity.MEDIUM,
    needs=NEEDS | {"patch_states"},
    fix="Install the patches, and restart.",
    guide=("S19", "D17"),
    relates=("AWS FSBP SSM.2",),
)
def missing_patches(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The patch is out, so is the description of the hole, and it is still open here.

    Counted is what the last scan of Patch Manager found, by the classes of the
    baseline: critical and security patches make it MEDIUM, others and ones that only
    wait for a restart LOW. It weighs one step more where the internet reaches the
    instance, one less where it is stopped. How old a missing patch is AWS does not
    count; a scan that is old itself is told by `PATCH-004`.
    """
    inventory = estate.inventory
    states = states_of(inventory)
    for instance in present_instances(inventory):
        state = states.get(instance.id)
        if state and (told := _told(state)):
            yield _problem(estate, instance, state, told)


def _problem(
    estate: Estate, instance: Instance, state: PatchState, told: str
) -> Problem:
    region = estate.inventory.region
    is_security = bool(state.critical or state.security)
    does_wait = not (is_security or state.missing or state.failed or state.other)
    down = "" if instance.state == "running" else ", which does not run,"
    base = Severity.MEDIUM if is_security else Severity.LOW
    return Problem(
        resource=instance.id,
        title=_WAITING if does_wait else None,
        message=f"{estate.label(instance.id)}{down} is not up to date: {told}.",
        severity=severity(estate, (instance,), base),
        fix=f"aws ssm describe-instance-patches --region {region} "
        f"--instance-id {instance.id} "
        "--filters Key=State,Values=Missing,Failed,InstalledPendingReboot\n"
        f"aws ssm send-command --region {region} --document-name AWS-RunPatchBaseline "
        f"--instance-ids {instance.id} --parameters Operation=Install "
        "(restarts the instance; let a second node take over first)",
        evidence={
            "instance": instance.id,
            "baseline": state.baseline,
            "critical": state.critical,
            "security": state.security,
            "other": state.other,
            "missing": state.missing,
            "failed": state.failed,
            "waiting_for_a_restart": state.pending,
        },
    )


def _told(state: PatchState) -> str:
    """Say what is missing, the gravest first; empty: nothing."""
    waits = "installed but not in force before a restart"
    words = (
        (state.critical, "critical patch is", "critical patches are", "not in force"),
        (state.security, "security patch is", "security patches are", "not in force"),
        (state.other, "other patch is", "other patches are", "not in force"),
        (state.failed, "patch", "patches", "failed to install"),
        (state.pending, "patch", "patches", waits),
    )
    told = [
        f"{counted(count, one, many)} {what}"
        for count, one, many, what in words
        if count
    ]
    if not told and state.missing:
        told = [f"{counted(state.missing, 'patch is', 'patches are')} missing"]
    return ", ".join(told)
