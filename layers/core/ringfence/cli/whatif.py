"""``ringfence what-if``: what a change would open and close."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ringfence.changes import ChangeError
from ringfence.checks import all_checks
from ringfence.cli import outcome
from ringfence.cli.exposure import add_format_to, blind_json, blind_lines
from ringfence.cli.outcome import CLEAN, FOUND, UNREAD, UnreadError, WrongInputError
from ringfence.cli.policy import read_file
from ringfence.cli.source import head, place_and_time, read_source
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Finding, Unknown
from ringfence.inventory import Inventory
from ringfence.policy import Policy
from ringfence.reach import Blind, Exposure, exposure_json
from ringfence.reach.unread import told_exposures
from ringfence.render.document import document
from ringfence.render.exposures import exposure_line, path_line
from ringfence.render.plain import plain
from ringfence.render.table import table
from ringfence.whatif.difference import (
    Altered,
    FindingsDifference,
    findings_difference,
    rows_added,
)
from ringfence.whatif.edits import (
    EDITED,
    EditError,
    attached,
    authorized,
    read_rule,
    revoked,
    revoked_by_id,
)
from ringfence.whatif.trail import NotApplied, replayed

_RULE = "GROUP:PROTOCOL:PORTS:SOURCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """All that a change would make different, and what cannot be told."""

    opened: tuple[Exposure, ...]
    closed: tuple[Exposure, ...]
    findings: FindingsDifference
    blind: tuple[Blind, ...]
    unknown: tuple[Unknown, ...]
    not_applied: tuple[NotApplied, ...]

    @property
    def status(self) -> int:
        """1 where a finding opens or gets worse, 3 where something is left out."""
        altered = self.findings.altered
        worse = any(item.finding.severity.rank > item.before.rank for item in altered)
        if self.not_applied:
            return UNREAD
        if self.findings.opened or worse:
            return FOUND
        return UNREAD if self.blind or self.unknown else CLEAN


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "what-if",
        help="say what changes of security groups would open and close",
        description="Make changes to a snapshot, in memory only, and show the "
        "difference in exposures and findings. First events, then revocations, "
        "authorizations and attachments. Exits with 1 where a finding would open "
        "or get worse, with 3 where an event is not applied or something unread.",
    )
    parser.add_argument("--snapshot", type=Path, metavar="DIR", required=True)
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="what you accept, in YAML"
    )
    for name, form, does in (
        ("--authorize", _RULE, "add an inbound rule"),
        ("--revoke", f"RULE_ID|{_RULE}", "remove an inbound rule"),
        ("--attach", "INTERFACE_OR_INSTANCE:GROUP", "attach a group"),
    ):
        parser.add_argument(
            name,
            action="append",
            default=[],
            metavar=form,
            help=f"{does}; may be repeated",
        )
    parser.add_argument(
        "--events",
        type=Path,
        metavar="FILE",
        help="CloudTrail events, a JSON list or one on each line",
    )
    add_format_to(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the difference and give the exit status."""
    policy = read_file(chosen.policy) if chosen.policy else Policy()
    before = read_source(chosen.snapshot, None)
    missing = sorted(EDITED - before.read)
    if missing:
        raise UnreadError(f"{chosen.snapshot} has no {' and no '.join(missing)}.")
    try:
        after, not_applied = _edited(before, chosen)
    except EditError as error:
        raise WrongInputError(str(error)) from error
    told = _compared(before, after, policy, not_applied)
    if chosen.format == "json":
        outcome.print_json(head(before) | _document(told))
    else:
        _print(before, told)
    return told.status


def _edited(
    inventory: Inventory, chosen: argparse.Namespace
) -> tuple[Inventory, tuple[NotApplied, ...]]:
    not_applied: tuple[NotApplied, ...] = ()
    if chosen.events:
        try:
            inventory, not_applied = replayed(inventory, _events(chosen.events))
        except ChangeError as error:
            raise WrongInputError(f"{chosen.events}: {error}") from error
    for text in chosen.revoke:
        if ":" in text:
            inventory = revoked(inventory, read_rule(text))
        else:
            inventory = revoked_by_id(inventory, text)
    for text in chosen.authorize:
        inventory = authorized(inventory, read_rule(text))
    for text in chosen.attach:
        resource, colon, group = text.partition(":")
        if not (resource and colon and group):
            raise EditError(f"{text!r} is not INTERFACE_OR_INSTANCE:GROUP.")
        inventory = attached(inventory, resource, group)
    return inventory, not_applied


