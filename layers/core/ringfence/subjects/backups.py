"""What holds data that must not be lost, and which backups there are of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

from ringfence import identity
from ringfence.estate import Estate
from ringfence.finding import Doubt, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.databases import Cluster, Database
from ringfence.inventory.filesystems import FileSystem
from ringfence.inventory.records import Instance
from ringfence.inventory.volumes import Attachment, Volume

OF_VOLUMES = identity.NEEDS | {"volumes"}
OF_DATABASES = identity.NEEDS | {"databases", "database_clusters"}
OF_ALL = (
    OF_VOLUMES
    | OF_DATABASES
    | {"file_systems", "volume_snapshots", "database_snapshots"}
)

_GONE = frozenset({"terminated", "shutting-down"})
# Nothing is written to them, or not yet.
_AT_REST = frozenset({"creating", "deleting", "starting", "stopped", "stopping"})
_SCALED = "aws:autoscaling:groupName"


@dataclass(frozen=True, slots=True)
class Disk:
    """A volume as one instance has it."""

    volume: Volume
    attachment: Attachment

    @property
    def label(self) -> str:
        """``<id> (<device>)``."""
        return f"{self.volume.id} ({self.attachment.device})"


@dataclass(frozen=True, slots=True)
class Keeper:
    """
    An instance of a product and the *disks* with its data.

    *is_root_only*: it has no other disk than the one that it starts from.
    """

    instance: Instance
    disks: tuple[Disk, ...]
    is_root_only: bool


def disks_of(inventory: Inventory) -> Mapping[str, Sequence[Disk]]:
    """Give the disks of each instance, by its id."""
    found: dict[str, list[Disk]] = defaultdict(list)
    for volume in inventory.volumes:
        for attachment in volume.attachments:
            found[attachment.instance].append(Disk(volume, attachment))
    return found


def product_instances(estate: Estate) -> Iterator[Instance]:
    """Give those that are there and known to be of a product."""
    for instance in estate.inventory.instances:
        if instance.state not in _GONE and estate.product_of(instance.id):
            yield instance


def keepers(estate: Estate) -> Iterator[Keeper]:
    """
    Give the product's instances that keep data on disks.

    What an instance starts from counts where it has nothing else, but for one that
    an Auto Scaling group replaces at will. Its instance store is not looked at.
    """
    disks = disks_of(estate.inventory)
    for instance in product_instances(estate):
        own = disks.get(instance.id, ())
        data = [one for one in own if one.attachment.device != instance.root_device]
        is_root_only = not data
        if is_root_only and _SCALED not in instance.tags:
            data = list(own)
        if data:
            yield Keeper(instance, tuple(data), is_root_only)


def databases(estate: Estate) -> Iterator[Database | Cluster]:
    """Give the clusters, and the databases that are in none; replicas of none."""
    single = (one for one in estate.inventory.databases if not one.cluster)
    both: Iterator[Database | Cluster] = chain(
        single, estate.inventory.database_clusters
    )
    return (database for database in both if not database.replica_of)


def is_at_rest(database: Database | Cluster) -> bool:
    """Whether nothing new is in *database*: it stands still, or is not there yet."""
    return database.state in _AT_REST


def weighed(estate: Estate, resource: str, severity: Severity) -> Severity:
    """Give *severity*, one step less for what is not known to be a product's."""
    return severity.stepped(0 if estate.product_of(resource) else -1)


