"""What AWS Backup keeps, and where it copies it to: from its answers to records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ringfence.inventory.answers import (
    Answers,
    Raw,
    moment,
    present,
    rows,
    structure,
    text,
    text_or_none,
)

PROTECTED = "backup.list_protected_resources"
PLANS = "backup.list_backup_plans"
PLAN = "backup.get_backup_plan"
PLAN_NEEDS = (PLANS, PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPoint:
    """The newest one that AWS Backup has of *resource*, an ARN, in this account."""

    resource: str
    made_at: datetime | None = None  # None: there is none any more


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """
    A plan of AWS Backup.

    *copies_to* holds the ARNs of the vaults that its rules copy to; *is_isolated*
    tells that one of them is logically air-gapped, which no administrator of the
    account can empty.
    """

    id: str
    name: str = ""
    copies_to: tuple[str, ...] = ()
    is_isolated: bool = False


def read_recovery_points(answers: Answers) -> tuple[RecoveryPoint, ...]:
    if not answers.has(PROTECTED):
        return ()
    return answers.each(PROTECTED, "Results", _point)


def read_plans(answers: Answers) -> tuple[BackupPlan, ...]:
    """Each plan that was still there when it was asked for."""
    if not all(answers.has(operation) for operation in PLAN_NEEDS):
        return ()

    def read(raw: Raw) -> BackupPlan | None:
        name = text(raw, "BackupPlanId")
        return answers.one_of(PLAN, name, lambda answer: _plan(name, answer))

    found = answers.each(PLANS, "BackupPlansList", read)
    return tuple(plan for plan in found if plan)


def _point(raw: Raw) -> RecoveryPoint:
    return RecoveryPoint(
        resource=text(raw, "ResourceArn"), made_at=moment(raw, "LastBackupTime")
    )


def _plan(name: str, answer: Raw) -> BackupPlan:
    plan = structure(answer, "BackupPlan")
    rules = rows(plan, "Rules")
    return BackupPlan(
        id=name,
        name=text(plan, "BackupPlanName"),
        copies_to=tuple(_vaults(plan)),
        is_isolated=any(
            text_or_none(rule, "TargetLogicallyAirGappedBackupVaultArn")
            for rule in rules
        ),
    )


def _vaults(plan: Raw) -> Iterator[str]:
    for rule in rows(plan, "Rules"):
        yield from present(rows(rule, "CopyActions"), "DestinationBackupVaultArn")
