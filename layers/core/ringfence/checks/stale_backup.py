"""BAK-001: data of a product without a backup that is new enough."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.databases import Cluster, Database
from ringfence.inventory.filesystems import FileSystem
from ringfence.subjects.backups import (
    OF_ALL,
    Backups,
    Keeper,
    databases,
    is_at_rest,
    is_late,
    keepers,
    limit_of,
    of_the,
    snapshot_command,
    system_title_of,
    title_of,
    weighed,
)


@check(
    "BAK-001",
    "No recent backup",
    severity=Severity.MEDIUM,
    needs=OF_ALL,
    uses={"recovery_points"},
    fix="Back it up now, and let AWS Backup do so every day.",
    guide=("S18", "D09", "D35", "D58"),
    relates=("AWS FSBP EC2.28", "AWS FSBP EFS.2", "AWS FSBP RDS.26"),
)
def stale_backup(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What was written since the newest backup is lost with the volume.

    Judged are the data volumes of instances of a product, databases and file
    systems; the volume that an instance starts from counts where it has no other,
    and weighs one step less, for the data may be elsewhere. Instances that an Auto
    Scaling group replaces and that have no data volume, and fleets of no product,
    are not asked for backups.
    A backup is a complete snapshot, an automated backup of RDS or a recovery point
    of AWS Backup, in this account and Region. Where AWS Backup could not be read,
    what has no other recent backup is unknown. How old it may be is the policy's:
    `thresholds.backup_age_days`. None at all weighs one step more, a database or
    file system that is not known to be a product's one step less.
    A database whose automated backups are off is BAK-002's. One that is stopped,
    and a replica, are left out. What is in a backup, and whether it can be
    restored, nobody knows who has not tried.
    """
    backups = Backups(estate.inventory)
    for keeper in keepers(estate):
        yield from _of_instance(estate, keeper, backups)
    for database in databases(estate):
        if database.backup_days != 0 and not is_at_rest(database):
            yield from _of_database(estate, database, backups)
    for system in estate.inventory.file_systems:
        yield from _of_system(estate, system, backups)


def _of_instance(
    estate: Estate, keeper: Keeper, backups: Backups
) -> Iterator[Problem | Doubt]:
    limit = limit_of(estate)
    newest = ((disk, backups.newest_of_disk(disk)) for disk in keeper.disks)
    late = [
        (disk, at) for disk, at in newest if is_late(at, disk.volume.made_at, limit)
    ]
    if not late:
        return
    if doubt := backups.doubt(keeper.instance.id):
        yield doubt
        return
    is_bare = any(at is None for _, at in late)
    severity = Severity.HIGH if is_bare else Severity.MEDIUM
    instance, region = keeper.instance, estate.inventory.region
    data = "everything" if keeper.is_root_only else "data"
    which = "" if keeper.is_root_only else ",ExcludeBootVolume=true"
    told = "; ".join(f"{disk.label}: {of_the(at)}" for disk, at in late)
    yield Problem(
        resource=instance.id,
        message=f"{estate.label(instance.id)} keeps {data} on volumes without a "
        f"recent backup: {told}. {_accepted(estate)}",
        severity=severity.stepped(-1) if keeper.is_root_only else severity,
        fix=f"aws ec2 create-snapshots --region {region} --instance-specification "
        f"InstanceId={instance.id}{which} --description {instance.id}\n"
        "Then let AWS Backup or Data Lifecycle Manager do so every day. Atlassian's "
        "backup of the product is to be made in the same moment as the database's.",
        evidence={
            "instance": instance.id,
            "volumes": [
                {
                    "id": disk.volume.id,
                    "device": disk.attachment.device,
                    "newest_backup": at.isoformat() if at else None,
                }
                for disk, at in late
            ],
        },
    )


def _of_database(
    estate: Estate, database: Database | Cluster, backups: Backups
) -> Iterator[Problem | Doubt]:
    newest = backups.newest_of_database(database)
    if not is_late(newest, database.made_at, limit_of(estate)):
        return
    if doubt := backups.doubt(database.arn):
        yield doubt
        return
    region = estate.inventory.region
    severity = Severity.MEDIUM if newest else Severity.HIGH
    yield Problem(
        resource=database.arn,
        message=f"The {title_of(database)} has no recent backup: {of_the(newest)}. "
        f"{_accepted(estate)}",
        severity=weighed(estate, database.arn, severity),
        fix=f"{snapshot_command(region, database)}\n"
        "Then see why automated backups do not run: aws rds describe-events "
        f"--region {region} --event-categories backup failure --duration 10080",
        evidence={
            "database": database.id,
            "engine": database.engine,
            "newest_backup": newest.isoformat() if newest else None,
        },
    )


def _of_system(
    estate: Estate, system: FileSystem, backups: Backups
) -> Iterator[Problem | Doubt]:
    newest = backups.point_of(system.arn)
    if not is_late(newest, system.made_at, limit_of(estate)):
        return
    if doubt := backups.doubt(system.arn):
        yield doubt
        return
    severity = Severity.MEDIUM if newest else Severity.HIGH
    yield Problem(
        resource=system.arn,
        message=f"The {system_title_of(system)} has no "
        f"recent backup: {of_the(newest)}. {_accepted(estate)}",
        severity=weighed(estate, system.arn, severity),
        fix=f"aws efs put-backup-policy --region {estate.inventory.region} "
        f"--file-system-id {system.id} --backup-policy Status=ENABLED",
        evidence={
            "file_system": system.id,
            "newest_backup": newest.isoformat() if newest else None,
        },
    )


def _accepted(estate: Estate) -> str:
    days = estate.policy.thresholds.backup_age_days
    return f"The policy accepts {days} days."
