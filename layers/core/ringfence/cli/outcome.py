"""How a command ends: what it prints and the status that it exits with."""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from ringfence.changes import Cause
from ringfence.finding import Finding, Report, Severity, Unknown
from ringfence.render.asff import asff
from ringfence.render.document import document
from ringfence.render.plain import plain
from ringfence.render.table import table
from ringfence.transitions import decide

CLEAN, FOUND, WRONG, UNREAD = range(4)

# Findings that say only that something was not read: the status says that, too.
_NOT_READ = frozenset({"RF-001", "RF-002", "RF-005"})


class WrongInputError(Exception):
    """The command cannot be done as it was asked; the message says how it can."""


class UnreadError(Exception):
    """Nothing could be read."""


def add_output_to(parser: argparse.ArgumentParser) -> None:
    """Add what all commands that judge have in common."""
    parser.add_argument(
        "--format",
        choices=("table", "json", "asff"),
        default="table",
        help="for people, for programs, or for Security Hub (default: table)",
    )
    parser.add_argument(
        "--fail-on",
        type=str.upper,
        choices=[severity.value for severity in Severity],
        default=Severity.LOW.value,
        metavar="SEVERITY",
        help="exit with 1 for a finding of this severity or worse: informational, "
        "low, medium, high or critical (default: low)",
    )


def status(report: Report, fail_on: str, *, is_whole: bool) -> int:
    """Choose the exit status; *is_whole* says that nothing was left unread."""
    threshold = Severity(fail_on).rank
    if any(
        finding.severity.rank >= threshold and finding.check not in _NOT_READ
        for finding in report.findings
    ):
        return FOUND
    return CLEAN if is_whole and not report.unknowns else UNREAD


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2))


def print_asff(report: Report) -> None:
    """Print the findings as a list that BatchImportFindings takes."""
    cause = Cause(kind="sweep", id="terminal")
    rows = decide(report, {}, cause=cause, now=report.observed_at, known_checks=())
    print_json([asff(row) for row in rows])
    tell_doubts(report.unknowns)


def report_json(report: Report) -> dict[str, Any]:
    """Give the verdicts of *report*, each as programs read it."""
    return {
        "findings": [document(finding) for finding in report.findings],
        "unknown": [
            {
                "check": unknown.check,
                "resource": unknown.resource,
                "because": unknown.because,
            }
            for unknown in report.unknowns
        ],
        "waived": [
            document(waived.finding) | {"reason": waived.reason, "owner": waived.owner}
            for waived in report.waived
        ],
    }


def print_table(report: Report) -> None:
    """Print the findings, worst first, if there are any."""
    if report.findings:
        print(table(report.findings))


def doubts(unknowns: Iterable[Unknown]) -> list[str]:
    """Say which checks cannot tell, and why: one line for each reason."""
    checks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unknown in unknowns:
        checks[unknown.because, unknown.resource or ""].append(unknown.check)
    return [
        plain(f"{', '.join(codes)} cannot tell{' for ' if about else ''}{about}: {why}")
        for (why, about), codes in checks.items()
    ]


def tell_doubts(unknowns: Iterable[Unknown]) -> None:
    """Say on the error stream what cannot be told, where output has no place for it."""
    for line in doubts(unknowns):
        print(f"ringfence: {line}", file=sys.stderr)


def counted(findings: Iterable[Finding]) -> str:
    """Say how many findings there are, by severity."""
    counts = Counter(finding.severity for finding in findings)
    if not counts:
        return "no findings"
    kinds = [
        f"{counts[severity]} {severity.value.lower()}"
        for severity in reversed(Severity)
        if counts[severity]
    ]
    return f"{number(counts.total(), 'finding')} ({', '.join(kinds)})"


def number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def progress(text: str) -> None:
    """Say what is going on, to a person who waits."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
