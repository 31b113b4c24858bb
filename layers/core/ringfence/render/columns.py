"""Rows of text in columns that line up on a terminal."""

import unicodedata
from collections.abc import Sequence


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Give *rows*, all of one length, as lines."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(map(_padded, row, widths)).rstrip() + "\n" for row in rows)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Count the columns that a terminal takes for *text*."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    nothing = sum(unicodedata.combining(char) > 0 for char in text)
    return len(text) + wide - nothing
