"""Evidence cut to a size, on whole rows, so that what is left is still true."""

import json
from collections.abc import Mapping
from typing import Any

_INNER = 10
_RESERVE = 24


def as_json(value: Any) -> str:
    """Give *value* as the one JSON text that sizes and digests are taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def trimmed(evidence: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """
    Give *evidence* in at most *limit* characters of JSON.

    Lists lose rows from their end, in turn, never half a row; a value that is
    no list stays whole or goes. ``left_out`` counts what is missing.
    """
    if len(as_json(evidence)) <= limit:
        return dict(evidence)
    lists = {key: value for key, value in evidence.items() if isinstance(value, list)}
    others = {key: value for key, value in evidence.items() if key not in lists}
    room = limit - _RESERVE - len(as_json({key: [] for key in lists}))
    kept: dict[str, Any] = {}
    for key in sorted(others, key=lambda name: (len(as_json(others[name])), name)):
        size = len(as_json({key: others[key]}))
        if size <= room:
            kept[key] = others[key]
            room -= size
    rows = _rows_that_fit(lists, room)
    missing = len(others) - len(kept)
    missing += sum(len(value) - len(rows[key]) for key, value in lists.items())
    kept |= {key: value for key, value in rows.items() if value}
    return kept | ({"left_out": missing} if missing else {})


def _rows_that_fit(lists: Mapping[str, list[Any]], room: int) -> dict[str, list[Any]]:
    """Take rows from every list in turn; a list ends where a row does not fit."""
    kept: dict[str, list[Any]] = {key: [] for key in lists}
    growing = sorted(lists)
    turn = 0
    while growing:
        for key in tuple(growing):
            row = _short(lists[key][turn]) if turn < len(lists[key]) else None
            size = len(as_json(row)) + 1
            if turn >= len(lists[key]) or size > room:
                growing.remove(key)
                continue
            kept[key].append(row)
            room -= size
        turn += 1
    return kept


def _short(row: Any) -> Any:
    """Cut a row's own long lists of texts, and count what went."""
    if not isinstance(row, dict):
        return row
    short = dict(row)
    for key, value in row.items():
        is_long = isinstance(value, list) and len(value) > _INNER
        if is_long and all(isinstance(item, str) for item in value):
            short[key] = value[:_INNER]
            short[f"{key}_left_out"] = len(value) - _INNER
    return short
