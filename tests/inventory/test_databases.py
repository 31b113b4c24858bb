"""Databases are read as RDS means them."""

from datetime import UTC, datetime

from ringfence.inventory.databases import Cluster, Database
from tests.inventory.estate import an_inventory

ARN = "arn:aws:rds:eu-west-1:123456789012:db"
CLUSTER = "arn:aws:rds:eu-west-1:123456789012:cluster"
NEWEST = datetime(2026, 11, 22, 8, 55, tzinfo=UTC)


def test_a_database_has_its_network_and_its_tags() -> None:
    """Groups on their way off still let in, so all are there."""
    database, _, _ = an_inventory().databases

    assert (
        Database(
            id="jira",
            arn=f"{ARN}:jira",
            engine="postgres",
            state="available",
            port=5432,
            vpc="vpc-0a1",
            groups=("sg-0a1", "sg-0a2"),
            subnets=("subnet-0a1", "subnet-0a2"),
            is_publicly_accessible=True,
            is_encrypted=True,
            is_protected=True,
            made_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
            backup_days=7,
            restorable_until=NEWEST,
            tags={"Product": "jira"},
        )
        == database
    )


def test_a_database_that_is_being_made_has_no_port() -> None:
    """It has no endpoint yet, and 0 is no port."""
    _, new, _ = an_inventory().databases

    assert (
        Database(
            id="new",
            arn=f"{ARN}:new",
            engine="aurora-mysql",
            state="creating",
            vpc="vpc-0a1",
            backup_days=1,
            cluster="confluence",
        )
        == new
    )


def test_without_an_endpoint_the_instance_s_own_port_counts() -> None:
    """A database outside any VPC, as few keys as AWS may give."""
    _, _, oldest = an_inventory().databases

    assert (
        Database(
            id="oldest",
            arn=f"{ARN}:oldest",
            engine="mysql",
            state="available",
            port=3306,
            backup_days=0,
            replica_of="older",
        )
        == oldest
    )


def test_a_cluster_has_its_members_and_its_backups() -> None:
    """And the least that AWS may say of one."""
    cluster, bare = an_inventory().database_clusters

    assert (
        Cluster(
            id="confluence",
            arn=f"{CLUSTER}:confluence",
            engine="aurora-mysql",
            state="available",
            members=("new",),
            is_encrypted=True,
            is_protected=True,
            made_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
            backup_days=1,
            restorable_until=NEWEST,
            tags={"team": "tools"},
        )
        == cluster
    )
    source = "arn:aws:rds:us-east-1:123456789012:cluster:bare"
    assert (
        Cluster(id="bare", arn=f"{CLUSTER}:bare", engine="", replica_of=source) == bare
    )


def test_a_snapshot_is_public_where_everybody_may_restore_it() -> None:
    """Shared with an account is not public, and encrypted cannot be."""
    snapshots = an_inventory().database_snapshots

    assert [
        ("jira-before-10", "jira", False, True, False),
        ("wiki-last", "wiki", False, False, True),
        ("wiki-now", "wiki", False, False, False),
        ("confluence-1", "confluence", True, True, False),
        ("old-1", "old", True, False, True),
    ] == [
        (one.id, one.source, one.is_of_cluster, one.is_encrypted, one.is_public)
        for one in snapshots
    ]
    assert ["wiki-now"] == [one.id for one in snapshots if one.made_at is None]


def test_a_snapshot_that_is_gone_is_not_public() -> None:
    """It was there when listed, and gone when it was asked for."""
    name = "rds.describe_db_snapshot_attributes"
    gone = {"wiki-last": None, "wiki-now": None}

    snapshots = an_inventory(**{name: gone}).database_snapshots

    assert ["old-1"] == [one.id for one in snapshots if one.is_public]
