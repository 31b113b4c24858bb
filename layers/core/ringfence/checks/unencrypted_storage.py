"""ENC-001: data of a product that is not encrypted at rest."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.databases import Cluster, Database
from ringfence.inventory.filesystems import FileSystem
from ringfence.subjects.backups import (
    OF_ALL,
    databases,
    disks_of,
    product_instances,
    snapshot_command,
    system_title_of,
    title_of,
    weighed,
)


@check(
    "ENC-001",
    "Not encrypted at rest",
    severity=Severity.MEDIUM,
    needs=OF_ALL,
    fix="Copy it to encrypted storage: it cannot be encrypted in place.",
    guide=("D07", "D15", "D20", "D35"),
    relates=("AWS FSBP EC2.3", "AWS FSBP RDS.3", "AWS FSBP RDS.4", "AWS FSBP EFS.1"),
)
def unencrypted_storage(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A snapshot that is not encrypted can be shared with anybody, and restored there.

    Judged are all volumes of instances of a product, databases and file systems; a
    database or file system that is not known to be a product's weighs one step
    less. Snapshots are as encrypted as what they are of, and are told with it; of
    an encrypted database so are those from before. Volumes of fleets of no product
    are not told: AWS's own control EC2.3 lists them.
    """
    yield from _of_instances(estate)
    for database in databases(estate):
        yield from _of_database(estate, database)
    for system in estate.inventory.file_systems:
        if not system.is_encrypted:
            yield _of_system(estate, system)


def _of_instances(estate: Estate) -> Iterator[Problem]:
    disks = disks_of(estate.inventory)
    kept = {snapshot.volume for snapshot in estate.inventory.volume_snapshots}
    region = estate.inventory.region
    for instance in product_instances(estate):
        bare = [
            disk for disk in disks.get(instance.id, ()) if not disk.volume.is_encrypted
        ]
        if not bare:
            continue
        too = any(disk.volume.id in kept for disk in bare)
        one = bare[0]
        yield Problem(
            resource=instance.id,
            message=f"Volumes of {estate.label(instance.id)} are not encrypted: "
            f"{', '.join(disk.label for disk in bare)}."
            + (" Neither are the snapshots of them." if too else ""),
            fix=f"aws ec2 enable-ebs-encryption-by-default --region {region}\n"
            "Then for each volume, while the product is stopped:\n"
            f"aws ec2 create-snapshot --region {region} --volume-id {one.volume.id}\n"
            f"aws ec2 copy-snapshot --region {region} --source-region {region} "
            "--source-snapshot-id SNAPSHOT --encrypted\n"
            f"aws ec2 create-volume --region {region} --snapshot-id COPY "
            "--availability-zone ZONE\n"
            f"aws ec2 detach-volume --region {region} --volume-id {one.volume.id}\n"
            f"aws ec2 attach-volume --region {region} --volume-id NEW "
            f"--instance-id {instance.id} --device {one.attachment.device}\n"
            "Delete the old volume and its snapshots once all works.",
            evidence={
                "instance": instance.id,
                "volumes": [disk.volume.id for disk in bare],
                "has_snapshots": too,
            },
        )


def _of_database(estate: Estate, database: Database | Cluster) -> Iterator[Problem]:
    is_cluster = isinstance(database, Cluster)
    old = [
        snapshot.id
        for snapshot in estate.inventory.database_snapshots
        if (snapshot.source, snapshot.is_of_cluster) == (database.id, is_cluster)
        and not snapshot.is_encrypted
    ]
    if database.is_encrypted and not old:
        return
    told = ", ".join(old)
    if database.is_encrypted:
        message = f"Snapshots of the {title_of(database)} are not encrypted: {told}."
    else:
        message = f"The {title_of(database)} is not encrypted at rest."
        message += f" Neither are its snapshots {told}." if old else ""
    severity = Severity.LOW if database.is_encrypted else Severity.MEDIUM
    region = estate.inventory.region
    yield Problem(
        resource=database.arn,
        message=message,
        severity=weighed(estate, database.arn, severity),
        fix=_copies(region, database, old)
        if database.is_encrypted
        else f"{snapshot_command(region, database)}\n{_copy(region, database)}\n"
        f"{_restore(region, database)}\n"
        "Point the product at it, then delete the old one with its snapshots.",
        evidence={
            "database": database.id,
            "engine": database.engine,
            "is_encrypted": database.is_encrypted,
            "snapshots": old,
        },
    )


def _of_system(estate: Estate, system: FileSystem) -> Problem:
    region = estate.inventory.region
    return Problem(
        resource=system.arn,
        message=f"The {system_title_of(system)} is not encrypted at rest.",
        severity=weighed(estate, system.arn, Severity.MEDIUM),
        # https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
        fix=f"aws efs create-file-system --region {region} --encrypted --backup "
        f"--creation-token {system.id}-encrypted\n"
        "Copy the files to it with AWS DataSync, mount it in the place of the old one, "
        "then delete that.",
        evidence={"file_system": system.id, "name": system.name},
    )


def _copies(region: str, database: Database | Cluster, old: list[str]) -> str:
    kind = _kind(database)
    lines = [f"{_copy(region, database)}"]
    lines += [
        f"aws rds delete-{kind} --region {region} --{kind}-identifier {name}"
        for name in old
    ]
    return "\n".join(lines)


def _copy(region: str, database: Database | Cluster) -> str:
    kind = _kind(database)
    return (
        f"aws rds copy-{kind} --region {region} --source-{kind}-identifier SNAPSHOT "
        f"--target-{kind}-identifier COPY --kms-key-id alias/aws/rds"
    )


def _restore(region: str, database: Database | Cluster) -> str:
    if isinstance(database, Cluster):
        return (
            f"aws rds restore-db-cluster-from-snapshot --region {region} "
            f"--snapshot-identifier COPY --engine {database.engine} "
            f"--db-cluster-identifier {database.id}-encrypted"
        )
    return (
        f"aws rds restore-db-instance-from-db-snapshot --region {region} "
        f"--db-snapshot-identifier COPY "
        f"--db-instance-identifier {database.id}-encrypted"
    )


def _kind(database: Database | Cluster) -> str:
    return "db-cluster-snapshot" if isinstance(database, Cluster) else "db-snapshot"
