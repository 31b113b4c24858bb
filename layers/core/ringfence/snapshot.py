"""Raw AWS responses of one account and Region at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# The code of a gap that is ours: AWS answered, and the answer makes no sense to us.
MALFORMED = "MalformedAnswer"


class SnapshotError(ValueError):
    """A snapshot is not of AWS's shape: which operation, which key."""


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Something that was asked for and could not be read.

    *operation* is ``<boto3 client>.<method>``, *code* AWS's error code and
    *argument* the resource of a per-resource operation.
    """

    operation: str
    code: str
    message: str = ""
    argument: str | None = None


class AnswerError(SnapshotError):
    """One answer makes no sense to us; *gap* is what it leaves of its operation."""

    def __init__(self, operation: str, why: str, argument: str | None = None) -> None:
        where = operation if argument is None else f"{operation}: {argument}"
        super().__init__(f"{where}: {why}")
        self.gap = Gap(operation, MALFORMED, why, argument)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    What AWS answered, with AWS's own keys.

    *responses* maps ``<boto3 client>.<method>`` to the merged pages; for
    operations asked per resource it maps to an object keyed by the argument.
    An operation in neither *responses* nor *gaps* was not asked for.
    *vpcs* narrows the snapshot to some VPCs; None means the whole Region.
    """

    account: str
    region: str
    taken_at: datetime
    responses: Mapping[str, Any]
    gaps: tuple[Gap, ...] = ()
    vpcs: frozenset[str] | None = None
    asked: frozenset[str] = field(default=frozenset())
