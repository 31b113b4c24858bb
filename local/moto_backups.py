"""
What moto lacks of backups: recovery points of AWS Backup, and public snapshots.

A backup job is over at once. AWS cannot make an old backup: the tag `AGE_TAG` of a
job says how many days its recovery point is old; that of a volume, since when it is
there, and that of an instance, since when it runs.
moto itself lists every snapshot to everybody; here OwnerIds and RestorableByUserIds
count. Nor does it say what becomes of a volume when its instance is terminated.
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
"""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ec2.responses.instances import InstanceResponse

from local.patching import add, before, replace

AGE_TAG = "local:days-ago"

_PATHS = ("{0}/resources/?$", "{0}/backup-jobs/?$")
_EVERYBODY = "all"


def install() -> None:
    """Fill the gap."""
    for path in _PATHS:
        urls.url_paths.setdefault(path, BackupResponse.dispatch)
    add(BackupResponse, "list_protected_resources", _list_protected)
    add(BackupResponse, "start_backup_job", _start_job)
    add(EC2Response, "get_snapshot_block_public_access_state", _sharing_state)
    replace(ElasticBlockStore, "describe_snapshots", _describe_snapshots)
    before(ElasticBlockStore, "describe_volumes", _show_fate)
    before(ElasticBlockStore, "describe_volumes", _age_volumes)
    before(InstanceResponse, "describe_instances", _age_instances)


def _kept(backend: Any) -> dict[str, dict[str, Any]]:
    """Give what is protected, by ARN."""
    kept: dict[str, dict[str, Any]] = backend.__dict__.setdefault("protected", {})
    return kept


def _list_protected(self: BackupResponse) -> str:
    return json.dumps({"Results": list(_kept(self.backup_backend).values())})


def _start_job(self: BackupResponse) -> str:
    """Keep a resource in a vault, which must exist."""
    asked = json.loads(self.body)
    vault = asked["BackupVaultName"]
    if vault not in self.backup_backend.vaults:
        raise ResourceNotFoundException(msg=f"Backup vault {vault} does not exist.")
    age = int(asked.get("RecoveryPointTags", {}).get(AGE_TAG, 0))
    made = datetime.now(UTC) - timedelta(days=age)  # noqa: TID251 - the edge's clock
    arn = asked["ResourceArn"]
    _kept(self.backup_backend)[arn] = {
        "ResourceArn": arn,
        "ResourceType": _TYPES[arn.split(":")[2]],
        "LastBackupTime": made.timestamp(),
    }
    return json.dumps({"BackupJobId": secrets.token_hex(16)})


_TYPES = {"ec2": "EC2", "elasticfilesystem": "EFS", "rds": "RDS"}


def _sharing_state(_: Any) -> ActionResult:
    """Give what AWS has for accounts from before 2023: nothing is blocked."""
    return ActionResult({"State": "unblocked", "ManagedBy": "account"})


def _show_fate(self: ElasticBlockStore) -> None:
    """Tell of each volume what its instance knows of it."""
    for reservation in self.ec2_backend.reservations.values():
        for instance in reservation.instances:
            for mapping in instance.block_device_mapping.values():
                volume = self.ec2_backend.get_volume(mapping.volume_id)
                volume.attachment.delete_on_termination = mapping.delete_on_termination


def _age_volumes(self: ElasticBlockStore) -> None:
    for volume in self.ec2_backend.volumes.values():
        volume.create_time = _aged(volume, volume.create_time)


def _age_instances(self: InstanceResponse) -> None:
    for reservation in self.ec2_backend.reservations.values():
        for instance in reservation.instances:
            instance.launch_time = _aged(instance, instance.launch_time)


def _aged(resource: Any, made: datetime) -> datetime:
    """Give when *resource* was made, by its tag; *made* is what moto says."""
    first: datetime = resource.__dict__.setdefault("made_here", made)
    tags = {tag["key"]: tag["value"] for tag in resource.get_tags()}
    return first - timedelta(days=int(tags.get(AGE_TAG, 0)))


def _describe_snapshots(self: ElasticBlockStore) -> ActionResult:
    backend = self.ec2_backend
    owners = self._get_param("OwnerIds", [])
    users = self._get_param("RestorableByUserIds", [])
    found = backend.describe_snapshots(
        snapshot_ids=self._get_param("SnapshotIds", []),
        filters=self._filters_from_querystring(),
    )
    own = {"self": self.current_account}
    known = {own.get(owner, owner) for owner in owners}
    listed = [
        snapshot
        for snapshot in found
        if (not owners or snapshot.owner_id in known)
        and (
            _EVERYBODY not in users
            or _EVERYBODY in backend.get_create_volume_permission_groups(snapshot.id)
        )
    ]
    return ActionResult({"Snapshots": listed})
