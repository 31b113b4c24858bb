"""BAK-005: a database that one call deletes."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.backups import (
    OF_DATABASES,
    databases,
    modify_command,
    title_of,
    weighed,
)


@check(
    "BAK-005",
    "Database has no deletion protection",
    severity=Severity.LOW,
    needs=OF_DATABASES,
    fix="Protect it from deletion.",
    guide=("D20", "D35"),
    relates=("AWS FSBP RDS.7", "AWS FSBP RDS.8"),
)
def unprotected_database(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without it one call, or a stack that is deleted, takes a database and its backups.

    Automated backups go with the database unless somebody asks to keep them.
    It weighs one step more for a database of a product. Replicas are left out, and
    clusters are judged as one.
    """
    for database in databases(estate):
        if database.is_protected or database.state == "deleting":
            continue
        yield Problem(
            resource=database.arn,
            message=f"The {title_of(database)} is not protected from deletion.",
            severity=weighed(estate, database.arn, Severity.MEDIUM),
            fix=modify_command(
                estate.inventory.region, database, "--deletion-protection"
            ),
            evidence={"database": database.id, "engine": database.engine},
        )
