"""BAK-005: a database that one call deletes."""

from ringfence.checks.unprotected_database import unprotected_database
from ringfence.finding import Problem, Severity
from tests.build import an_estate
from tests.keeping import a_cluster, a_database, keeping

FIRES = [
    keeping(databases=(a_database(is_protected=False),)),
    keeping(database_clusters=(a_cluster(is_protected=False),)),
    keeping(databases=(a_database(id="store", is_protected=False),)),
]
QUIET = [
    keeping(),
    keeping(databases=(a_database(is_protected=False, cluster="jira"),)),
    keeping(databases=(a_database(is_protected=False, replica_of="other"),)),
    keeping(databases=(a_database(is_protected=False, state="deleting"),)),
]


def test_the_fix_is_the_command_of_its_kind_and_a_product_s_weighs_more() -> None:
    """A cluster's members take no protection of their own."""
    found = [
        problem
        for inventory in FIRES
        for problem in unprotected_database(an_estate(inventory))
        if isinstance(problem, Problem)
    ]

    assert [Severity.MEDIUM, Severity.MEDIUM, Severity.LOW] == [
        problem.severity for problem in found
    ]
    assert (
        "aws rds modify-db-cluster --region eu-west-1 --db-cluster-identifier jira "
        "--deletion-protection --apply-immediately" == found[1].fix
    )
