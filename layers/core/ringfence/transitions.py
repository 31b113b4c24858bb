"""What opened, escalated, de-escalated, closed or reopened: report against rows."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ringfence.changes import Cause, Change
from ringfence.evidence import trimmed
from ringfence.finding import Finding, Report

REFRESH_AFTER = timedelta(days=7)
ROW_PREFIX = "finding/"
EVIDENCE_LIMIT = 60_000
CHANGES_IN_ROW = 3

_JITTER_S = 24 * 3600
_IDS = 20
_LINES = 2_000
_WORDS = 256
_TICK = timedelta(milliseconds=1)


class Transition(StrEnum):
    """How a finding's state changed."""

    OPENED = "opened"
    ESCALATED = "escalated"
    DE_ESCALATED = "de-escalated"
    CLOSED = "closed"
    REOPENED = "reopened"


class Row(BaseModel):
    """
    A finding's state in the table.

    *version* rises by one with every write and, with the finding's id, makes
    publishing idempotent. *observed_at* is when the collection that wrote the
    row started, *updated_at* rises with every write. *transition* is None for a
    row that was only refreshed or reworded. *closed_as* follows ASFF: PASSED
    when the resource is good, ARCHIVED when it is gone, waived or its check retired.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: Finding
    is_open: bool
    closed_as: Literal["PASSED", "ARCHIVED"] | None = None
    closed_because: str = ""
    version: int
    first_observed_at: datetime
    observed_at: datetime
    updated_at: datetime
    transition: Transition | None = None
    cause: Cause


def decide(
    report: Report,
    rows: Mapping[str, Row],
    *,
    cause: Cause,
    now: datetime,
    known_checks: Iterable[str],
) -> tuple[Row, ...]:
    """
    Give the rows to write, by what *report* saw and *rows* (by key) hold.

    Only what was fully seen is touched: a row closes if *report* covers it, that
    is, if its check ran, had no doubt about its resource, and looked there. A row
    whose check is not in *known_checks* is retired by a report on a whole Region.
    A row observed at or after the report's own time is left alone.
    *now* becomes ``updated_at``, raised where a clock lags.
    """
    findings = _by_key(report.findings)
    closing = _Closing(report, frozenset(known_checks))
    written = []
    for key in sorted(findings.keys() | rows.keys()):
        row, finding = rows.get(key), findings.get(key)
        if row and row.observed_at >= report.observed_at:
            continue
        if finding:
            new = _seen(finding, row, now)
        else:
            new = closing.of(row) if row and row.is_open else None
        if new:
            written.append(_stamped(new, row, report, cause, now))
    return tuple(written)


def abandon(rows: Mapping[str, Row], *, cause: Cause, now: datetime) -> tuple[Row, ...]:
    """Close every open row of an account and Region that is watched no longer."""
    return tuple(
        row.model_copy(
            update={
                "is_open": False,
                "closed_as": "ARCHIVED",
                "closed_because": "the account or Region is no longer watched",
                "version": row.version + 1,
                "observed_at": now,
                "updated_at": max(now, row.updated_at + _TICK),
                "transition": Transition.CLOSED,
                "cause": narrowed(cause, [row.finding], CHANGES_IN_ROW),
            }
        )
        for _, row in sorted(rows.items())
        if row.is_open and row.observed_at < now
    )


def _by_key(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Index *findings*, bounded; of two with one key the worse stays."""
    chosen: dict[str, Finding] = {}
    for finding in findings:
        known = chosen.get(finding.key)
        if known is None or _weight(finding) > _weight(known):
            chosen[finding.key] = finding
    return {key: _bounded(finding) for key, finding in chosen.items()}


def _weight(finding: Finding) -> tuple[int, str]:
    return finding.severity.rank, finding.fingerprint


def _bounded(finding: Finding) -> Finding:
    """Keep a row well below what a table takes, whatever a check collected."""
    evidence = trimmed(finding.evidence, EVIDENCE_LIMIT)
    if evidence == finding.evidence:
        return finding
    return finding.model_copy(update={"evidence": evidence})


class _New(BaseModel):
    """What changes in a row; the rest follows from the row before it."""

    finding: Finding
    transition: Transition | None
    closed_as: Literal["PASSED", "ARCHIVED"] | None = None
    closed_because: str = ""


