"""Databases are read as RDS means them."""

from ringfence.inventory.databases import Database
from tests.inventory.estate import an_inventory

ARN = "arn:aws:rds:eu-west-1:123456789012:db"


def test_a_database_has_its_network_and_its_tags() -> None:
    """Groups on their way off still let in, so all are there."""
    database, _, _ = an_inventory().databases

    assert (
        Database(
            id="jira",
            arn=f"{ARN}:jira",
            engine="postgres",
            port=5432,
            vpc="vpc-0a1",
            groups=("sg-0a1", "sg-0a2"),
            subnets=("subnet-0a1", "subnet-0a2"),
            is_publicly_accessible=True,
            is_encrypted=True,
            tags={"Product": "jira"},
        )
        == database
    )


def test_a_database_that_is_being_made_has_no_port() -> None:
    """It has no endpoint yet, and 0 is no port."""
    _, new, _ = an_inventory().databases

    assert (
        Database(id="new", arn=f"{ARN}:new", engine="aurora-mysql", vpc="vpc-0a1")
        == new
    )


def test_without_an_endpoint_the_instance_s_own_port_counts() -> None:
    """A database outside any VPC, as few keys as AWS may give."""
    _, _, oldest = an_inventory().databases

    assert (
        Database(id="oldest", arn=f"{ARN}:oldest", engine="mysql", port=3306) == oldest
    )
