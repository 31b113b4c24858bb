"""AWS Backup is read as it means what it says."""

from datetime import UTC, datetime

from ringfence.inventory.backups import BackupPlan, RecoveryPoint
from tests.inventory.estate import an_inventory


def test_a_resource_has_its_newest_recovery_point() -> None:
    """One that has lost all of them stays listed."""
    system, instance, gone = an_inventory().recovery_points

    assert (
        RecoveryPoint(
            resource="arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0a1",
            made_at=datetime(2026, 11, 22, 5, tzinfo=UTC),
        )
        == system
    )
    assert instance.resource.endswith(":instance/i-0a1")
    assert gone.made_at is None


def test_a_plan_says_where_it_copies_to() -> None:
    """To a vault elsewhere, to one that nobody can empty, or nowhere."""
    vault = "arn:aws:backup:eu-west-1:999988887777:backup-vault:far"

    assert (
        BackupPlan(id="0a1", name="nightly", copies_to=(vault,)),
        BackupPlan(id="0a2", name="weekly"),
        BackupPlan(id="0a3", name="vaulted", is_isolated=True),
    ) == an_inventory().backup_plans


def test_a_plan_that_is_gone_is_left_out() -> None:
    """It was there when listed, and gone when it was asked for."""
    gone = dict.fromkeys(("0a1", "0a2", "0a3"))

    assert () == an_inventory(backup__get_backup_plan=gone).backup_plans
