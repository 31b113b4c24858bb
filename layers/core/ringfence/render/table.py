"""Findings as a table for a terminal."""

import unicodedata
from collections.abc import Iterable

from ringfence.finding import Finding
from ringfence.render.plain import clipped, plain
from ringfence.render.resources import label

_HEAD = ("SEVERITY", "CHECK", "RESOURCE", "WHAT")
_RESOURCE = 48


def table(findings: Iterable[Finding]) -> str:
    """Give *findings* as lines of severity, check, resource and what; worst first."""
    ranked = sorted(findings, key=lambda item: (-item.severity.rank, item.key))
    rows = [
        (
            finding.severity.value,
            finding.check,
            clipped(label(finding), _RESOURCE),
            plain(finding.title),
        )
        for finding in ranked
    ]
    widths = [max(map(_width, column)) for column in zip(_HEAD, *rows, strict=True)]
    return "".join(
        "  ".join(map(_padded, row, widths)).rstrip() + "\n" for row in (_HEAD, *rows)
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Count the columns that a terminal takes for *text*."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    nothing = sum(unicodedata.combining(char) > 0 for char in text)
    return len(text) + wide - nothing