def _seen(finding: Finding, row: Row | None, now: datetime) -> _New | None:
    if row is None:
        return _New(finding=finding, transition=Transition.OPENED)
    if not row.is_open:
        return _New(finding=finding, transition=Transition.REOPENED)
    before, after = row.finding.severity.rank, finding.severity.rank
    if after > before:
        return _New(finding=finding, transition=Transition.ESCALATED)
    if after < before:
        return _New(finding=finding, transition=Transition.DE_ESCALATED)
    is_reworded = finding.fingerprint != row.finding.fingerprint
    if is_reworded or now - row.updated_at > _refresh_after(finding.key):
        return _New(finding=finding, transition=None)
    return None


def _refresh_after(key: str) -> timedelta:
    """`REFRESH_AFTER` less up to a day by *key*, so that not all come at once."""
    digest = hashlib.sha256(key.encode()).digest()
    return REFRESH_AFTER - timedelta(
        seconds=int.from_bytes(digest[:4], "big") % _JITTER_S
    )


class _Closing:
    """Whether, and as what, rows close that the report does not find again."""

    def __init__(self, report: Report, known_checks: frozenset[str]) -> None:
        self._report = report
        self._known_checks = known_checks
        self._waived = {waived.finding.key: waived for waived in report.waived}

    def of(self, row: Row) -> _New | None:
        """Close *row*, or None when the report cannot tell."""
        finding, report = row.finding, self._report
        is_whole = report.vpcs is None and report.only is None
        if is_whole and finding.check not in self._known_checks:
            return self._closed(row, "ARCHIVED", "the check was retired")
        if not report.covers(finding):
            return None
        waived = self._waived.get(finding.key)
        if waived:
            because = f"accepted: {waived.reason} ({waived.owner})"
            return self._closed(row, "ARCHIVED", because)
        is_own = finding.check.startswith("RF-")  # about Ringfence, not AWS
        if is_own or finding.resource in report.resources:
            return self._closed(row, "PASSED", "the problem is gone")
        return self._closed(row, "ARCHIVED", "the resource is gone")

    @staticmethod
    def _closed(row: Row, as_: Literal["PASSED", "ARCHIVED"], because: str) -> _New:
        return _New(
            finding=row.finding,
            transition=Transition.CLOSED,
            closed_as=as_,
            closed_because=because,
        )


def _stamped(
    new: _New, row: Row | None, report: Report, cause: Cause, now: datetime
) -> Row:
    return Row(
        finding=new.finding,
        is_open=new.closed_as is None,
        closed_as=new.closed_as,
        closed_because=new.closed_because,
        version=row.version + 1 if row else 1,
        first_observed_at=row.first_observed_at if row else report.observed_at,
        observed_at=report.observed_at,
        updated_at=max(now, row.updated_at + _TICK) if row else now,
        transition=new.transition,
        cause=narrowed(cause, [new.finding], CHANGES_IN_ROW),
    )


def narrowed(cause: Cause, findings: Iterable[Finding], limit: int) -> Cause:
    """Keep the *limit* changes nearest to *findings*, each shortened, by time."""
    named = {name for finding in findings for name in _names(finding)}

    def distance(change: Change) -> tuple[bool, datetime, str]:
        return named.isdisjoint(change.ids or ()), change.at, change.event_id

    nearest = sorted(cause.changes, key=distance)[:limit]
    nearest.sort(key=lambda change: (change.at, change.event_id))
    return cause.model_copy(update={"changes": tuple(_short(one) for one in nearest)})


def _names(finding: Finding) -> set[str]:
    """Name the resources that *finding* is about, those on its paths included."""
    names = {finding.resource}
    for exposure in finding.evidence.get("exposures", ()):
        names |= {hop["id"] for hop in exposure.get("path", ())}
    return names


def _short(change: Change) -> Change:
    """Cut a change that names hundreds of rules or ids to what a reader takes in."""
    what = _that_fit(change.what)
    more = len(change.what) - len(what)
    ids = None if change.ids is None else frozenset(sorted(change.ids)[:_IDS])
    return change.model_copy(
        update={
            "who": change.who[:_WORDS],
            "source_ip": change.source_ip[:_WORDS],
            "agent": change.agent[:_WORDS],
            "event_name": change.event_name[:_WORDS],
            "what": (*what, f"and {more} more") if more else what,
            "undo": _that_fit(change.undo),
            "ids": ids,
            "adds": frozenset(sorted(change.adds)[:_IDS]),
            "removes": frozenset(sorted(change.removes)[:_IDS]),
            "met": change.met and frozenset(sorted(change.met)[:_IDS]),
        }
    )


def _that_fit(lines: Iterable[str]) -> tuple[str, ...]:
    """Keep the first *lines*, whole: half a command is worse than none."""
    kept = []
    room = _LINES
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    return tuple(kept)
