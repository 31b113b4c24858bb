"""BAK-007: a product that was changed while nobody had backed up its data."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ringfence import discovery
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.databases import Cluster, Database
from ringfence.inventory.filesystems import FileSystem
from ringfence.subjects.backups import (
    OF_VOLUMES,
    Backups,
    Disk,
    Keeper,
    databases,
    keepers,
    limit_of,
    snapshot_command,
    system_title_of,
    title_of,
)
from ringfence.subjects.updates import Update, updates

_BEFORE = timedelta(days=1)
# A volume that is made with its instance is there some moments earlier.
_TOGETHER = timedelta(hours=1)
_OF_DATABASES = frozenset({"databases", "database_clusters", "database_snapshots"})
_OF_SYSTEMS = frozenset({"file_systems"})
_NEEDS = OF_VOLUMES | {"volume_snapshots"}
_LOOKS = discovery.NEEDS | {"last_looks", "name_records"}
_USES = (_OF_DATABASES | _OF_SYSTEMS | _LOOKS | {"recovery_points"}) - _NEEDS


@check(
    "BAK-007",
    "Changed without a backup in the day before",
    severity=Severity.LOW,
    needs=_NEEDS,
    uses=_USES,
    fix="Back up right before the next update, and test that it can be restored.",
    guide=("S18", "D09", "D58"),
)
def change_without_backup(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Atlassian: always back up before you attempt an update.

    An instance of a product was launched, or stopped and started, its Auto Scaling
    group took another image, or an endpoint told another version than at the look
    before; and of its data, which is older, there is no backup from the day before:
    had the update failed, there was nothing to go back to. Images and versions are
    compared with what earlier sweeps and looks remember; between two looks, a backup
    at any time counts. That a group replaces an instance by one of the same image is
    no update.
    Data volumes are told for `thresholds.backup_days` after it: later, backups of
    that day may have been cleared away. Of databases and file systems of the product
    the newest backup alone is known: they are told until there is a newer one. What
    had no recent backup at all is left to BAK-001.
    """
    inventory = estate.inventory
    backups = Backups(inventory)
    days = estate.policy.thresholds.backup_days
    found = updates(estate, inventory.taken_at - timedelta(days=days))
    for keeper in keepers(estate):
        if not keeper.is_root_only:
            yield from _of_instance(estate, keeper, found, backups)
    shared = [update for update in found if not update.replaces]
    if inventory.read >= _OF_SYSTEMS:
        for system in inventory.file_systems:
            newest = backups.point_of(system.arn)
            yield from _of_shared(estate, system, newest, shared)
    if inventory.read >= _OF_DATABASES:
        for database in databases(estate):
            newest = backups.newest_of_database(database)
            yield from _of_shared(estate, database, newest, shared)


def _of_instance(
    estate: Estate, keeper: Keeper, found: Sequence[Update], backups: Backups
) -> Iterator[Problem]:
    """Tell the newest update of the instance that its volumes were bare at."""
    name, limit = keeper.instance.id, limit_of(estate)
    for update in found:
        bare = [
            disk
            for disk in keeper.disks
            if name in update.instances
            and _was_bare(disk, update, backups.snapshots_of(disk), limit)
        ]
        if not bare:
            continue
        listed = ", ".join(disk.label for disk in bare)
        own = "its" if update.began == keeper.instance.launched_at else f"{name}'s"
        yield Problem(
            resource=name,
            message=f"{update.told}, and in the day before nobody backed up "
            f"{own} volumes {listed}.",
            fix="Before the next update: aws ec2 create-snapshots --region "
            f"{estate.inventory.region} --instance-specification InstanceId={name},"
            "ExcludeBootVolume=true --description before-update",
            evidence={
                "instance": name,
                "changed_after": update.began.isoformat(),
                "changed_by": update.ended.isoformat(),
                "volumes": [disk.volume.id for disk in bare],
            },
        )
        return


def _of_shared(
    estate: Estate,
    store: FileSystem | Database | Cluster,
    newest: datetime | None,
    found: Sequence[Update],
) -> Iterator[Problem]:
    """Tell the newest update of the product of *store*, if its *newest* is older."""
    product = estate.product_of(store.arn)
    accepted = timedelta(days=estate.policy.thresholds.backup_age_days)
    for update in found:
        is_older = store.made_at and store.made_at < update.began - _TOGETHER
        if update.product != product or not is_older or newest is None:
            continue
        if not update.began - accepted <= newest < update.began - _BEFORE:
            continue
        yield Problem(
            resource=store.arn,
            message=f"{update.told}, and in the day before nobody backed up the "
            f"{_title(store)}: its newest backup is of {newest:%Y-%m-%d %H:%M} UTC.",
            fix=_backing_up(estate, store),
            evidence={
                "store": store.arn,
                "newest_backup": newest.isoformat(),
                "changed_after": update.began.isoformat(),
                "changed_by": update.ended.isoformat(),
            },
        )
        return


def _title(store: FileSystem | Database | Cluster) -> str:
    return system_title_of(store) if isinstance(store, FileSystem) else title_of(store)


def _backing_up(estate: Estate, store: FileSystem | Database | Cluster) -> str:
    region = estate.inventory.region
    if isinstance(store, FileSystem):
        return (
            f"Before the next update: aws backup start-backup-job --region {region} "
            f"--backup-vault-name Default --resource-arn {store.arn} "
            "--iam-role-arn ROLE-OF-AWS-BACKUP"
        )
    return f"Before the next update: {snapshot_command(region, store)}"


def _was_bare(
    disk: Disk, update: Update, made: Sequence[datetime], limit: datetime
) -> bool:
    """Whether *disk*, backed up by now, was not in the day before *update*."""
    is_older = disk.volume.made_at and disk.volume.made_at < update.began - _TOGETHER
    if not is_older or not made or max(made) < limit:
        return False
    return not any(update.began - _BEFORE <= at <= update.ended for at in made)
