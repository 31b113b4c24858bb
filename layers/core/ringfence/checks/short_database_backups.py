"""BAK-002: automated backups of a database that are off, or soon gone."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.backups import (
    OF_DATABASES,
    Backups,
    databases,
    limit_of,
    modify_command,
    title_of,
    weighed,
)


@check(
    "BAK-002",
    "Automated database backups are off or kept too briefly",
    severity=Severity.MEDIUM,
    needs=OF_DATABASES,
    uses={"recovery_points"},
    fix="Keep automated backups for as long as your policy asks.",
    guide=("D09", "D35", "D58", "D59"),
    relates=("AWS FSBP RDS.11",),
)
def short_database_backups(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Only automated backups lead back to any moment, such as that before a mistake.

    Off means that there are none: high for a product's database, medium for others;
    low where AWS Backup keeps it nevertheless, as only moments between its backups
    are lost, and unknown where AWS Backup could not be read.
    Kept for fewer days than `thresholds.backup_days` weighs medium for a product's
    database, low for others: what is noticed late cannot be undone.
    Replicas are left out, and clusters are judged as one.
    """
    backups = Backups(estate.inventory)
    wanted = estate.policy.thresholds.backup_days
    for database in databases(estate):
        days = database.backup_days
        if days is None or days >= wanted or database.state == "deleting":
            continue
        point = backups.point_of(database.arn)
        is_kept = point is not None and point >= limit_of(estate)
        if not days and (doubt := backups.doubt(database.arn)):
            yield doubt
            continue
        severity, told = Severity.MEDIUM, f"are kept for {days} days"
        if not days:
            severity, told = Severity.HIGH, "are off"
        severity = weighed(estate, database.arn, severity)
        if not days and is_kept:
            severity = Severity.LOW
            told += "; AWS Backup keeps it, but no moment between its backups"
        command = modify_command(
            estate.inventory.region, database, f"--backup-retention-period {wanted}"
        )
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Enabling.html
        outage = "" if days else "\nIt restarts the database: choose the time."
        yield Problem(
            resource=database.arn,
            message=f"Automated backups of the {title_of(database)} {told}; "
            f"the policy asks for {wanted} days.",
            severity=severity,
            fix=f"{command}{outage}",
            evidence={
                "database": database.id,
                "engine": database.engine,
                "backup_days": days,
            },
        )
