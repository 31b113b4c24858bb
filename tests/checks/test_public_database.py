"""EXP-011: databases that AWS gives a public address."""

from typing import Any

import pytest

from ringfence.checks.public_database import public_database
from ringfence.evaluate import evaluate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.databases import Database
from ringfence.inventory.records import PrefixList
from tests.build import a_group, a_rule, an_estate, an_inventory, rules

ARN = "arn:aws:rds:eu-west-1:111122223333:db:jira"
HALVES = rules((5432, "0.0.0.0/1"), (5432, "128.0.0.0/1"))


def stored(*groups: Any, **fields: Any) -> Inventory:
    """Give a publicly accessible PostgreSQL that has the groups."""
    defaults: dict[str, Any] = {
        "id": "jira",
        "arn": ARN,
        "engine": "postgres",
        "port": 5432,
        "vpc": "vpc-1",
        "groups": tuple(group.id for group in groups),
        "is_publicly_accessible": True,
    }
    database = Database(**(defaults | fields))
    return an_inventory(databases=(database,), security_groups=groups)


FIRES = [
    stored(a_group(a_rule(5432))),
    stored(a_group(*HALVES)),
    stored(a_group(a_rule(5432, "::/0"))),
    stored(a_group(a_rule(None, protocol="all"))),
    stored(a_group(a_rule(5432, "198.51.100.0/24"))),
    stored(a_group(a_rule(5432, "sg-2"))),
    stored(a_group(a_rule(443))),
    stored(),
]
QUIET = [
    stored(a_group(a_rule(5432)), is_publicly_accessible=False),
    stored(port=None, is_publicly_accessible=False),
]


def problem_of(inventory: Inventory, **policy: Any) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = public_database(an_estate(inventory, **policy))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        *((inventory, Severity.CRITICAL) for inventory in FIRES[:4]),
        (FIRES[4], Severity.HIGH),
        *((inventory, Severity.MEDIUM) for inventory in FIRES[5:]),
        (stored(a_group(a_rule(5432, protocol="udp"))), Severity.MEDIUM),
        (stored(a_group(a_rule(5432, is_egress=True))), Severity.MEDIUM),
        (stored(a_group(a_rule(3306)), port=3306), Severity.CRITICAL),
    ],
)
def test_weighs_whom_the_groups_let_in(
    inventory: Inventory, severity: Severity
) -> None:
    """The internet, some strangers, or nobody on the database's port."""
    assert severity == problem_of(inventory).severity


def test_halves_in_two_groups_are_the_internet() -> None:
    """All groups of a database are judged together."""
    groups = (
        a_group(HALVES[0], id="sg-1"),
        a_group(HALVES[1], id="sg-2"),
    )

    assert Severity.CRITICAL == problem_of(stored(*groups)).severity


def test_trusted_ranges_are_no_strangers() -> None:
    """The public address remains, and is told with less weight."""
    inventory = stored(a_group(a_rule(5432, "198.51.100.0/24")))
    trusted = {"office": ["198.51.100.0/24"]}

    assert Severity.MEDIUM == problem_of(inventory, trusted=trusted).severity


def test_the_fix_takes_the_address_and_the_rule_away() -> None:
    """Both commands can be run as they are."""
    assert (
        "aws rds modify-db-instance --region eu-west-1 --db-instance-identifier jira "
        "--no-publicly-accessible --apply-immediately\n"
        "aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-1 "
        "--security-group-rule-ids sgr-1"
    ) == problem_of(FIRES[0]).fix


@pytest.mark.parametrize(
    ("inventory", "because"),
    [
        (stored(groups=("sg-9",)), "the security group sg-9 could not be read"),
        (
            stored(a_group(a_rule(5432, "pl-9"))),
            "the prefix list pl-9 could not be read",
        ),
        (stored(port=None), "AWS does not tell its port yet"),
    ],
)
def test_what_cannot_be_told_is_a_doubt(inventory: Inventory, because: str) -> None:
    """A group or list that was not read may hold the whole internet."""
    assert [Doubt(ARN, because)] == list(public_database(an_estate(inventory)))


def test_a_prefix_list_is_what_is_in_it() -> None:
    """A rule that names a list lets its ranges in."""
    world = PrefixList(id="pl-1", cidrs=("0.0.0.0/0",))
    inventory = stored(a_group(a_rule(5432, "pl-1")))
    whole = an_inventory(
        databases=inventory.databases,
        security_groups=inventory.security_groups,
        prefix_lists=(world,),
    )

    assert Severity.CRITICAL == problem_of(whole).severity


def test_the_finding_says_which_database_and_where() -> None:
    """The ARN names it for ever; name and VPC are for people and for closing."""
    estate = an_estate(FIRES[0])

    (finding,) = evaluate(estate, [public_database]).findings

    assert (ARN, "jira", "vpc-1") == (finding.resource, finding.name, finding.vpc)
