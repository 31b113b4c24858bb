"""Volumes and snapshots are read as EC2 means them."""

from datetime import UTC, datetime

from ringfence.inventory.answers import Answers
from ringfence.inventory.volumes import (
    Attachment,
    Volume,
    VolumeSnapshot,
    attached,
    origins_of,
)
from tests.inventory.estate import an_inventory, pages


def test_a_volume_has_its_instance_and_what_becomes_of_it() -> None:
    """One in no instance has none, also where AWS itself uses it."""
    root, home, left, taken, _ = an_inventory().volumes

    assert (True, "/dev/xvda") == (
        root.attachments[0].dies_with_it,
        root.attachments[0].device,
    )
    assert (
        Volume(
            id="vol-0a2",
            made_at=datetime(2025, 6, 1, tzinfo=UTC),
            attachments=(Attachment(instance="i-0a1", device="/dev/sdf"),),
            tags={"Name": "bitbucket-home"},
        )
        == home
    )
    assert ((), ()) == (left.attachments, taken.attachments)
    assert taken.is_encrypted


def test_only_a_complete_snapshot_is_one() -> None:
    """What is pending may fail yet."""
    done, pending = an_inventory().volume_snapshots

    assert (
        VolumeSnapshot(
            id="snap-0a1",
            volume="vol-0a2",
            started_at=datetime(2026, 11, 22, 1, tzinfo=UTC),
            is_complete=True,
        )
        == done
    )
    assert not pending.is_complete


def test_public_snapshots_are_apart() -> None:
    """They are asked for by themselves, of whatever volumes they are."""
    found = an_inventory().public_snapshots

    assert [("snap-0b1", "vol-0b1"), ("snap-0b2", "vol-ffffffff")] == [
        (one.id, one.volume) for one in found
    ]


def test_volumes_in_use_are_those_of_instances() -> None:
    """The others' snapshots are not asked for."""
    assert {"vol-0a1", "vol-0a2", "vol-0a5"} == attached(Answers(pages()))


def test_only_the_roots_of_gone_images_have_an_origin_to_ask_for() -> None:
    """What is left of an image is the snapshot that its launches began with."""
    answers = pages()
    (origin,) = an_inventory().origins

    assert {"snap-0a9"} == origins_of(Answers(answers))
    assert ("snap-0a9", datetime(2023, 5, 1, 12, 35, 10, tzinfo=UTC)) == (
        origin.id,
        origin.started_at,
    )
    answers["ec2.describe_images"]["Images"][0]["ImageId"] = "ami-0a9"
    assert {"snap-0a0"} == origins_of(Answers(answers))
