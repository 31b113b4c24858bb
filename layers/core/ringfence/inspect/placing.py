"""Changes to the places that they are to be judged in."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ringfence.changes import PlacedChange
from ringfence.changes.worldwide import regions_of
from ringfence.inspect.hints import Hint
from ringfence.inspect.hub import Hub

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Placed:
    """*here* are to be judged now, *apart* each in a batch of its own place."""

    here: tuple[Hint, ...]
    apart: tuple[PlacedChange, ...]


def place(hints: Iterable[Hint], hub: Hub) -> Placed:
    """
    Give *hints* the Regions where what they tell of is judged.

    A change that concerns several of
    them becomes a message for each, so that one that takes long, or crashes, keeps
    no other back. What is not watched is let go.
    """
    read: dict[str, frozenset[str]] = {}
    here: list[Hint] = []
    apart: list[PlacedChange] = []
    for hint in hints:
        change = hint.change
        found = regions_of(
            change.event_source, change.region, home=hub.region, swept=hub.regions
        )
        if hint.is_placed:
            found &= {change.region}
        if len(found) > 1:
            if change.account not in read:
                read[change.account] = hub.book.regions_read(change.account)
            # A Region that no sweep got into would be sixty gaps.
            found &= read[change.account] | {hub.region}
        if not found:
            logger.info("%s in %s: not watched", change.event_name, change.region)
        elif len(found) == 1:
            (region,) = found
            moved = change.model_copy(update={"region": region})
            here.append(replace(hint, change=moved))
        else:
            apart += [PlacedChange.of(change, region) for region in sorted(found)]
    return Placed(tuple(here), tuple(apart))
