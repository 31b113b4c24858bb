"""PATCH-003: an instance that lacks patches which its baseline demands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.patching import MissingPatch, PatchState
from ringfence.inventory.records import Instance
from ringfence.subjects.hosts import present_instances, severity
from ringfence.subjects.memories import missing_by_instance, missing_since
from ringfence.subjects.nodes import NEEDS, counted, states_of
from ringfence.subjects.severities import is_security

_SHOWN = 20
_WAITING = "Patches wait for a restart"


@check(
    "PATCH-003",
    "Instance lacks security patches",
    severity=Severity.MEDIUM,
    needs=NEEDS | {"patch_states"},
    uses={"missing_patches"},
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
    instance, one less where it is stopped. A scan that is old itself is told by
    `PATCH-004`.
    Security patches are told by severity, in the operating system's own words, with
    the first scan that missed them: they came out before that. Sweeps remember it;
    what is looked at once, as on the command line, knows the last scan only. Patches
    are listed of the hundred instances that lack most; of others, or where AWS does
    not list them, there are counts and no ages.
    """
    inventory = estate.inventory
    states = states_of(inventory)
    listed = missing_by_instance(inventory)
    for instance in present_instances(inventory):
        state = states.get(instance.id)
        if state and (told := _told(state)):
            holes = _Holes(inventory, state, listed.get(instance.id, ()))
            yield _problem(estate, instance, state, told, holes)


def _problem(
    estate: Estate,
    instance: Instance,
    state: PatchState,
    told: str,
    holes: "_Holes",
) -> Problem:
    region = estate.inventory.region
    is_security = bool(state.critical or state.security)
    does_wait = not (is_security or state.missing or state.failed or state.other)
    down = "" if instance.state == "running" else ", which does not run,"
    base = Severity.MEDIUM if is_security else Severity.LOW
    return Problem(
        resource=instance.id,
        title=_WAITING if does_wait else None,
        message=f"{estate.label(instance.id)}{down} is not up to date: {told}."
        f"{holes.in_words()}",
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
            "patches": holes.evidence(),
        },
    )


class _Holes:
    """The security patches that an instance lacks, and since when at the latest."""

    def __init__(
        self, inventory: Inventory, state: PatchState, missing: Sequence[MissingPatch]
    ) -> None:
        self._since = [
            (patch, missing_since(inventory, state, patch))
            for patch in missing
            if is_security(patch)
        ]

    def in_words(self) -> str:
        """Say how many of each severity are missing, and since when."""
        first: dict[str, list[datetime | None]] = {}
        for patch, since in self._since:
            first.setdefault(patch.severity or "without severity", []).append(since)
        words = [_aged(severity, since) for severity, since in first.items()]
        return f" Missing security patches: {', '.join(words)}." if words else ""

    def evidence(self) -> list[dict[str, object]]:
        """Give the gravest ones, JSON-ready."""
        return [
            {
                "id": patch.id,
                "severity": patch.severity,
                "missing_since": since.isoformat() if since else None,
                "cves": list(patch.cves[:_SHOWN]),
            }
            for patch, since in self._since[:_SHOWN]
        ]


def _aged(severity: str, since: list[datetime | None]) -> str:
    oldest = min((one for one in since if one), default=None)
    age = f"since {oldest:%Y-%m-%d} or before" if oldest else "age unknown"
    return f"{len(since)} {severity} ({age})"


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
