"""Sweeps: a whole Region re-read, judged and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from ringfence.changes import Cause
from ringfence.estate import Estate
from ringfence.finding import Report
from ringfence.inspect.endpoints import (
    SPREAD_S,
    forget,
    name_of,
    requests_for,
)
from ringfence.inspect.entering import enrol, entered, send_parked, tell
from ringfence.inspect.heartbeat import patience
from ringfence.inspect.hub import Hub, policy_of, read_place
from ringfence.inspect.releases import in_force
from ringfence.inspect.verdicts import close_departed, keep, place_of
from ringfence.inspect.watching import note_rules
from ringfence.inventory import Inventory
from ringfence.messages import ProbeRequest, RosterRequest, SweepRequest
from ringfence.store import Standing
from ringfence.subjects.held import held_now
from ringfence.subjects.memories import worth_keeping
from ringfence.subjects.stated import can_state, narrowed
from ringfence.transitions import Row


@dataclass(frozen=True, slots=True)
class Swept:
    """
    What a sweep of one Region gave, and the probes that are to follow.

    *report* None: there was no way in, and all findings stay as they were.
    """

    report: Report | None
    probes: tuple[ProbeRequest, ...]


def sweep(request: SweepRequest, hub: Hub, period: timedelta) -> Swept:
    """Re-read and judge one account and Region, as is done every *period*."""
    policy, trouble = hub.policies.newest()
    cause = Cause(kind="asked" if request.is_asked else "sweep", id=request.sweep)
    account, region = request.account, request.region
    place = place_of(account, region)
    session, entries = entered(account, region, hub)
    # Of accounts as such the sweep's roster tells, at once and of all together.
    told = [entry for entry in entries if entry.region or request.is_asked]
    if told:
        tell(told, policy, cause, hub)
    if session is None:
        return Swept(None, ())
    send_parked(place, entries, cause, hub)
    inventory = _remembering(read_place(account, region, None, hub), place, period, hub)
    if hub.is_own(account, region):
        inventory = _beating(inventory, place, period, hub)
        inventory = _knowing_who_left(inventory, cause, hub)
    here = policy_of(policy, account, region, hub)
    estate = Estate(inventory, here, trouble, hub.probes_inside)
    report, rows = keep(estate, cause, table=hub.table, now=hub.now)
    _judge_stated(estate, rows, cause, hub)
    forget(
        estate,
        rows,
        cause,
        table=hub.table,
        observations=hub.observations,
        now=hub.now,
    )
    probes = requests_for(estate)
    known = {item.endpoint for item in inventory.last_looks}
    new = {name_of(probe) for probe in probes} - known
    hub.observations.ask(place, sorted(new), at=inventory.taken_at)
    ours = held_now(estate)
    hub.observations.note_held(place, inventory.held, ours, inventory.taken_at)
    if hub.is_own(account, region):
        now = inventory.taken_at  # made when this sweep was started, or later
        made_at = min(request.scheduled_at or now, now)
        hub.observations.await_heartbeat(place, made_at=made_at, since=now)
    note_rules(inventory, hub)
    hub.observations.remember(place, worth_keeping(inventory))
    if not request.is_asked:  # what was asked for is told at once
        hub.table.hand_in(place)
        hub.book.note_read(place, request.sweep, read_at=inventory.taken_at)
    return Swept(report, probes)


def _judge_stated(
    estate: Estate, rows: Mapping[str, Row], cause: Cause, hub: Hub
) -> None:
    """
    Judge versions that tags, the policy and stacks state where no look told one.

    Apart, because the same checks judge endpoints, of which a sweep says nothing.
    """
    if not can_state(estate):
        return
    inventory = narrowed(estate)
    covered = inventory.only or frozenset()
    is_open = any(
        row.is_open and row.finding.resource in covered and _is_of_versions(row)
        for row in rows.values()
    )
    if inventory.stated_versions or is_open:
        releases = in_force(hub.table)
        stated = Estate(inventory, estate.policy, releases=releases)
        keep(stated, cause, table=hub.table, now=hub.now, known=Standing(rows))


def _is_of_versions(row: Row) -> bool:
    return row.finding.check.startswith("VER-")


def enrol_all(request: RosterRequest, hub: Hub) -> None:
    """Keep what the roster of a sweep says of accounts as such."""
    policy, _ = hub.policies.newest()
    enrol(request, policy, Cause(kind="roster", id=request.sweep), hub)


def _remembering(
    inventory: Inventory, place: str, period: timedelta, hub: Hub
) -> Inventory:
    """*inventory* with what is remembered of it."""
    late = 2 * period + timedelta(seconds=SPREAD_S)
    return replace(
        inventory,
        read=inventory.read | {"last_looks", "held"},
        last_looks=hub.observations.looks(place),
        held=hub.observations.held(place),
        memories=hub.observations.memories(place),
        overdue_before=inventory.taken_at - late,
    )


def _beating(
    inventory: Inventory, place: str, period: timedelta, hub: Hub
) -> Inventory:
    """*inventory* with what is known of the heartbeat, from the second one on."""
    beat = hub.observations.heartbeat(place)
    beats = (replace(beat, patience=patience(period)),) if beat else ()
    return replace(inventory, read=inventory.read | {"heartbeats"}, heartbeats=beats)


def _knowing_who_left(inventory: Inventory, cause: Cause, hub: Hub) -> Inventory:
    """*inventory* with who left of late; the findings of others who did are closed."""
    left = hub.book.departures()
    due = [item for item in left if item.closes_at < inventory.taken_at]
    for departure in due:
        close_departed(departure, cause, table=hub.table, now=hub.now)
        hub.book.forget(departure)
    return replace(
        inventory,
        read=inventory.read | {"departures"},
        departures=tuple(item for item in left if item not in due),
    )
