"""Findings as a table for a terminal."""

from collections.abc import Iterable

from ringfence.finding import Finding
from ringfence.render.columns import columns
from ringfence.render.plain import clipped, plain
from ringfence.render.resources import label

_HEAD = ("SEVERITY", "CHECK", "RESOURCE", "WHAT")
_RESOURCE = 48
_WHAT = 256


def table(findings: Iterable[Finding]) -> str:
    """Give *findings* as lines of severity, check, resource and what; worst first."""
    ranked = sorted(findings, key=lambda item: (-item.severity.rank, item.key))
    rows = [
        (
            finding.severity.value,
            finding.check,
            clipped(label(finding), _RESOURCE),
            clipped(plain(finding.title), _WHAT),
        )
        for finding in ranked
    ]
    return columns((_HEAD, *rows))
