"""``ringfence checks``: what is looked for."""

import argparse
from typing import Any

from ringfence.checks import all_checks
from ringfence.cli.outcome import CLEAN
from ringfence.finding import Severity


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "checks",
        help="list the checks: code, severity, title",
        description="List the checks: code, usual severity, title.",
    )
    parser.set_defaults(run=run)


def run(_chosen: argparse.Namespace) -> int:
    """List every check by its code."""
    width = max(len(severity) for severity in Severity)
    for check in all_checks():
        print(f"{check.code:9} {check.severity:{width}} {check.title}")
    return CLEAN
