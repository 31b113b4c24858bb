"""``ringfence scan``: judge one account and Region, live or from a snapshot."""

import argparse
import fnmatch
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ringfence.checks import Check, all_checks
from ringfence.cli import outcome
from ringfence.cli.outcome import WrongInputError
from ringfence.cli.policy import read_file
from ringfence.cli.source import add_source_to, head, read_source
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Report
from ringfence.inventory import Inventory
from ringfence.policy import Policy
from ringfence.render.plain import plain
from ringfence.snapshot import Gap
from ringfence.subjects.stated import can_state, narrowed


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "scan",
        help="judge one account and Region, live or from a snapshot",
        description="Judge one account and Region: live with boto3's own credentials, "
        "or from a snapshot on disk. Reads only.",
    )
    add_source_to(parser)
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="what you accept, in YAML"
    )
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        metavar="CODE",
        help="ask only this check, such as EXP-001 or 'CERT-*'; may be repeated",
    )
    outcome.add_output_to(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the verdicts and give the exit status."""
    checks = _asked(chosen.check)
    policy = read_file(chosen.policy) if chosen.policy else Policy()
    inventory = read_source(chosen.snapshot, chosen.region)
    report = _judged(Estate(inventory, policy), checks)
    gaps = _gaps(inventory, checks)
    if chosen.format == "json":
        outcome.print_json(head(inventory) | outcome.report_json(report))
    elif chosen.format == "asff":
        outcome.print_asff(report)
    else:
        _print(report, gaps, len(checks))
    return outcome.status(report, chosen.fail_on, is_whole=not gaps)


def _judged(estate: Estate, checks: Sequence[Check]) -> Report:
    """Judge *estate*, and apart from it the versions that are stated in it."""
    report = evaluate(estate, checks)
    if not can_state(estate):
        return report
    of_versions = [check for check in checks if "stated_versions" in check.needs]
    stated = evaluate(Estate(narrowed(estate), estate.policy), of_versions)
    both = (*report.findings, *stated.findings)
    return replace(
        report,
        ran=report.ran | stated.ran,
        findings=tuple(sorted(both, key=lambda item: item.key)),
        unknowns=report.unknowns + stated.unknowns,
        waived=report.waived + stated.waived,
    )


def _asked(globs: Sequence[str]) -> tuple[Check, ...]:
    """Find the checks that *globs* name; all, if there are none."""
    known = all_checks()
    for glob in globs:
        if not any(fnmatch.fnmatchcase(check.code, glob) for check in known):
            raise WrongInputError(
                f"no check is called {glob!r}; `ringfence checks` lists them."
            )
    return tuple(
        check
        for check in known
        if not globs or any(fnmatch.fnmatchcase(check.code, glob) for glob in globs)
    )


def _gaps(inventory: Inventory, checks: Sequence[Check]) -> tuple[Gap, ...]:
    """List what was not read of all that was asked for, or of the chosen checks'."""
    needs = frozenset().union(*(check.needs for check in checks))
    parts = inventory.gaps if len(checks) == len(all_checks()) else needs
    found = [gap for part in sorted(parts) for gap in inventory.gaps.get(part, ())]
    return tuple(dict.fromkeys(found))


def _print(report: Report, gaps: Sequence[Gap], asked: int) -> None:
    """Print for people: findings, what was not read, a summary."""
    outcome.print_table(report)
    for gap in gaps:
        about = f" {gap.argument}" if gap.argument else ""
        print(plain(f"Not read: {gap.operation}{about}: {gap.code} {gap.message}"))
    for line in outcome.doubts(report.unknowns):
        print(line)
    if gaps or report.unknowns:
        print()
    silent = {unknown.check for unknown in report.unknowns}
    summary = [
        outcome.counted(report.findings),
        f"{len(report.waived)} waived",
        f"{outcome.number(asked, 'check')}, {len(silent)} with something unknown",
    ]
    time = report.observed_at.isoformat(timespec="seconds")
    print(f"{report.account} {report.region} at {time}: {'; '.join(summary)}")
