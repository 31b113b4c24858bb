"""BAK-002: automated backups of a database that are off, or soon gone."""

from dataclasses import replace

import pytest

from ringfence.checks.short_database_backups import short_database_backups
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from tests.build import TAKEN_AT, an_estate, days
from tests.keeping import (
    CLUSTER,
    DATABASE,
    a_cluster,
    a_database,
    a_point,
    keeping,
)

OFF = a_database(backup_days=0, restorable_until=None)

FIRES = [
    keeping(databases=(OFF,)),
    keeping(databases=(OFF,), recovery_points=(a_point(), a_point(DATABASE))),
    keeping(databases=(a_database(backup_days=1),)),
    keeping(database_clusters=(a_cluster(backup_days=6),)),
    keeping(databases=(a_database(id="store", backup_days=0, restorable_until=None),)),
    keeping(databases=(a_database(backup_days=1, state="stopped"),)),
]
QUIET = [
    keeping(),
    keeping(databases=(a_database(backup_days=7),)),
    keeping(databases=(a_database(backup_days=None),)),
    keeping(databases=(a_database(backup_days=0, replica_of="other"),)),
    keeping(databases=(a_database(backup_days=1, cluster="jira"),)),
    keeping(databases=(a_database(backup_days=0, state="deleting"),)),
]


def problem_of(inventory: Inventory) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = short_database_backups(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (FIRES[0], Severity.HIGH),
        (FIRES[1], Severity.LOW),
        (FIRES[2], Severity.MEDIUM),
        (FIRES[4], Severity.MEDIUM),
        (keeping(databases=(a_database(id="store", backup_days=1),)), Severity.LOW),
        (
            keeping(
                databases=(OFF,),
                recovery_points=(a_point(), a_point(DATABASE, TAKEN_AT - days(3))),
            ),
            Severity.HIGH,
        ),
    ],
)
def test_it_weighs_by_what_is_known(inventory: Inventory, severity: Severity) -> None:
    """Off is worse than short, and milder where something else keeps it."""
    assert severity == problem_of(inventory).severity


def test_turning_backups_on_says_that_it_restarts_the_database() -> None:
    """At 2 a.m. nobody wants to learn that from the monitoring."""
    problem = problem_of(FIRES[0])

    assert (
        "Automated backups of the database jira (postgres) are off; the policy asks "
        "for 7 days." == problem.message
    )
    assert (
        "aws rds modify-db-instance --region eu-west-1 --db-instance-identifier jira "
        "--backup-retention-period 7 --apply-immediately\n"
        "It restarts the database: choose the time." == problem.fix
    )
    assert "restarts" not in str(problem_of(FIRES[2]).fix)


def test_how_long_is_the_policys() -> None:
    """One day is fine for some, and seven are not for others."""
    lax = an_estate(FIRES[2], thresholds={"backup_days": 1})
    strict = an_estate(keeping(), thresholds={"backup_days": 30})

    assert [] == list(short_database_backups(lax))
    assert 2 == len(list(short_database_backups(strict)))


def test_without_aws_backup_only_what_is_off_is_unknown() -> None:
    """How bad it is hangs on whether AWS Backup keeps it; a short time does not."""
    whole = keeping(databases=(OFF,), database_clusters=(a_cluster(backup_days=1),))
    inventory = replace(whole, read=whole.read - {"recovery_points"})

    doubt, problem = short_database_backups(an_estate(inventory))

    assert isinstance(doubt, Doubt)
    assert isinstance(problem, Problem)
    assert (DATABASE, CLUSTER) == (doubt.resource, problem.resource)
