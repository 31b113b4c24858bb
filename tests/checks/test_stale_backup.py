"""BAK-001: data of a product without a backup that is new enough."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks.stale_backup import stale_backup
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from tests.build import ACCOUNT, INSTANCE, REGION, TAKEN_AT, an_estate, days
from tests.keeping import (
    CLUSTER,
    DATABASE,
    MORNING,
    ROOT,
    SYSTEM,
    a_cluster,
    a_database,
    a_database_snapshot,
    a_node,
    a_point,
    a_snapshot,
    a_system,
    a_volume,
    keeping,
)

OLD = TAKEN_AT - days(10)
YOUNG = TAKEN_AT - days(1)
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
SCALED = {"Name": "jira-prod", "aws:autoscaling:groupName": "jira"}
ROOT_ONLY = (a_volume(ROOT),)

FIRES = [
    keeping(volume_snapshots=()),
    keeping(volume_snapshots=(a_snapshot(started_at=OLD),)),
    keeping(volume_snapshots=(a_snapshot(is_complete=False),)),
    keeping(volume_snapshots=(a_snapshot(ROOT),)),
    keeping(
        volume_snapshots=(), recovery_points=(a_point(), a_point(f"{EC2}:instance/i-2"))
    ),
    keeping(volumes=ROOT_ONLY, volume_snapshots=()),
    keeping(instances=(a_node(tags=SCALED),), volume_snapshots=()),
    keeping(databases=(a_database(restorable_until=OLD),)),
    keeping(databases=(a_database(restorable_until=None),)),
    keeping(
        databases=(a_database(restorable_until=None),),
        database_snapshots=(a_database_snapshot(is_of_cluster=True, made_at=MORNING),),
    ),
    keeping(database_clusters=(a_cluster(restorable_until=OLD),)),
    keeping(recovery_points=()),
    keeping(recovery_points=(a_point(made_at=None),)),
    keeping(recovery_points=(a_point(made_at=OLD),)),
]
QUIET = [
    keeping(),
    keeping(volumes=(a_volume(made_at=YOUNG),), volume_snapshots=()),
    keeping(
        volume_snapshots=(), recovery_points=(a_point(), a_point(f"{EC2}:instance/i-1"))
    ),
    keeping(
        volume_snapshots=(a_snapshot(started_at=OLD),),
        recovery_points=(a_point(), a_point(f"{EC2}:volume/vol-data")),
    ),
    keeping(instances=(a_node(tags={"Name": "web"}),), volume_snapshots=()),
    keeping(instances=(a_node(state="terminated"),), volume_snapshots=()),
    keeping(instances=(a_node(tags=SCALED),), volumes=ROOT_ONLY, volume_snapshots=()),
    keeping(volumes=(a_volume(attachments=()),), volume_snapshots=()),
    keeping(databases=(a_database(restorable_until=None, backup_days=0),)),
    keeping(databases=(a_database(restorable_until=OLD, state="stopped"),)),
    keeping(databases=(a_database(restorable_until=None, made_at=YOUNG),)),
    keeping(databases=(a_database(restorable_until=None, replica_of="other"),)),
    keeping(databases=(a_database(restorable_until=None, cluster="jira"),)),
    keeping(
        databases=(a_database(restorable_until=None),),
        database_snapshots=(a_database_snapshot(made_at=MORNING),),
    ),
    keeping(
        databases=(a_database(restorable_until=None),),
        recovery_points=(a_point(), a_point(DATABASE)),
    ),
    keeping(file_systems=(a_system(made_at=YOUNG),), recovery_points=()),
]


def problem_of(inventory: Inventory, **policy: Any) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = stale_backup(an_estate(inventory, **policy))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "resource", "severity"),
    [
        (FIRES[0], INSTANCE, Severity.HIGH),
        (FIRES[1], INSTANCE, Severity.MEDIUM),
        (FIRES[5], INSTANCE, Severity.MEDIUM),
        (FIRES[7], DATABASE, Severity.MEDIUM),
        (FIRES[8], DATABASE, Severity.HIGH),
        (FIRES[10], CLUSTER, Severity.MEDIUM),
        (FIRES[11], SYSTEM, Severity.HIGH),
        (FIRES[13], SYSTEM, Severity.MEDIUM),
        (
            keeping(file_systems=(a_system(name="files"),), recovery_points=()),
            SYSTEM,
            Severity.MEDIUM,
        ),
    ],
)
def test_it_weighs_by_what_is_known(
    inventory: Inventory, resource: str, severity: Severity
) -> None:
    """None at all weighs more than an old one, a product's more than another's."""
    problem = problem_of(inventory)

    assert (resource, severity) == (problem.resource, problem.severity)


def test_two_volumes_are_one_finding_that_says_what_is_with_each() -> None:
    """Whoever is paged mends one instance, not a list of volumes."""
    problem = problem_of(
        keeping(
            volumes=(a_volume(ROOT), a_volume(), a_volume("vol-more")),
            volume_snapshots=(a_snapshot(started_at=OLD),),
        )
    )

    assert (
        "i-1 (jira-prod) keeps data on volumes without a recent backup: vol-data "
        "(/dev/sdf): the newest backup is of 2026-08-22; vol-more (/dev/sdf): there "
        "is no backup. The policy accepts 2 days." == problem.message
    )
    assert problem.fix
    assert (
        "aws ec2 create-snapshots --region eu-west-1 --instance-specification "
        "InstanceId=i-1,ExcludeBootVolume=true --description i-1\n" in problem.fix
    )


def test_the_only_volume_is_not_left_out_of_the_command() -> None:
    """There, what is started from is what is to be saved."""
    assert "ExcludeBootVolume" not in str(problem_of(FIRES[5]).fix)


def test_the_age_is_the_policys() -> None:
    """Ten days are fine for some."""
    estate = an_estate(FIRES[1], thresholds={"backup_age_days": 10})

    assert [] == list(stale_backup(estate))


@pytest.mark.parametrize(
    ("inventory", "command"),
    [
        (FIRES[7], "create-db-snapshot --region eu-west-1 --db-instance-identifier"),
        (
            FIRES[10],
            "create-db-cluster-snapshot --region eu-west-1 --db-cluster-identifier",
        ),
        (FIRES[11], "aws efs put-backup-policy --region eu-west-1 --file-system-id"),
    ],
)
def test_the_fix_is_the_command_of_its_kind(inventory: Inventory, command: str) -> None:
    """A cluster is not snapshotted by its instances."""
    assert command in str(problem_of(inventory).fix)


UNREAD = {"recovery_points"}


def test_without_aws_backup_what_has_another_backup_still_passes() -> None:
    """A permission that is denied makes unknown what would fail, and nothing else."""
    whole = keeping(recovery_points=(), databases=(a_database(restorable_until=OLD),))
    inventory = replace(whole, read=whole.read - UNREAD)

    doubted = list(stale_backup(an_estate(inventory)))

    because = "AWS Backup was not read, and no other backup is recent"
    assert [Doubt(DATABASE, because), Doubt(SYSTEM, because)] == doubted


def test_without_aws_backup_an_instance_is_doubted_once() -> None:
    """Its volumes may be kept there."""
    whole = keeping(volume_snapshots=(), file_systems=())
    inventory = replace(whole, read=whole.read - UNREAD)

    (doubt,) = stale_backup(an_estate(inventory))

    assert isinstance(doubt, Doubt)
    assert INSTANCE == doubt.resource
