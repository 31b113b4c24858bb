"""What the demo estate keeps its data on, and the backups that there are of it."""

from collections.abc import Callable
from typing import Any

from local.moto_backups import AGE_TAG
from local.server import ACCOUNT, REGION

ROOT = "/dev/xvda"
DATA = "/dev/sdf"
VAULT = "nightly"

_Clients = Callable[[str], Any]


def disks(*, has_data: bool, is_careless: bool = False) -> list[dict[str, Any]]:
    """
    Give the block device mappings of an instance.

    They are encrypted, and data outlives its instance, but where nobody cared.
    """
    root = _disk(ROOT, 8, encrypted=not is_careless, dies=True)
    data = _disk(DATA, 500, encrypted=not is_careless, dies=is_careless)
    return [root, data] if has_data else [root]


def _disk(device: str, size: int, *, encrypted: bool, dies: bool) -> dict[str, Any]:
    settings = {
        "VolumeSize": size,
        "VolumeType": "gp3",
        "Encrypted": encrypted,
        "DeleteOnTermination": dies,
    }
    return {"DeviceName": device, "Ebs": settings}


def neglect(client: _Clients, group: str, add: Callable[..., str]) -> None:
    """Make what nobody cares for, and *add* it with the checks that it must fail."""
    _plan(client)
    add("account", f"AWS::::Account:{ACCOUNT}", "BAK-006")
    add("old-disk", _public_snapshot(client), "BAK-003")
    database = _careless_database(client, group)
    add("bamboo-database", database, "BAK-002", "BAK-005", "ENC-001")
    add("confluence-cluster", _public_cluster(client), "BAK-003", "ENC-001")


def _plan(client: _Clients) -> None:
    """Have a plan of AWS Backup that copies nothing anywhere."""
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName=VAULT)
    rule = {"RuleName": "nightly", "TargetBackupVaultName": VAULT}
    backup.create_backup_plan(BackupPlan={"BackupPlanName": "nightly", "Rules": [rule]})


def restart_unkept(ec2: Any, instance: str) -> None:
    """Start *instance* anew on old data that nobody backs up before the next day."""
    attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
    volumes = ec2.describe_volumes(Filters=attached)["Volumes"]
    names = [volume["VolumeId"] for volume in volumes]
    age(ec2, names, days=40)
    age(ec2, [instance], days=2)
    for name in names:
        ec2.create_snapshot(VolumeId=name)


def age(ec2: Any, resources: list[str], *, days: int) -> None:
    """Make volumes and instances older than they are."""
    ec2.create_tags(Resources=resources, Tags=[{"Key": AGE_TAG, "Value": str(days)}])


def back_up(client: _Clients, resource: str, *, days_ago: int = 0) -> None:
    """Have AWS Backup keep *resource*, an ARN."""
    client("backup").start_backup_job(
        BackupVaultName=VAULT,
        ResourceArn=resource,
        IamRoleArn="arn:aws:iam::123456789012:role/backup",
        RecoveryPointTags={AGE_TAG: str(days_ago)},
    )


def _public_snapshot(client: _Clients) -> str:
    """Give away what a volume held that is long gone; give the volume's id."""
    ec2 = client("ec2")
    made = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=100)
    volume: str = made["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    ec2.delete_volume(VolumeId=volume)
    return volume


def _careless_database(client: _Clients, group: str) -> str:
    """Make a database that nobody keeps, encrypts or protects; give its ARN."""
    rds = client("rds")
    made = rds.create_db_instance(
        DBInstanceIdentifier="bamboo",
        Engine="mysql",
        DBInstanceClass="db.m7g.large",
        AllocatedStorage=20,
        StorageEncrypted=False,
        BackupRetentionPeriod=0,
        MasterUsername="bamboo",
        ManageMasterUserPassword=True,
        PubliclyAccessible=False,
        DBSubnetGroupName="atlassian",
        VpcSecurityGroupIds=[group],
    )
    rds.create_db_snapshot(
        DBInstanceIdentifier="bamboo", DBSnapshotIdentifier="bamboo-before-9"
    )
    arn: str = made["DBInstance"]["DBInstanceArn"]
    return arn


def _public_cluster(client: _Clients) -> str:
    """Make a cluster of which a snapshot is public; give its ARN."""
    rds = client("rds")
    made = rds.create_db_cluster(
        DBClusterIdentifier="confluence",
        Engine="aurora-postgresql",
        MasterUsername="confluence",
        ManageMasterUserPassword=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        StorageEncrypted=False,
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="confluence", DBClusterSnapshotIdentifier="confluence-move"
    )
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="confluence-move",
        AttributeName="restore",
        ValuesToAdd=["all"],
    )
    arn: str = made["DBCluster"]["DBClusterArn"]
    return arn
