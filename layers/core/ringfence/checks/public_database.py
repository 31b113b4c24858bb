"""EXP-011: a database that AWS gives a public address."""

from collections.abc import Iterator, Mapping

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.databases import Database
from ringfence.inventory.records import Rule, SecurityGroup
from ringfence.openings import GroupOpenness, openness
from ringfence.reach.filters import UnreadableError
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands


@check(
    "EXP-011",
    "Database is publicly accessible",
    severity=Severity.CRITICAL,
    needs=("databases", "security_groups", "prefix_lists"),
    fix="Make the database private; its clients are in the VPC.",
    guide=("S02", "D01", "D20"),
    relates=("AWS FSBP RDS.2", "CIS AWS 3.0 2.3.3"),
    types=(REACHABILITY, "Effects/Data Exposure"),
)
def public_database(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A publicly accessible database is one security group rule away from strangers.

    Outside the VPC its name leads to a public address, so that nothing but its
    security groups keeps the internet out. Databases of Atlassian's products are
    for their nodes alone.
    It is critical where the groups let the internet in on the database's port,
    high where they let some strangers in, and medium where they let nobody in.
    Allowed are private databases, whatever their groups say. Routes and network
    ACLs are not asked: EXP-002 tells what is reached at this very moment.
    """
    groups = {group.id: group for group in estate.inventory.security_groups}
    for database in estate.inventory.databases:
        if not database.is_publicly_accessible:
            continue
        if database.port is None:
            yield Doubt(database.arn, "AWS does not tell its port yet")
            continue
        try:
            judged = openness(_rules(database, groups), estate.strangers)
        except UnreadableError as reason:
            yield Doubt(database.arn, str(reason))
            continue
        yield _problem(estate.inventory.region, database, database.port, judged)


def _rules(database: Database, groups: Mapping[str, SecurityGroup]) -> Iterator[Rule]:
    """Give the rules of all of *database*'s groups, or raise `UnreadableError`."""
    for name in database.groups:
        if name not in groups:
            raise UnreadableError(f"the security group {name} could not be read")
        yield from groups[name].rules


def _problem(
    region: str, database: Database, port: int, judged: GroupOpenness
) -> Problem:
    rules = judged.rules_on("tcp", (port, port))
    opens = [
        f"{rule.group}: {text}"
        for rule, text in zip(rules, rules_as_text(rules), strict=True)
    ]
    severity, whom = _judged(database, port, judged, opens)
    return Problem(
        resource=database.arn,
        message=f"The database {database.id} ({database.engine}, tcp {port}) is "
        f"publicly accessible, and its security groups let {whom}.",
        severity=severity,
        fix="\n".join((_privatise(region, database), *revoke_commands(region, rules))),
        evidence={
            "database": database.id,
            "engine": database.engine,
            "port": port,
            "groups": list(database.groups),
            "subnets": list(database.subnets),
            "is_encrypted": database.is_encrypted,
            "rules": [rule.id for rule in rules if rule.id],
            "opens": opens,
        },
    )


def _judged(
    database: Database, port: int, judged: GroupOpenness, opens: list[str]
) -> tuple[Severity, str]:
    """Say how bad it is, and whom the groups let in by the rules in *opens*."""
    if not opens:
        named = ", ".join(database.groups) or "none"
        return Severity.MEDIUM, f"nobody unknown in ({named})"
    if any(low <= port <= high for low, high in judged.broad_ports("tcp")):
        return Severity.CRITICAL, f"the internet in: {'; '.join(opens)}"
    return Severity.HIGH, f"strangers in: {'; '.join(opens)}"


def _privatise(region: str, database: Database) -> str:
    """Give the command that takes the public address away."""
    return (
        f"aws rds modify-db-instance --region {region} --db-instance-identifier "
        f"{database.id} --no-publicly-accessible --apply-immediately"
    )
