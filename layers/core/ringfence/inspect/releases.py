"""Which release data is in force: what was renewed last, or what is shipped."""

import zlib
from datetime import date

from ringfence.feeds import Fetch, fetch, refreshed
from ringfence.releases import Catalogue, shipped_catalogue
from ringfence.releases.catalogue import CatalogueError, read_catalogue
from ringfence.store import FindingsTable

_MOST_BYTES = 16 * 1024 * 1024  # unpacked; an item has at most 400 KB


def in_force(table: FindingsTable) -> Catalogue:
    """
    Give what *table* keeps, but where a newer version of Ringfence ships more.

    What cannot be read any more, or is no catalogue, is as if it were not there.
    """
    shipped = shipped_catalogue()
    kept = _kept(table)
    if kept is None:
        return shipped
    advisories, life_cycles = shipped.advisories, shipped.life_cycles
    ours = advisories.as_of, advisories.exploited_as_of
    if (kept.advisories.as_of, kept.advisories.exploited_as_of) > ours:
        advisories = kept.advisories
    if kept.life_cycles.as_of >= life_cycles.as_of:
        life_cycles = kept.life_cycles
    return Catalogue(advisories=advisories, life_cycles=life_cycles)


def is_due(table: FindingsTable, today: date) -> bool:
    """Whether renewing has not been tried *today*."""
    return table.releases_tried_on() != today.isoformat()


def renew(table: FindingsTable, today: date, fetch: Fetch = fetch) -> tuple[str, ...]:
    """Keep what the feeds add to what is in force; give what was wrong with others."""
    fresh, troubles = refreshed(in_force(table), today, fetch)
    text = fresh.model_dump_json(by_alias=True, exclude_defaults=True)
    packed = zlib.compress(text.encode(), 9)
    table.keep_releases(packed, tried_on=today.isoformat())
    return troubles


def _kept(table: FindingsTable) -> Catalogue | None:
    packed = table.kept_releases()
    if packed is None:
        return None
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, _MOST_BYTES)
        return read_catalogue(text) if unpacking.eof else None
    except (zlib.error, CatalogueError):
        return None
