"""ENC-001: data of a product that is not encrypted at rest."""

import pytest

from ringfence.checks.unencrypted_storage import unencrypted_storage
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import INSTANCE, an_estate
from tests.keeping import (
    CLUSTER,
    DATABASE,
    ROOT,
    SYSTEM,
    a_cluster,
    a_database,
    a_database_snapshot,
    a_node,
    a_system,
    a_volume,
    keeping,
)

BARE = a_volume(is_encrypted=False)
BEFORE = a_database_snapshot(is_encrypted=False)

FIRES = [
    keeping(volumes=(a_volume(ROOT, is_encrypted=False), BARE)),
    keeping(volumes=(a_volume(ROOT, is_encrypted=False), a_volume())),
    keeping(databases=(a_database(is_encrypted=False),)),
    keeping(databases=(a_database(is_encrypted=False),), database_snapshots=(BEFORE,)),
    keeping(database_snapshots=(BEFORE,)),
    keeping(database_clusters=(a_cluster(is_encrypted=False),)),
    keeping(file_systems=(a_system(is_encrypted=False),)),
    keeping(file_systems=(a_system(name="files", is_encrypted=False),)),
]
QUIET = [
    keeping(),
    keeping(volumes=(BARE,), instances=(a_node(tags={"Name": "web"}),)),
    keeping(volumes=(BARE,), instances=(a_node(state="terminated"),)),
    keeping(databases=(a_database(is_encrypted=False, cluster="jira"),)),
    keeping(database_snapshots=(a_database_snapshot(),)),
    keeping(
        database_snapshots=(a_database_snapshot(source="gone", is_encrypted=False),)
    ),
]


def problem_of(inventory: Inventory) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = unencrypted_storage(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "resource", "severity", "message"),
    [
        (
            FIRES[0],
            INSTANCE,
            None,
            (
                "Volumes of i-1 (jira-prod) are not encrypted: vol-root (/dev/xvda), "
                "vol-data (/dev/sdf). Neither are the snapshots of them."
            ),
        ),
        (
            FIRES[1],
            INSTANCE,
            None,
            "Volumes of i-1 (jira-prod) are not encrypted: vol-root (/dev/xvda).",
        ),
        (
            FIRES[3],
            DATABASE,
            Severity.MEDIUM,
            (
                "The database jira (postgres) is not encrypted at rest. Neither are "
                "its snapshots jira-1."
            ),
        ),
        (
            FIRES[4],
            DATABASE,
            Severity.LOW,
            "Snapshots of the database jira (postgres) are not encrypted: jira-1.",
        ),
        (
            FIRES[5],
            CLUSTER,
            Severity.MEDIUM,
            "The database cluster jira (aurora-postgresql) is not encrypted at rest.",
        ),
        (
            FIRES[7],
            SYSTEM,
            Severity.LOW,
            "The file system fs-1 (files) is not encrypted at rest.",
        ),
    ],
)
def test_each_is_one_finding_with_its_snapshots(
    inventory: Inventory, resource: str, severity: Severity | None, message: str
) -> None:
    """A volume's snapshots are as it is, and no news by themselves."""
    problem = problem_of(inventory)

    assert (resource, severity, message) == (
        problem.resource,
        problem.severity,
        problem.message,
    )


@pytest.mark.parametrize(
    ("inventory", "commands"),
    [
        (
            FIRES[0],
            ["create-snapshot", "copy-snapshot", "--encrypted", "detach-volume"],
        ),
        (
            FIRES[2],
            [
                "rds create-db-snapshot",
                "rds copy-db-snapshot",
                "--kms-key-id",
                "restore-db-instance-from-db-snapshot",
            ],
        ),
        (
            FIRES[5],
            [
                "rds create-db-cluster-snapshot",
                "rds copy-db-cluster-snapshot",
                "restore-db-cluster-from-snapshot",
                "--engine aurora-postgresql",
            ],
        ),
        (FIRES[4], ["copy-db-snapshot", "delete-db-snapshot", "jira-1"]),
        (FIRES[6], ["create-file-system", "--encrypted"]),
    ],
)
def test_the_fix_goes_by_a_copy(inventory: Inventory, commands: list[str]) -> None:
    """Nothing of it can be encrypted in place."""
    fix = str(problem_of(inventory).fix)

    assert [] == [command for command in commands if command not in fix]
