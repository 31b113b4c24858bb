"""Managed databases, clusters of them and their snapshots: from RDS to records."""

from dataclasses import dataclass, field
from datetime import datetime
from sys import intern

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    integer,
    moment,
    present,
    rows,
    tags,
    text,
    text_or_empty,
    text_or_none,
    texts,
)
from ringfence.inventory.records import Tags

INSTANCES = "rds.describe_db_instances"
CLUSTERS = "rds.describe_db_clusters"
SNAPSHOTS = "rds.describe_db_snapshots"
SHARING = "rds.describe_db_snapshot_attributes"
CLUSTER_SNAPSHOTS = "rds.describe_db_cluster_snapshots"
CLUSTER_SHARING = "rds.describe_db_cluster_snapshot_attributes"
SNAPSHOT_NEEDS = (SNAPSHOTS, SHARING, CLUSTER_SNAPSHOTS, CLUSTER_SHARING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """
    A DB instance of RDS, or of Neptune and DocumentDB, which RDS lists too.

    *engine* is AWS's word for it (``postgres``, ``aurora-mysql``), *state* for what
    it does. *groups* include those on their way on or off, *subnets* are its subnet
    group's. *backup_days* is how long automated backups are kept, 0: there are
    none; *restorable_until* the newest moment that they lead back to.
    What is in a *cluster* has its backups, encryption and protection there.
    """

    id: str
    arn: str
    engine: str
    state: str = ""
    port: int | None = None  # None: it is still being made
    vpc: str | None = None  # None: EC2-Classic
    groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    is_publicly_accessible: bool = False
    is_encrypted: bool = False
    is_protected: bool = False
    made_at: datetime | None = None  # None: it is still being made
    backup_days: int | None = None  # None: not told
    restorable_until: datetime | None = None  # None: no automated backup yet
    cluster: str | None = None  # None: in none
    replica_of: str | None = None  # None: it is no read replica
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster of databases with one storage; its fields are as `Database`'s."""

    id: str
    arn: str
    engine: str
    state: str = ""
    members: tuple[str, ...] = ()
    is_encrypted: bool = False
    is_protected: bool = False
    made_at: datetime | None = None  # None: not told
    backup_days: int | None = None  # None: not told
    restorable_until: datetime | None = None  # None: no automated backup yet
    replica_of: str | None = None  # None: it is no replica
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSnapshot:
    """
    A snapshot that somebody made of a database or cluster, *source* being its id.

    Automated ones are not among them: they cannot be shared, and `Database` says
    what they lead back to. Nor can encrypted ones be public.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """

    id: str
    arn: str
    source: str
    is_of_cluster: bool = False
    made_at: datetime | None = None  # None: it is still being made
    is_encrypted: bool = False
    is_public: bool = False


def read_databases(answers: Answers) -> tuple[Database, ...]:
    return answers.each(INSTANCES, "DBInstances", _database)


def read_clusters(answers: Answers) -> tuple[Cluster, ...]:
    return (
        answers.each(CLUSTERS, "DBClusters", _cluster) if answers.has(CLUSTERS) else ()
    )


def read_snapshots(answers: Answers) -> tuple[DatabaseSnapshot, ...]:
    """Those of databases, then those of clusters."""
    if not all(answers.has(operation) for operation in SNAPSHOT_NEEDS):
        return ()

    def read(raw: Raw) -> DatabaseSnapshot:
        name = text(raw, "DBSnapshotIdentifier")
        encrypted = flag(raw, "Encrypted")
        return DatabaseSnapshot(
            id=name,
            arn=text(raw, "DBSnapshotArn"),
            source=text(raw, "DBInstanceIdentifier"),
            made_at=moment(raw, "SnapshotCreateTime"),
            is_encrypted=encrypted,
            is_public=not encrypted
            and bool(answers.one_of(SHARING, name, lambda it: _is_public(it, "DB"))),
        )

    def read_cluster(raw: Raw) -> DatabaseSnapshot:
        name = text(raw, "DBClusterSnapshotIdentifier")
        encrypted = flag(raw, "StorageEncrypted")
        return DatabaseSnapshot(
            id=name,
            arn=text(raw, "DBClusterSnapshotArn"),
            source=text(raw, "DBClusterIdentifier"),
            is_of_cluster=True,
            made_at=moment(raw, "SnapshotCreateTime"),
            is_encrypted=encrypted,
            is_public=not encrypted
            and bool(
                answers.one_of(
                    CLUSTER_SHARING, name, lambda it: _is_public(it, "DBCluster")
                )
            ),
        )

    single = answers.each(SNAPSHOTS, "DBSnapshots", read)
    return single + answers.each(CLUSTER_SNAPSHOTS, "DBClusterSnapshots", read_cluster)


def _is_public(answer: Raw, kind: str) -> bool:
    """Whether the attribute ``restore`` is for ``all``: every AWS account."""
    told = inner(answer, f"{kind}SnapshotAttributesResult")
    return any(
        text_or_none(item, "AttributeName") == "restore"
        and "all" in texts(item, "AttributeValues")
        for item in rows(told, f"{kind}SnapshotAttributes")
    )


def _database(raw: Raw) -> Database:
    network = inner(raw, "DBSubnetGroup")
    return Database(
        id=text(raw, "DBInstanceIdentifier"),
        arn=text(raw, "DBInstanceArn"),
        engine=intern(text_or_empty(raw, "Engine")),
        state=intern(text_or_empty(raw, "DBInstanceStatus")),
        port=_port(raw),
        vpc=text_or_none(network, "VpcId") or None,
        groups=present(rows(raw, "VpcSecurityGroups"), "VpcSecurityGroupId"),
        subnets=present(rows(network, "Subnets"), "SubnetIdentifier"),
        is_publicly_accessible=flag(raw, "PubliclyAccessible"),
        is_encrypted=flag(raw, "StorageEncrypted"),
        is_protected=flag(raw, "DeletionProtection"),
        made_at=moment(raw, "InstanceCreateTime"),
        backup_days=integer(raw, "BackupRetentionPeriod"),
        restorable_until=moment(raw, "LatestRestorableTime"),
        cluster=text_or_none(raw, "DBClusterIdentifier") or None,
        replica_of=text_or_none(raw, "ReadReplicaSourceDBInstanceIdentifier") or None,
        tags=tags(raw, "TagList"),
    )


def _cluster(raw: Raw) -> Cluster:
    return Cluster(
        id=text(raw, "DBClusterIdentifier"),
        arn=text(raw, "DBClusterArn"),
        engine=intern(text_or_empty(raw, "Engine")),
        state=intern(text_or_empty(raw, "Status")),
        members=present(rows(raw, "DBClusterMembers"), "DBInstanceIdentifier"),
        is_encrypted=flag(raw, "StorageEncrypted"),
        is_protected=flag(raw, "DeletionProtection"),
        made_at=moment(raw, "ClusterCreateTime"),
        backup_days=integer(raw, "BackupRetentionPeriod"),
        restorable_until=moment(raw, "LatestRestorableTime"),
        replica_of=text_or_none(raw, "ReplicationSourceIdentifier") or None,
        tags=tags(raw, "TagList"),
    )


def _port(raw: Raw) -> int | None:
    """
    Where it listens, as its endpoint says.

    DbInstancePort is 0 where AWS does not say.
    """
    port = integer(inner(raw, "Endpoint"), "Port")
    return port or integer(raw, "DbInstancePort") or None
