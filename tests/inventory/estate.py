"""A snapshot made of the pages beside this file, and variations of it."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ringfence.inventory import Inventory
from ringfence.inventory.read import read
from ringfence.snapshot import Gap, Snapshot

PAGES = Path(__file__).parent / "pages"
TAKEN_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@cache
def _pages() -> dict[str, Any]:
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8"))
        for path in PAGES.glob("*.*.json")
    }


def pages() -> dict[str, Any]:
    """Every answer by operation, for a test to change as it likes."""
    return deepcopy(_pages())


def a_snapshot(responses: dict[str, Any] | None = None, *gaps: Gap) -> Snapshot:
    return Snapshot(
        account="123456789012",
        region="eu-west-1",
        taken_at=TAKEN_AT,
        responses=pages() if responses is None else responses,
        gaps=gaps,
    )


def an_inventory(**changes: Any) -> Inventory:
    """What is read from the pages; *changes* are answers by `__`-joined name."""
    named = {name.replace("__", "."): answer for name, answer in changes.items()}
    return read(a_snapshot(pages() | named))
