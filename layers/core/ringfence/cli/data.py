"""
``python -m ringfence.cli.data``: renew the shipped release data from its sources.

A tool for a checkout. What cannot be fetched, or is refused, stays as it is.
Advisories are curated by hand: of them, only what CISA lists as exploited is renewed.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from ringfence.cli.account import now
from ringfence.cli.outcome import CLEAN, UNREAD
from ringfence.feeds import Fetch, fetch, refreshed
from ringfence.releases import Catalogue, shipped_catalogue
from ringfence.releases.shipped import ADVISORIES, LIFE_CYCLES

_NESTED = 5  # levels that get lines of their own: diffs are read by people


def main(folder: Path | None = None, fetch: Fetch = fetch) -> int:
    """Write the files in *folder*, by default the package's own."""
    known = shipped_catalogue()
    fresh, troubles = refreshed(known, now().date(), fetch)
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    target = folder or Path(str(files("ringfence.releases.shipped")))
    for name, text in documents(fresh).items():
        path = target / name
        is_new = not path.exists() or path.read_text(encoding="utf-8") != text
        if is_new:
            path.write_text(text, encoding="utf-8")
        print(f"{name}: {'renewed' if is_new else 'as it was'}")
    for item in fresh.advisories.unjudged:
        print(f"{item.cve} ({item.product}) is exploited, and no advisory covers it")
    return UNREAD if troubles else CLEAN


def documents(catalogue: Catalogue) -> dict[str, str]:
    """Give the shipped files' text by name."""
    return {
        ADVISORIES: _written(_plain(catalogue.advisories)),
        LIFE_CYCLES: _written(_plain(catalogue.life_cycles)),
    }


def _plain(model: Any) -> Any:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _written(document: Any) -> str:
    return _lines(document, 0) + "\n"


def _lines(value: Any, level: int) -> str:
    """Give JSON with each record on a line of its own."""
    margin = " " * (level + 1)
    if isinstance(value, dict) and value and level < _NESTED - 1:
        inner = (f"{json.dumps(k)}: {_lines(v, level + 1)}" for k, v in value.items())
        return "{\n" + ",\n".join(margin + line for line in inner) + f"\n{margin[1:]}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = (margin + json.dumps(row, ensure_ascii=False) for row in value)
        return "[\n" + ",\n".join(rows) + f"\n{margin[1:]}]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