def _events(path: Path) -> list[Any]:
    """
    Read a JSON list, an event on each line, or what CloudTrail itself gives.

    That is a log file, or what ``aws cloudtrail lookup-events`` prints.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongInputError(f"{path}: not UTF-8 text: {error.reason}") from error
    try:
        if text.lstrip().startswith("["):
            listed: list[Any] = json.loads(text)
            return listed
        if (told := _of_cloudtrail(text)) is not None:
            return told
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise WrongInputError(
            f"{path}: neither a JSON list nor one object on each line: {error}"
        ) from error


def _of_cloudtrail(text: str) -> list[Any] | None:
    """Give the records of a log file or of looked-up events; None: it is neither."""
    try:
        whole = json.loads(text)
    except ValueError:
        return None  # an object on each line
    if isinstance(whole, dict) and isinstance(whole.get("Records"), list):
        return list(whole["Records"])
    if isinstance(whole, dict) and isinstance(whole.get("Events"), list):
        return [json.loads(_record_of(item)) for item in whole["Events"]]
    return [whole]


def _record_of(event: Any) -> str:
    record = event.get("CloudTrailEvent") if isinstance(event, dict) else None
    if isinstance(record, str):
        return record
    raise ValueError("Events: CloudTrailEvent is missing or not text")


def _compared(
    before: Inventory,
    after: Inventory,
    policy: Policy,
    not_applied: tuple[NotApplied, ...],
) -> _Outcome:
    old, new = told_exposures(before), told_exposures(after)
    checks = [check for check in all_checks() if check.needs & EDITED]
    reports = [evaluate(Estate(item, policy), checks) for item in (before, after)]
    return _Outcome(
        opened=rows_added(old.rows, new.rows),
        closed=rows_added(new.rows, old.rows),
        findings=findings_difference(*(report.findings for report in reports)),
        blind=new.unknown,
        unknown=reports[1].unknowns,
        not_applied=not_applied,
    )


def _document(told: _Outcome) -> dict[str, Any]:
    return {
        "exposures": {
            "opened": [exposure_json(row) for row in told.opened],
            "closed": [exposure_json(row) for row in told.closed],
        },
        "findings": {
            "opened": [document(finding) for finding in told.findings.opened],
            "closed": [document(finding) for finding in told.findings.closed],
            "altered": [
                document(item.finding) | {"severity_before": item.before.value}
                for item in told.findings.altered
            ],
        },
        "unknown": [
            *(blind_json(blind) for blind in told.blind),
            *(asdict(unknown) for unknown in told.unknown),
        ],
        "not_applied": [asdict(event) for event in told.not_applied],
    }


def _print(inventory: Inventory, told: _Outcome) -> None:
    for word, rows in (("Opens", told.opened), ("Closes", told.closed)):
        for row in rows:
            print(f"{word}: {exposure_line(row)}")
            print(f"  {path_line(row)}")
    _print_findings("Findings that open", told.findings.opened)
    _print_findings("Findings that close", told.findings.closed)
    for line in _altered(told.findings.altered):
        print(line)
    for event in told.not_applied:
        print(
            plain(f"Not applied: {event.event_name} {event.event_id}: {event.because}")
        )
    for line in (*blind_lines(told.blind), *outcome.doubts(told.unknown)):
        print(line)
    summary = (
        f"{outcome.number(len(told.opened), 'exposure')} opened, "
        f"{len(told.closed)} closed; "
        f"{outcome.number(len(told.findings.opened), 'finding')} opened, "
        f"{len(told.findings.closed)} closed"
    )
    print(f"{place_and_time(inventory)}: {summary}")


def _print_findings(title: str, findings: Sequence[Finding]) -> None:
    if findings:
        print(f"\n{title}:\n{table(findings)}")


def _altered(items: Iterable[Altered]) -> list[str]:
    return [
        plain(
            f"{item.finding.check} on {item.finding.resource}: from "
            f"{item.before.value} to {item.finding.severity.value}"
        )
        for item in items
    ]
