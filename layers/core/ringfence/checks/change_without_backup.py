"""BAK-007: an instance that was started anew on data that nobody had backed up."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.backups import (
    OF_VOLUMES,
    Backups,
    Disk,
    keepers,
    limit_of,
)

_BEFORE = timedelta(days=1)
# A volume that is made with its instance is there some moments earlier.
_TOGETHER = timedelta(hours=1)


@check(
    "BAK-007",
    "Changed without a backup in the day before",
    severity=Severity.LOW,
    needs=OF_VOLUMES | {"volume_snapshots"},
    fix="Back up right before the next update, and test that it can be restored.",
    guide=("S18", "D09", "D58"),
)
def change_without_backup(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Atlassian: always back up before you attempt an update.

    An instance of a product was launched, or stopped and started, on data volumes
    that are older, and there is no backup of them from the day before: had the
    update failed, there was nothing to go back to. The launch stands for the
    update: new images, versions and types come with one; an update in place leaves
    no trace that AWS tells.
    It is told for `thresholds.backup_days` after the launch: later, backups of that
    day may have been cleared away. Volumes without any recent snapshot are left to
    BAK-001.
    """
    inventory = estate.inventory
    backups = Backups(inventory)
    oldest = inventory.taken_at - timedelta(days=estate.policy.thresholds.backup_days)
    for keeper in keepers(estate):
        instance, launched = keeper.instance, keeper.instance.launched_at
        if keeper.is_root_only or launched is None or launched < oldest:
            continue
        bare = [
            disk
            for disk in keeper.disks
            if _was_bare(disk, launched, backups.snapshots_of(disk), limit_of(estate))
        ]
        if not bare:
            continue
        listed = ", ".join(disk.label for disk in bare)
        yield Problem(
            resource=instance.id,
            message=f"{estate.label(instance.id)} was launched at "
            f"{launched:%Y-%m-%d %H:%M} UTC, and in the day before nobody backed up "
            f"its volumes {listed}.",
            fix="Before the next update: aws ec2 create-snapshots --region "
            f"{inventory.region} --instance-specification InstanceId={instance.id},"
            "ExcludeBootVolume=true --description before-update",
            evidence={
                "instance": instance.id,
                "launched_at": launched.isoformat(),
                "volumes": [disk.volume.id for disk in bare],
            },
        )


def _was_bare(
    disk: Disk, launched: datetime, made: Sequence[datetime], limit: datetime
) -> bool:
    """Whether *disk*, backed up by now, was not in the day before *launched*."""
    is_older = disk.volume.made_at and disk.volume.made_at < launched - _TOGETHER
    if not is_older or not made or max(made) < limit:
        return False
    return not any(launched - _BEFORE <= at <= launched for at in made)
