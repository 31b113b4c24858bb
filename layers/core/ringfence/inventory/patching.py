"""Patches and known flaws of instances: what Systems Manager and Inspector say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    integer,
    moment,
    rows,
    text,
    text_or_empty,
    texts,
)

NODES = "ssm.describe_instance_information"
STATES = "ssm.describe_instance_patch_states"
PATCHES = "ssm.describe_instance_patches"
BASELINE = "ssm.get_patch_baseline"
WINDOWS = "ssm.describe_maintenance_windows"
PARAMETERS = "ssm.get_parameters"
STATUS = "inspector2.batch_get_account_status"
COUNTS = "inspector2.list_finding_aggregations"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedNode:
    """
    An instance that Systems Manager knows.

    *ping* is AWS's PingStatus; *system* and *version* are what its agent found.
    """

    instance: str
    ping: str = ""
    seen_at: datetime | None = None  # None: never
    system: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchState:
    """
    What the last scan or installation of patches left on an instance.

    *critical*, *security* and *other* count the patches that keep it from being
    compliant, by AWS's classes; *pending* those that wait for a restart.
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchState.html
    """

    instance: str
    baseline: str = ""
    missing: int = 0
    failed: int = 0
    pending: int = 0
    critical: int = 0
    security: int = 0
    other: int = 0
    ended_at: datetime | None = None  # None: none has ended yet


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPatch:
    """
    A patch that is missing from an instance, or failed to install.

    *id* and *severity* are the operating system's own words; *cves* are those that
    it mends, as far as they are told.
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchComplianceData.html
    """

    instance: str
    id: str
    severity: str = ""
    classification: str = ""
    cves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchBaseline:
    """
    A baseline of the account's own, by which an instance was scanned.

    *approves* says whether a rule or a list lets any patch through.
    """

    id: str
    name: str = ""
    system: str = ""
    approves: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    id: str
    name: str = ""
    is_enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """How many findings Inspector has of an instance, by severity."""

    instance: str
    critical: int = 0
    high: int = 0
    medium: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicImage:
    """The newest image of a family, by the public parameter that names it."""

    parameter: str
    image: str
    published_at: datetime | None = None  # None: not told


def read_managed_nodes(answers: Answers) -> tuple[ManagedNode, ...]:
    return answers.each(NODES, "InstanceInformationList", _node)


def read_patch_states(answers: Answers) -> tuple[PatchState, ...]:
    return answers.each(STATES, "InstancePatchStates", _state)


def read_missing_patches(answers: Answers) -> tuple[MissingPatch, ...]:
    """Those of the instances that were asked for."""
    if not answers.has(PATCHES):
        return ()
    found: list[MissingPatch] = []
    for instance in answers.arguments(PATCHES):
        patches = answers.each_of(PATCHES, instance, "Patches", _patch_of(instance))
        found += patches or ()
    return tuple(found)


def read_patch_baselines(answers: Answers) -> tuple[PatchBaseline, ...]:
    """Each that was still there when it was asked for."""
    if not answers.has(BASELINE):
        return ()
    asked = answers.arguments(BASELINE)
    found = (answers.one_of(BASELINE, name, _baseline) for name in asked)
    return tuple(baseline for baseline in found if baseline)


def read_maintenance_windows(answers: Answers) -> tuple[MaintenanceWindow, ...]:
    return answers.each(WINDOWS, "WindowIdentities", _window)


def read_flaws(answers: Answers) -> tuple[Flaws, ...]:
    """Inspector's counts; none where it does not look at instances."""
    return answers.each(COUNTS, "responses", _flaws)


def read_public_images(answers: Answers) -> tuple[PublicImage, ...]:
    return answers.each(PARAMETERS, "Parameters", _public_image)


def _node(raw: Raw) -> ManagedNode:
    return ManagedNode(
        instance=text(raw, "InstanceId"),
        ping=text_or_empty(raw, "PingStatus"),
        seen_at=moment(raw, "LastPingDateTime"),
        system=text_or_empty(raw, "PlatformName"),
        version=text_or_empty(raw, "PlatformVersion"),
    )


def _state(raw: Raw) -> PatchState:
    return PatchState(
        instance=text(raw, "InstanceId"),
        baseline=text_or_empty(raw, "BaselineId"),
        missing=integer(raw, "MissingCount") or 0,
        failed=integer(raw, "FailedCount") or 0,
        pending=integer(raw, "InstalledPendingRebootCount") or 0,
        critical=integer(raw, "CriticalNonCompliantCount") or 0,
        security=integer(raw, "SecurityNonCompliantCount") or 0,
        other=integer(raw, "OtherNonCompliantCount") or 0,
        ended_at=moment(raw, "OperationEndTime"),
    )


def _patch_of(instance: str) -> Callable[[Raw], MissingPatch]:
    def read(raw: Raw) -> MissingPatch:
        cves = text_or_empty(raw, "CVEIds").split(",")
        return MissingPatch(
            instance=instance,
            id=text_or_empty(raw, "KBId") or text(raw, "Title"),
            severity=text_or_empty(raw, "Severity"),
            classification=text_or_empty(raw, "Classification"),
            cves=tuple(one.strip() for one in cves if one.strip()),
        )

    return read


def _baseline(raw: Raw) -> PatchBaseline:
    rules = rows(inner(raw, "ApprovalRules"), "PatchRules")
    return PatchBaseline(
        id=text(raw, "BaselineId"),
        name=text_or_empty(raw, "Name"),
        system=text_or_empty(raw, "OperatingSystem"),
        approves=bool(rules or texts(raw, "ApprovedPatches")),
    )


def _window(raw: Raw) -> MaintenanceWindow:
    return MaintenanceWindow(
        id=text(raw, "WindowId"),
        name=text_or_empty(raw, "Name"),
        is_enabled=flag(raw, "Enabled"),
    )


def _flaws(raw: Raw) -> Flaws:
    found = inner(raw, "ec2InstanceAggregation")
    counts = inner(found, "severityCounts")
    return Flaws(
        instance=text(found, "instanceId"),
        critical=integer(counts, "critical") or 0,
        high=integer(counts, "high") or 0,
        medium=integer(counts, "medium") or 0,
        total=integer(counts, "all") or 0,
    )


def _public_image(raw: Raw) -> PublicImage:
    return PublicImage(
        parameter=text(raw, "Name"),
        image=text_or_empty(raw, "Value"),
        published_at=moment(raw, "LastModifiedDate"),
    )
