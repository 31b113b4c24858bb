"""Managed databases: from RDS's answer to records."""

from dataclasses import dataclass, field
from sys import intern

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    integer,
    present,
    rows,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.records import Tags

INSTANCES = "rds.describe_db_instances"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """
    A DB instance of RDS, or of Neptune and DocumentDB, which RDS lists too.

    *engine* is AWS's word for it (``postgres``, ``aurora-mysql``). *groups*
    include those on their way on or off, *subnets* are its subnet group's.
    """

    id: str
    arn: str
    engine: str
    port: int | None = None  # None: it is still being made
    vpc: str | None = None  # None: EC2-Classic
    groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    is_publicly_accessible: bool = False
    is_encrypted: bool = False
    tags: Tags = field(default_factory=dict)


def read_databases(answers: Answers) -> tuple[Database, ...]:
    return answers.each(INSTANCES, "DBInstances", _database)


def _database(raw: Raw) -> Database:
    network = inner(raw, "DBSubnetGroup")
    return Database(
        id=text(raw, "DBInstanceIdentifier"),
        arn=text(raw, "DBInstanceArn"),
        engine=intern(text_or_empty(raw, "Engine")),
        port=_port(raw),
        vpc=text_or_none(network, "VpcId") or None,
        groups=present(rows(raw, "VpcSecurityGroups"), "VpcSecurityGroupId"),
        subnets=present(rows(network, "Subnets"), "SubnetIdentifier"),
        is_publicly_accessible=flag(raw, "PubliclyAccessible"),
        is_encrypted=flag(raw, "StorageEncrypted"),
        tags=tags(raw, "TagList"),
    )


def _port(raw: Raw) -> int | None:
    """
    Where it listens, as its endpoint says.

    DbInstancePort is 0 where AWS does not say.
    """
    port = integer(inner(raw, "Endpoint"), "Port")
    return port or integer(raw, "DbInstancePort") or None
