"""BAK-003: a snapshot that everybody may restore."""

import pytest

from ringfence.checks.public_snapshot import public_snapshot
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from tests.build import INSTANCE, an_estate
from tests.keeping import CLUSTER, DATABASE, a_database_snapshot, a_snapshot, keeping

PUBLIC = a_database_snapshot(is_encrypted=False, is_public=True)
CLUSTERS = a_database_snapshot(
    id="jira-2", is_encrypted=False, is_public=True, is_of_cluster=True
)

FIRES = [
    keeping(public_snapshots=(a_snapshot(),)),
    keeping(public_snapshots=(a_snapshot(), a_snapshot(id="snap-2"))),
    keeping(public_snapshots=(a_snapshot("vol-gone"),)),
    keeping(public_snapshots=(a_snapshot("vol-ffffffff"), a_snapshot("", id="snap-2"))),
    keeping(database_snapshots=(PUBLIC,)),
    keeping(database_snapshots=(PUBLIC, CLUSTERS)),
]
QUIET = [keeping(), keeping(database_snapshots=(a_database_snapshot(),))]


def problems_of(inventory: Inventory) -> list[Problem]:
    """Give the problems that the check sees."""
    found = list(public_snapshot(an_estate(inventory)))
    return [problem for problem in found if isinstance(problem, Problem)]


@pytest.mark.parametrize(
    ("inventory", "resources"),
    [
        (FIRES[0], [INSTANCE]),
        (FIRES[1], [INSTANCE]),
        (FIRES[2], ["vol-gone"]),
        (FIRES[3], ["snap-1", "snap-2"]),
        (FIRES[4], [DATABASE]),
        (FIRES[5], [DATABASE, CLUSTER]),
    ],
)
def test_all_of_one_source_are_one_finding(
    inventory: Inventory, resources: list[str]
) -> None:
    """A nightly script that publishes is one mistake, but copies name no source."""
    assert resources == [problem.resource for problem in problems_of(inventory)]


def test_the_fix_takes_each_back_and_blocks_new_ones() -> None:
    """Making private is not enough where somebody shares again tonight."""
    (problem,) = problems_of(FIRES[1])

    assert (
        "The snapshots snap-1, snap-2 of i-1 can be restored by every AWS account."
        == problem.message
    )
    lines = str(problem.fix).splitlines()
    assert [
        "aws ec2 modify-snapshot-attribute --region eu-west-1 --snapshot-id "
        f"{name} --attribute createVolumePermission --operation-type remove "
        "--group-names all"
        for name in ("snap-1", "snap-2")
    ] == lines[:2]
    assert lines[2].endswith("--state block-all-sharing")


def test_a_cluster_s_snapshot_has_commands_of_its_own() -> None:
    """Those for instances do not know it."""
    _, problem = problems_of(FIRES[5])

    assert (
        "aws rds modify-db-cluster-snapshot-attribute --region eu-west-1 "
        "--db-cluster-snapshot-identifier jira-2 --attribute-name restore "
        "--values-to-remove all" in str(problem.fix)
    )


def test_many_are_counted_and_not_all_told() -> None:
    """A message is to be read on a phone; the evidence has them all."""
    many = tuple(a_snapshot(id=f"snap-{number}") for number in range(30))

    (problem,) = problems_of(keeping(public_snapshots=many))

    assert "snap-19 and 10 more of i-1" in problem.message
    assert 30 == len(problem.evidence["snapshots"])