class Backups:
    """All that is known of backups in this account and Region, by what they are of."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._is_whole = "recovery_points" in inventory.read

    def doubt(self, resource: str) -> Doubt | None:
        """
        Give the doubt about *resource*, of which no backup is known that is enough.

        None where AWS Backup was read: then there is none. A backup of another kind
        needs no doubt, whatever could not be read.
        """
        if self._is_whole:
            return None
        because = "AWS Backup was not read, and no other backup is recent"
        return Doubt(resource, because)

    def newest_of_disk(self, disk: Disk) -> datetime | None:
        """Give when *disk* was last backed up, alone or with its instance."""
        points = (f"volume/{disk.volume.id}", f"instance/{disk.attachment.instance}")
        return max((*self.snapshots_of(disk), *self._of(*points)), default=None)

    def snapshots_of(self, disk: Disk) -> Sequence[datetime]:
        """Give when each snapshot of *disk* was begun, those of AWS Backup too."""
        return self._snapshots.get(disk.volume.id, ())

    def newest_of_database(self, database: Database | Cluster) -> datetime | None:
        """
        Give the newest moment that *database* can be brought back to; None: none.

        Automated backups, snapshots that somebody made and AWS Backup count alike.
        """
        is_cluster = isinstance(database, Cluster)
        made = [
            one.made_at
            for one in self._inventory.database_snapshots
            if (one.source, one.is_of_cluster) == (database.id, is_cluster)
            and one.made_at
        ]
        kept = [database.restorable_until] if database.restorable_until else []
        return max((*made, *kept, *self._of(_part(database.arn))), default=None)

    def point_of(self, arn: str) -> datetime | None:
        """Give when AWS Backup last kept what *arn* names; None: there is nothing."""
        return self._points.get(_part(arn))

    def _of(self, *parts: str) -> list[datetime]:
        return [self._points[part] for part in parts if part in self._points]

    @cached_property
    def _points(self) -> Mapping[str, datetime]:
        return {
            _part(point.resource): point.made_at
            for point in self._inventory.recovery_points
            if point.made_at
        }

    @cached_property
    def _snapshots(self) -> Mapping[str, Sequence[datetime]]:
        found: dict[str, list[datetime]] = defaultdict(list)
        for snapshot in self._inventory.volume_snapshots:
            if snapshot.is_complete and snapshot.started_at:
                found[snapshot.volume].append(snapshot.started_at)
        return found


def is_late(newest: datetime | None, made_at: datetime | None, limit: datetime) -> bool:
    """
    Whether a backup newer than *limit* is missing.

    What was made since *limit* itself, or is being made, may have none yet.
    """
    if newest is None:
        return made_at is not None and made_at < limit
    return newest < limit


def limit_of(estate: Estate) -> datetime:
    """Give the time that the newest backup must not be older than."""
    days = estate.policy.thresholds.backup_age_days
    return estate.inventory.taken_at - timedelta(days=days)


def of_the(newest: datetime | None) -> str:
    """Say how old the newest backup is, in words that stay true."""
    if newest is None:
        return "there is no backup"
    return f"the newest backup is of {newest:%Y-%m-%d}"


def snapshot_command(region: str, database: Database | Cluster) -> str:
    """Give the command that makes a snapshot of *database* now."""
    kind = "cluster" if isinstance(database, Cluster) else "instance"
    what = "db-cluster-snapshot" if isinstance(database, Cluster) else "db-snapshot"
    return (
        f"aws rds create-{what} --region {region} --db-{kind}-identifier "
        f'{database.id} --{what}-identifier "{database.id}-$(date +%Y%m%d%H%M)"'
    )


def modify_command(region: str, database: Database | Cluster, change: str) -> str:
    """Give the command that makes *change*, an option, to *database*."""
    kind = "cluster" if isinstance(database, Cluster) else "instance"
    return (
        f"aws rds modify-db-{kind} --region {region} --db-{kind}-identifier "
        f"{database.id} {change} --apply-immediately"
    )


def title_of(database: Database | Cluster) -> str:
    """Give ``database jira (postgres)``."""
    kind = "database cluster" if isinstance(database, Cluster) else "database"
    return f"{kind} {database.id} ({database.engine})"


def system_title_of(system: FileSystem) -> str:
    """Give ``file system fs-1 (jira-home)``."""
    name = f" ({system.name})" if system.name else ""
    return f"file system {system.id}{name}"


def _part(arn: str) -> str:
    """Give what an ARN names in its service: ``volume/vol-1``, ``db:jira``."""
    return arn.split(":", 5)[-1]
