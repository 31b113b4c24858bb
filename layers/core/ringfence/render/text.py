"""An alert as people read it: plain text, and a subject."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ringfence.alerts import Alert, AlertItem
from ringfence.changes import Change
from ringfence.finding import Finding, Severity
from ringfence.products import PROFILES
from ringfence.render.links import check_page, console
from ringfence.render.plain import clipped, plain
from ringfence.render.resources import label, short
from ringfence.transitions import Transition

SUBJECT = 99  # SNS: "less than 100 characters long"

_CHANGES = 3
_SOURCES = 3
_COLUMN = 7

_WORDS = {
    Transition.OPENED: "",
    Transition.REOPENED: "again: ",
    Transition.ESCALATED: "now worse: ",
    Transition.DE_ESCALATED: "now milder: ",
    Transition.CLOSED: "now closed: ",
}


def subject(alert: Alert) -> str:
    """Give *alert*'s subject: ASCII, one line, within SNS's limit."""
    if alert.cause.kind == "sweep" or not alert.items:
        text = f"Ringfence: {_summary(alert)}{_where(alert)}{_missing(alert)}"
    else:
        others = sum(_totals(alert).values()) - 1
        more = f" (+{others} more)" if others else ""
        headline = plain(_headline(alert.items[0]))
        text = clipped(f"Ringfence: {headline}", SUBJECT - 2 - len(more))
        text += more
    folded = unicodedata.normalize("NFKD", text.replace("…", "..."))
    return folded.encode("ascii", "replace").decode()[:SUBJECT]


def text(alert: Alert, *, docs_url: str = "") -> str:
    """Give *alert* as plain text that a person can act on, also on a phone."""
    if alert.cause.kind == "sweep":
        lines = list(_digest(alert, docs_url))
    else:
        lines = list(_told(alert, docs_url))
    return "\n".join(lines) + "\n"


def _told(alert: Alert, docs_url: str) -> Iterator[str]:
    """Tell a change or a probe: the worst in full, the others by a line each."""
    worst, *others = alert.items
    yield _headline(worst)
    yield from _who(alert)
    yield from _about(worst, alert.cause.changes, docs_url)
    if others:
        yield ""
        yield "Also"
        yield from (f"  {_headline(item)}" for item in others)
    yield from _rest(alert)


def _digest(alert: Alert, docs_url: str) -> Iterator[str]:
    yield f"{_summary(alert)}{_where(alert)}"
    yield from _coverage(alert)
    is_of_one = bool(alert.account and alert.region)
    for item in alert.items:
        yield ""
        yield _headline(item)
        if not is_of_one:
            yield _line("Where", f"{item.finding.account} {item.finding.region}")
        if item.transition == Transition.CLOSED:
            yield _line("Why", item.closed_because)
        else:
            yield _line("What", item.finding.message)
            yield from _opens(item.finding)
            yield from _fix(item.finding)
        yield _rule(item.finding, docs_url)
    yield from _rest(alert)


def _where(alert: Alert) -> str:
    """Name the account and Region, or count them where what is told is in each."""
    if alert.account and alert.region and alert.counts:
        return f" in {alert.account} {alert.region}"
    if _unread(alert):
        return ""
    account = alert.account or f"{len(alert.accounts)} accounts"
    region = alert.region or f"{len(alert.regions)} Regions"
    return f" in {account}, {region}"


def _missing(alert: Alert) -> str:
    told = alert.coverage
    if told is None or not told.unread_count:
        return ""
    return f"; {told.unread_count} of {told.places} Regions not read"


def _unread(alert: Alert) -> int:
    return alert.coverage.unread_count if alert.coverage else 0


def _coverage(alert: Alert) -> Iterator[str]:
    """Say what a sweep of several places read, and name what it did not."""
    told = alert.coverage
    if told is None or (told.places == 1 and not told.unread_count):
        return
    read = told.places - told.unread_count
    yield _line("Read", f"{read} of {told.places} Regions, over all accounts")
    if told.unread_count:
        named = ", ".join(place.replace("/", " ") for place in told.unread)
        rest = told.unread_count - len(told.unread)
        more = f" and {rest} more" if rest else ""
        yield _line("Missing", f"{named}{more}; their findings stay as they are")


def _rest(alert: Alert) -> Iterator[str]:
    more = sum(_totals(alert).values()) - len(alert.items)
    if more:
        yield ""
        yield f"{more} more, not listed here: {_summary(alert)} in all."
        yield "All of them are in Security Hub (product name Ringfence)."


def _headline(item: AlertItem) -> str:
    finding = item.finding
    known = PROFILES.get(finding.product or "")
    product = known.title if known else plain(finding.product or "")
    who = f"{product} {label(finding)}".strip()
    is_closed = item.transition == Transition.CLOSED
    bad = "CLOSED" if is_closed else finding.severity.value
    return f"{bad}  {who}: {_WORDS[item.transition]}{plain(finding.title)}"


def _who(alert: Alert) -> Iterator[str]:
    changes = alert.cause.changes
    for change in changes[:_CHANGES]:
        yield _line("Who", _actor(change, alert.at))
        yield from (_line("What", what) for what in change.what or (change.event_name,))
    more = len(changes) - _CHANGES + alert.changes_left_out
    if more > 0:
        yield _line("", f"and {more} more changes")
    if alert.cause.not_visible:
        yield _line("Note", "AWS did not show this change yet when Ringfence looked.")


def _actor(change: Change, at: datetime) -> str:
    parts = [change.who]
    if change.source_ip and change.source_ip not in change.who:  # as services are
        parts.append(f"from {clipped(plain(change.source_ip), 60)}")
    agent = "" if change.agent in (change.source_ip, change.who) else change.agent
    means = "console" if change.is_console else clipped(plain(agent), 40)
    if change.used_mfa is not None:
        means = f"{means} with{'' if change.used_mfa else 'out'} MFA".strip()
    if means:
        parts.append(means)
    time = change.at.astimezone(UTC).strftime("%H:%M:%S UTC")
    return f"{', '.join(parts)}, {time} ({_ago(at, change.at)})"


def _ago(at: datetime, then: datetime) -> str:
    seconds = max(0, int((at - then).total_seconds()))
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _about(
    item: AlertItem, changes: tuple[Change, ...], docs_url: str
) -> Iterator[str]:
    finding = item.finding
    if item.transition == Transition.CLOSED:
        yield _line("Why", item.closed_because)
        yield _rule(finding, docs_url)
        return
    yield from _opens(finding)
    yield _line("Why", finding.message)
    undo = [
        command
        for change in changes
        for command in change.undo
        if " authorize-" not in command  # undoes a revocation: it would open more
    ]
    yield from (_line("Undo", command) for command in undo[:_CHANGES])
    if not undo:
        yield from _fix(finding)
    yield _rule(finding, docs_url)
    yield _line("Finding", console(finding))


def _opens(finding: Finding) -> Iterator[str]:
    exposures = finding.evidence.get("exposures", [])
    if not exposures:
        return
    first = exposures[0]
    others = finding.evidence.get("exposure_count", len(exposures)) - 1
    more = f"; {others} more, listed in the finding" if others else ""
    yield _line("Opens", f"{_exposure(first)}{more}")
    yield _line("Path", " → ".join(_hop(hop) for hop in first["path"] if hop["id"]))


def _exposure(row: Mapping[str, Any]) -> str:
    sources = row["sources"]
    more = len(sources) - _SOURCES + row.get("sources_left_out", 0)
    named = ", ".join(sources[:_SOURCES]) + (f" and {more} more" if more > 0 else "")
    return (
        f"{short(row['resource'])} {row['address']} "
        f"{row['protocol']} {_ports(row['ports'])}from {named}{_gate(row)}"
    )


def _gate(row: Mapping[str, Any]) -> str:
    """Name the login before it; evidence from before it was told has none."""
    gate = row.get("authenticated_by")
    return f", behind {gate}" if gate else ""


def _ports(ports: Any) -> str:
    if ports is None:
        return ""
    if isinstance(ports, dict):
        return f"type {ports['type']} code {ports['code']} "
    low, high = ports
    return f"{low} " if low == high else f"{low}-{high} "


def _hop(hop: Mapping[str, Any]) -> str:
    rule = hop.get("rule")
    return f"{short(hop['id'])} {rule}" if rule else short(hop["id"])


def _fix(finding: Finding) -> Iterator[str]:
    for number, line in enumerate(finding.fix.splitlines()):
        yield _line("" if number else "Fix", line)


def _rule(finding: Finding, docs_url: str) -> str:
    page = check_page(finding.check, docs_url)
    return _line("Rule", f"{finding.check}, why it matters: {page}")


def _line(name: str, what: str) -> str:
    return f"{name:<{_COLUMN}} {plain(what)}"


def _totals(alert: Alert) -> dict[str, int]:
    return {kind: sum(labels.values()) for kind, labels in alert.counts.items()}


def _summary(alert: Alert) -> str:
    """Count what happened, as ``12 opened (2 CRITICAL, 10 HIGH), 3 closed``."""
    parts = []
    for kind, total in _totals(alert).items():
        labels = alert.counts[kind]
        bad = [
            f"{labels[name]} {name}" for name in reversed(Severity) if name in labels
        ]
        told = f" ({', '.join(bad)})" if kind != Transition.CLOSED else ""
        parts.append(f"{total} {kind}{told}")
    return ", ".join(parts) or "nothing new"
