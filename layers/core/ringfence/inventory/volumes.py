"""Volumes of instances and the snapshots of them: from EC2's answers to records."""

from dataclasses import dataclass, field
from datetime import datetime

from ringfence.inventory import compute
from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    moment,
    rows,
    tags,
    text,
    text_or_empty,
)
from ringfence.inventory.records import Tags

VOLUMES = "ec2.describe_volumes"
SNAPSHOTS = "ec2.describe_snapshots"
SHARING = "ec2.get_snapshot_block_public_access_state"
PUBLIC = "ec2.describe_snapshots.public"
ORIGINS = "ec2.describe_snapshots.origins"

# https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
ALL_BLOCKED = "block-all-sharing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An instance that has a volume as *device*; *dies_with_it* on termination."""

    instance: str
    device: str = ""
    dies_with_it: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    id: str
    made_at: datetime | None = None  # None: not told
    is_encrypted: bool = False
    snapshot: str = ""  # what it was made from; empty: nothing, or not told
    attachments: tuple[Attachment, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSnapshot:
    """
    What a volume held at *started_at*, in this account and Region.

    It is as encrypted as its volume: only a copy can differ, and a copy's *volume*
    is a made-up id.
    """

    id: str
    volume: str
    started_at: datetime | None = None  # None: not told
    is_complete: bool = False


def read_volumes(answers: Answers) -> tuple[Volume, ...]:
    return answers.each(VOLUMES, "Volumes", _volume) if answers.has(VOLUMES) else ()


def read_snapshots(answers: Answers) -> tuple[VolumeSnapshot, ...]:
    """Those of volumes in use."""
    return _snapshots(answers, SNAPSHOTS)


def read_public_snapshots(answers: Answers) -> tuple[VolumeSnapshot, ...]:
    """Those that everybody may restore; of others nothing is said here."""
    return _snapshots(answers, PUBLIC)


def read_origins(answers: Answers) -> tuple[VolumeSnapshot, ...]:
    """Those that images which are gone consisted of, where they are left."""
    return _snapshots(answers, ORIGINS)


def origins_of(answers: Answers) -> frozenset[str]:
    """The snapshots that volumes were made from whose instance's image is gone."""
    images = compute.read_images(answers)
    gone = {image.id for image in images if image.state == "gone"}
    if not gone:
        return frozenset()
    roots = {
        (instance.id, instance.root_device)
        for instance in compute.read_instances(answers)
        if instance.image in gone
    }
    return frozenset(
        volume.snapshot
        for volume in read_volumes(answers)
        if volume.snapshot
        and any((one.instance, one.device) in roots for one in volume.attachments)
    )


def attached(answers: Answers) -> frozenset[str]:
    """The ids of the volumes that an instance has."""
    return frozenset(item.id for item in read_volumes(answers) if item.attachments)


def _snapshots(answers: Answers, operation: str) -> tuple[VolumeSnapshot, ...]:
    if not answers.has(operation):
        return ()
    return answers.each(operation, "Snapshots", _snapshot)


def _volume(raw: Raw) -> Volume:
    return Volume(
        id=text(raw, "VolumeId"),
        made_at=moment(raw, "CreateTime"),
        is_encrypted=flag(raw, "Encrypted"),
        snapshot=text_or_empty(raw, "SnapshotId"),
        # One that AWS itself attached, to what is no instance of ours, has none.
        attachments=tuple(
            _attachment(item)
            for item in rows(raw, "Attachments")
            if item.get("InstanceId")
        ),
        tags=tags(raw),
    )


def _attachment(raw: Raw) -> Attachment:
    return Attachment(
        instance=text(raw, "InstanceId"),
        device=text_or_empty(raw, "Device"),
        dies_with_it=flag(raw, "DeleteOnTermination"),
    )


def _snapshot(raw: Raw) -> VolumeSnapshot:
    return VolumeSnapshot(
        id=text(raw, "SnapshotId"),
        volume=text_or_empty(raw, "VolumeId"),
        started_at=moment(raw, "StartTime"),
        is_complete=text_or_empty(raw, "State") == "completed",
    )
