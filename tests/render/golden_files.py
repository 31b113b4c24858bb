"""Documents as sent, kept beside the tests; RINGFENCE_GOLDEN=1 rewrites them."""

import os
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"


def golden(name: str, actual: str) -> str:
    """Give the kept text *name*; when asked to, keep *actual* as it first."""
    path = _FOLDER / name
    if os.environ.get("RINGFENCE_GOLDEN") == "1":
        path.write_text(actual, encoding="utf-8")
    return path.read_text(encoding="utf-8")
