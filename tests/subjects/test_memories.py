"""What is worth remembering: what is news, and nothing twice."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.memories import (
    Lacking,
    Memories,
    Memory,
    Ran,
    SeenImage,
)
from ringfence.inventory.patching import MissingPatch, PatchState
from ringfence.subjects.memories import worth_keeping
from tests.build import TAKEN_AT, an_image, an_instance, days, in_a_group, public

SCAN = TAKEN_AT - days(1)


def remembering(memories: Iterable[Memory], **parts: Any) -> Inventory:
    """Give *parts* with what an earlier sweep kept, a day later."""
    some = tuple(memories)
    return replace(
        public(**parts),
        taken_at=TAKEN_AT + days(1),
        memories=Memories(
            images={one.id: one for one in some if isinstance(one, SeenImage)},
            lacking={one.instance: one for one in some if isinstance(one, Lacking)},
            ran={one.group: one for one in some if isinstance(one, Ran)},
        ),
    )


def lacking(*names: str, **counts: Any) -> dict[str, Any]:
    """Give the parts of an instance that lacks the patches *names*."""
    return {
        "patch_states": (
            PatchState(instance="i-1", ended_at=SCAN, **({"security": 1} | counts)),
        ),
        "missing_patches": tuple(
            MissingPatch(instance="i-1", id=name) for name in names
        ),
    }


@pytest.mark.parametrize(
    "parts",
    [{}, lacking("kernel", "curl"), in_a_group(2)],
    ids=["an image", "patches", "a group"],
)
def test_what_is_remembered_is_not_news(parts: dict[str, Any]) -> None:
    """A sweep writes next to nothing, but notes what it knows again in a week."""
    first = tuple(worth_keeping(public(**parts)))
    again = remembering(first, **parts)
    later = replace(again, taken_at=TAKEN_AT + days(7))

    assert first
    assert () == tuple(worth_keeping(again))
    assert len(first) == len(tuple(worth_keeping(later)))


def test_an_image_is_remembered_with_its_day() -> None:
    """One that is gone, or that nothing runs from, has none to remember."""
    unused, gone = an_image(id="ami-2"), an_image(id="ami-3", created_at=None)
    used = tuple(
        an_instance(id=f"i-{number}", image=f"ami-{number}") for number in (1, 3)
    )

    (seen,) = worth_keeping(public(images=(an_image(), unused, gone), instances=used))

    assert isinstance(seen, SeenImage)
    assert ("ami-1", TAKEN_AT - days(30)) == (seen.id, seen.created_at)


def test_a_patch_keeps_the_scan_that_missed_it_first() -> None:
    """One that is installed is forgotten, a new one has the newest scan's time."""
    old = Lacking(
        instance="i-1",
        since={"kernel": SCAN - days(50), "curl": SCAN - days(9)},
        seen_at=TAKEN_AT,
    )
    inventory = remembering([old], **lacking("kernel", "zlib"), images=())

    assert [{"kernel": SCAN - days(50), "zlib": SCAN}] == [
        one.since for one in worth_keeping(inventory) if isinstance(one, Lacking)
    ]


@pytest.mark.parametrize(("security", "expected"), [(0, [{}]), (1, [])])
def test_what_is_up_to_date_lacks_nothing_any_more(
    security: int, expected: list[object]
) -> None:
    """But an instance that nobody asked for may lack all of it still."""
    old = Lacking(instance="i-1", since={"kernel": SCAN}, seen_at=TAKEN_AT)
    inventory = remembering([old], **lacking(security=security))

    assert expected == [
        one.since for one in worth_keeping(inventory) if isinstance(one, Lacking)
    ]


def test_a_group_s_new_image_has_the_day_on_which_it_was_new() -> None:
    """Those that the group began with have the day of the beginning."""
    before = tuple(worth_keeping(public(**in_a_group(2))))
    newer = remembering(before, **in_a_group(1, image="ami-2"))

    assert [{"ami-1": TAKEN_AT, "ami-2": TAKEN_AT + days(1)}] == [
        one.since for one in worth_keeping(newer) if isinstance(one, Ran)
    ]


def test_what_was_not_read_is_not_forgotten() -> None:
    """A denied permission makes nothing look installed."""
    old = Lacking(instance="i-1", since={"kernel": SCAN}, seen_at=TAKEN_AT)
    inventory = remembering([old], **lacking(security=0))
    blind = replace(inventory, read=inventory.read - {"missing_patches"})

    assert not [one for one in worth_keeping(blind) if isinstance(one, Lacking)]
