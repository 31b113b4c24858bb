"""What of an inventory is worth remembering, because AWS will not say it later."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ringfence.inventory import Inventory
from ringfence.inventory.memories import Lacking, Memory, Ran, SeenImage
from ringfence.inventory.patching import MissingPatch, PatchState
from ringfence.subjects.hosts import hosts
from ringfence.subjects.severities import by_severity

# What stays as it is, is noted again so rarely: a sweep writes next to nothing.
NOTED_AFTER = timedelta(days=7)

_MOST_IMAGES = 500
_MOST_PATCHES = 200
_MOST_RAN = 10


def worth_keeping(inventory: Inventory) -> Iterator[Memory]:
    """Give what is news to *inventory*'s own memories, or was noted long ago."""
    if {"images", "instances"} <= inventory.read:
        yield from _images(inventory)
        yield from _groups(inventory)
    if {"missing_patches", "patch_states"} <= inventory.read:
        yield from _patches(inventory)


def missing_by_instance(
    inventory: Inventory,
) -> Mapping[str, Sequence[MissingPatch]]:
    """Give the missing patches of each instance that was asked for, gravest first."""
    found: dict[str, list[MissingPatch]] = defaultdict(list)
    for patch in sorted(inventory.missing_patches, key=by_severity):
        found[patch.instance].append(patch)
    return found


def missing_since(
    inventory: Inventory, state: PatchState, patch: MissingPatch
) -> datetime | None:
    """
    Give the end of the scan that missed *patch* first; None: not known.

    It came out before that: an age by it is a lower bound.
    """
    remembered = inventory.memories.lacking.get(patch.instance)
    first = remembered.since.get(patch.id) if remembered else None
    return first or state.ended_at


def _images(inventory: Inventory) -> Iterator[SeenImage]:
    used = {host.image for host in hosts(inventory)}
    known = inventory.memories.images
    some = [one for one in inventory.images if one.id in used and one.created_at]
    for image in some[:_MOST_IMAGES]:
        before = known.get(image.id)
        if before is None or _is_old(before, inventory):
            yield SeenImage(
                id=image.id,
                name=image.name,
                owner=image.owner,
                created_at=image.created_at,
                seen_at=inventory.taken_at,
            )


def _patches(inventory: Inventory) -> Iterator[Lacking]:
    missing = missing_by_instance(inventory)
    known = inventory.memories.lacking
    for state in inventory.patch_states:
        before = known.get(state.instance)
        is_asked = state.instance in missing
        if not is_asked and (state.critical or state.security or before is None):
            continue
        listed = missing.get(state.instance, ())[:_MOST_PATCHES]
        told = ((one.id, missing_since(inventory, state, one)) for one in listed)
        since = {name: first for name, first in told if first}
        is_news = since != (before.since if before else {})
        if is_news or (since and before and _is_old(before, inventory)):
            at = inventory.taken_at
            yield Lacking(instance=state.instance, since=since, seen_at=at)


def _groups(inventory: Inventory) -> Iterator[Ran]:
    images: dict[str, set[str]] = defaultdict(set)
    for host in hosts(inventory):
        if host.group:
            images[host.resource].add(host.image)
    now = inventory.taken_at
    for group, some in sorted(images.items()):
        before = inventory.memories.ran.get(group)
        since = dict(before.since) if before else {}
        is_news = not some <= since.keys()
        if before is None or is_news or _is_old(before, inventory):
            since = dict.fromkeys(sorted(some), now) | since
            newest = sorted(since.items(), key=lambda item: item[1])[-_MOST_RAN:]
            yield Ran(group=group, since=dict(newest), seen_at=now)


def _is_old(memory: Memory, inventory: Inventory) -> bool:
    return inventory.taken_at - memory.seen_at >= NOTED_AFTER
