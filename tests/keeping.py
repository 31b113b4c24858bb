"""
Builders of what keeps data: everything is as it should be, unless said.

A node of Jira with a volume to start from and one for its data, a database, a
cluster and a file system: encrypted, protected and backed up this morning.
"""

from datetime import timedelta
from typing import Any

from ringfence.inventory import Inventory
from ringfence.inventory.backups import BackupPlan, RecoveryPoint
from ringfence.inventory.databases import Cluster, Database, DatabaseSnapshot
from ringfence.inventory.filesystems import FileSystem
from ringfence.inventory.records import Instance
from ringfence.inventory.volumes import Attachment, Volume, VolumeSnapshot
from tests.build import (
    ACCOUNT,
    INSTANCE,
    REGION,
    TAKEN_AT,
    an_instance,
    an_inventory,
    days,
)

DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:jira"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:jira"
SYSTEM = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"
ROOT = "vol-root"
DATA = "vol-data"
MORNING = TAKEN_AT - timedelta(hours=8)
LONG_AGO = TAKEN_AT - days(300)


def a_node(**fields: Any) -> Instance:
    """Give a node of Jira that was launched long ago."""
    defaults: dict[str, Any] = {
        "tags": {"Name": "jira-prod"},
        "root_device": "/dev/xvda",
        "launched_at": LONG_AGO,
    }
    return an_instance(**(defaults | fields))


def a_volume(name: str = DATA, **fields: Any) -> Volume:
    """Give a volume of the node: its data, or what it starts from."""
    device = "/dev/xvda" if name == ROOT else "/dev/sdf"
    attachment = Attachment(
        instance=INSTANCE, device=device, dies_with_it=fields.pop("dies", name == ROOT)
    )
    defaults: dict[str, Any] = {
        "id": name,
        "made_at": LONG_AGO,
        "is_encrypted": True,
        "attachments": (attachment,),
    }
    return Volume(**(defaults | fields))


def a_snapshot(volume: str = DATA, **fields: Any) -> VolumeSnapshot:
    """Give a complete snapshot of this morning."""
    defaults: dict[str, Any] = {
        "id": "snap-1",
        "volume": volume,
        "started_at": MORNING,
        "is_complete": True,
    }
    return VolumeSnapshot(**(defaults | fields))


def a_database(**fields: Any) -> Database:
    """Give a good database of Jira."""
    return Database(**(_database(DATABASE, "postgres") | fields))


def a_cluster(**fields: Any) -> Cluster:
    """Give a good cluster of Jira."""
    return Cluster(**(_database(CLUSTER, "aurora-postgresql") | fields))


def _database(arn: str, engine: str) -> dict[str, Any]:
    return {
        "id": "jira",
        "arn": arn,
        "engine": engine,
        "state": "available",
        "is_encrypted": True,
        "is_protected": True,
        "made_at": LONG_AGO,
        "backup_days": 14,
        "restorable_until": TAKEN_AT - timedelta(minutes=5),
    }


def a_database_snapshot(**fields: Any) -> DatabaseSnapshot:
    """Give a snapshot of the database that somebody made long ago."""
    kind = "cluster-snapshot" if fields.get("is_of_cluster") else "snapshot"
    name = fields.get("id", "jira-1")
    defaults: dict[str, Any] = {
        "id": name,
        "arn": f"arn:aws:rds:{REGION}:{ACCOUNT}:{kind}:{name}",
        "source": "jira",
        "made_at": LONG_AGO,
        "is_encrypted": True,
    }
    return DatabaseSnapshot(**(defaults | fields))


def a_system(**fields: Any) -> FileSystem:
    """Give a good file system of Jira."""
    defaults: dict[str, Any] = {
        "id": "fs-1",
        "arn": SYSTEM,
        "name": "jira-home",
        "is_encrypted": True,
        "made_at": LONG_AGO,
    }
    return FileSystem(**(defaults | fields))


def a_point(resource: str = SYSTEM, made_at: Any = MORNING) -> RecoveryPoint:
    """Give a recovery point of this morning."""
    return RecoveryPoint(resource=resource, made_at=made_at)


def keeping(**parts: Any) -> Inventory:
    """Give an account in which all data is kept as it should be, but for *parts*."""
    good: dict[str, Any] = {
        "instances": (a_node(),),
        "volumes": (a_volume(ROOT), a_volume()),
        "volume_snapshots": (a_snapshot(),),
        "databases": (a_database(),),
        "database_clusters": (a_cluster(),),
        "file_systems": (a_system(),),
        "recovery_points": (a_point(),),
        "backup_plans": (
            BackupPlan(
                id="p-1",
                name="nightly",
                copies_to=(f"arn:aws:backup:{REGION}:999988887777:backup-vault:far",),
            ),
        ),
    }
    return an_inventory(**(good | parts))
