"""Shared file systems: from EFS's answers to records."""

from dataclasses import dataclass, field
from datetime import datetime

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    moment,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.records import Tags
from ringfence.inventory.statements import Statement, read_document

FILE_SYSTEMS = "efs.describe_file_systems"
MOUNT_TARGETS = "efs.describe_mount_targets"
POLICIES = "efs.describe_file_system_policy"
NEEDS = (FILE_SYSTEMS, MOUNT_TARGETS, POLICIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountTarget:
    """A network interface at which a file system answers NFS."""

    id: str
    subnet: str = ""
    vpc: str | None = None  # None: not told
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """*policy* is None where it has none: then whoever gets to it may mount it."""

    id: str
    arn: str
    name: str = ""
    is_encrypted: bool = False
    made_at: datetime | None = None  # None: not told
    targets: tuple[MountTarget, ...] = ()
    policy: tuple[Statement, ...] | None = None
    tags: Tags = field(default_factory=dict)


def read_file_systems(answers: Answers) -> tuple[FileSystem, ...]:
    """Each file system; none where EFS was not asked."""
    if not all(answers.has(operation) for operation in NEEDS):
        return ()

    def read(raw: Raw) -> FileSystem | None:
        name = text(raw, "FileSystemId")
        targets = answers.each_of(MOUNT_TARGETS, name, "MountTargets", _target)
        policy = answers.one_of(POLICIES, name, lambda it: read_document(it, "Policy"))
        if targets is None:
            return None
        return FileSystem(
            id=name,
            arn=text(raw, "FileSystemArn"),
            name=text_or_empty(raw, "Name"),
            is_encrypted=flag(raw, "Encrypted"),
            made_at=moment(raw, "CreationTime"),
            targets=targets,
            policy=policy,
            tags=tags(raw),
        )

    found = answers.each(FILE_SYSTEMS, "FileSystems", read)
    return tuple(system for system in found if system)


def _target(raw: Raw) -> MountTarget:
    return MountTarget(
        id=text(raw, "MountTargetId"),
        subnet=text_or_empty(raw, "SubnetId"),
        vpc=text_or_none(raw, "VpcId"),
        interface=text_or_empty(raw, "NetworkInterfaceId"),
    )
