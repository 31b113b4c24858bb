"""From an estate to rows in the table: evaluate, decide, write."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from ringfence.changes import Cause
from ringfence.checks import Check, all_checks
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Report
from ringfence.inventory.associations import GroupAssociation
from ringfence.inventory.places import Departure
from ringfence.store import FindingsTable, Standing
from ringfence.transitions import Row, abandon, decide
from ringfence.watermarks import REGION, watermarks_of

Clock = Callable[[], datetime]


def keep(
    estate: Estate,
    cause: Cause,
    *,
    table: FindingsTable,
    now: Clock,
    known: Standing | None = None,
    checks: Iterable[Check] | None = None,
) -> tuple[Report, Mapping[str, Row]]:
    """
    Judge *estate* and write what that changes, with the alerts that follow.

    *known* is what stands in the estate's place, where the caller has read it,
    *checks* those that are asked; all, unless given.
    Give the verdicts, and the rows of the place as they are then.
    """
    report = evaluate(estate, checks)
    seen = estate.inventory
    is_told = seen.vpcs is None and "group_associations" in seen.read
    lent = frozenset(seen.group_associations) if is_told else None
    rows = keep_report(report, cause, table=table, now=now, known=known, lent=lent)
    return report, rows


def keep_report(
    report: Report,
    cause: Cause,
    *,
    table: FindingsTable,
    now: Clock,
    known: Standing | None = None,
    lent: frozenset[GroupAssociation] | None = None,
) -> Mapping[str, Row]:
    """As `keep`, of what was judged already; *lent* is what its watermark tells."""
    place = place_of(report.account, report.region)
    decided = partial(
        _decided, report=report, cause=cause, now=now, codes=_known_checks()
    )
    marks = watermarks_of(report, lent)
    if any(mark.scope == REGION for mark in marks):
        table.announce(place, marks)
        known = None  # what was read before is not all that was written before
    standing = known or table.standing(place)
    return table.write(place, standing, decided, cause=cause, marks=marks)


def close_departed(
    departure: Departure, cause: Cause, *, table: FindingsTable, now: Clock
) -> None:
    """
    Close what is known of an account and Region that is watched no longer.

    That Security Hub there may be out of reach by now is the publisher's matter.
    """
    place = place_of(departure.account, departure.region)
    table.write(
        place,
        table.standing(place),
        lambda rows: abandon(rows, cause=cause, now=now()),
        cause=cause,
    )
    table.hand_in(place)


def place_of(account: str, region: str) -> str:
    """The table's partition: one account and Region."""
    return f"{account}/{region}"


def _decided(
    rows: Mapping[str, Row],
    *,
    report: Report,
    cause: Cause,
    now: Clock,
    codes: frozenset[str],
) -> tuple[Row, ...]:
    return decide(report, rows, cause=cause, now=now(), known_checks=codes)


def _known_checks() -> frozenset[str]:
    return frozenset(check.code for check in all_checks())
