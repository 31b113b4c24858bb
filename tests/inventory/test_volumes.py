"""Volumes and snapshots are read as EC2 means them."""

from datetime import UTC, datetime

from ringfence.inventory.answers import Answers
from ringfence.inventory.volumes import Attachment, Volume, VolumeSnapshot, attached
from tests.inventory.estate import an_inventory, pages


def test_a_volume_has_its_instance_and_what_becomes_of_it() -> None:
    """One in no instance has none, also where AWS itself uses it."""
    root, home, left, taken = an_inventory().volumes

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
    assert {"vol-0a1", "vol-0a2"} == attached(Answers(pages()))
