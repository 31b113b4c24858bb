"""Re-read, judge and keep: a whole Region for a sweep, some VPCs for changes."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import boto3

from ringfence.acceptances import with_accepted
from ringfence.changes import Cause, Change
from ringfence.clients import client_of
from ringfence.collect import collect
from ringfence.collect.locate import vpcs_of
from ringfence.estate import Estate
from ringfence.finding import Report
from ringfence.inspect.endpoints import (
    SPREAD_S,
    forget,
    name_of,
    requests_after,
    requests_for,
)
from ringfence.inspect.entering import enrol, entered, let_in, send_parked, tell
from ringfence.inspect.heartbeat import patience
from ringfence.inspect.hints import PATIENCE, Hint
from ringfence.inspect.policies import newest
from ringfence.inspect.releases import in_force
from ringfence.inspect.rules import NO_RULES, OwnRules
from ringfence.inspect.verdicts import Clock, close_departed, keep, place_of
from ringfence.inventory import Inventory
from ringfence.inventory.read import read
from ringfence.inventory.worldwide import of_region
from ringfence.members import Members
from ringfence.messages import ProbeRequest, RosterRequest, SweepRequest
from ringfence.observations import ObservationsTable
from ringfence.parked import ParkedPlaces
from ringfence.policy import Policy
from ringfence.store import FindingsTable
from ringfence.subjects.held import held_now
from ringfence.subjects.memories import worth_keeping
from ringfence.subjects.stated import can_state, narrowed
from ringfence.sweeps import SweepBook
from ringfence.transitions import Row

logger = logging.getLogger(__name__)

# All of Route 53's servers answer with a changed record within about a minute.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-editing.html
RECORD_SETTLES_S = 60
_ROUTE_53 = "route53.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """
    Where Ringfence runs and what it works with.

    *account* and *region* are its own, *parameter* is the policy's name in the
    Parameter Store, *ssm* a client of it, *rules* its own event rules. *members*
    leads into other accounts.
    With *probes_inside*, probes are made from inside a VPC; with *user_data*, sweeps
    read that of the products' instances.
    """

    account: str
    region: str
    session: boto3.Session
    ssm: Any
    parameter: str
    table: FindingsTable
    observations: ObservationsTable
    book: SweepBook
    parked: ParkedPlaces
    now: Clock
    members: Members
    rules: OwnRules = NO_RULES
    probes_inside: bool = False
    user_data: bool = False

    def is_own(self, account: str, region: str) -> bool:
        """Whether Ringfence runs there."""
        return (account, region) == (self.account, self.region)

    def is_home(self, region: str) -> bool:
        """Whether what is global is read there, once for each account."""
        return region == self.region

    def session_of(self, account: str) -> boto3.Session:
        """Our own session or the member's, or raise `members.RefusedError`."""
        if account == self.account:
            return self.session
        return self.members.session(account)


@dataclass(frozen=True, slots=True)
class Swept:
    """
    What a sweep of one Region gave, and the probes that are to follow.

    *report* None: there was no way in, and all findings stay as they were.
    """

    report: Report | None
    probes: tuple[ProbeRequest, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """
    What changes led to: the probes that are to follow, and what is late.

    The probes are to wait *wait_s*, so that visitors see the changes too.
    *late* are the ids of the events that AWS does not show yet, *crashed* of
    those whose judging failed, *left* of those for whose VPC there was no time:
    all are to be tried again.
    """

    late: frozenset[str] = frozenset()
    crashed: frozenset[str] = frozenset()
    probes: tuple[ProbeRequest, ...] = ()
    wait_s: int = 0
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Scope:
    """An inventory that was read because of *hints*."""

    inventory: Inventory
    hints: tuple[Hint, ...]


class _Crashed:
    """Whose judging crashed, by the ids of the events."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._first: Exception | None = None

    @contextmanager
    def apart(self, hints: Iterable[Hint]) -> Iterator[None]:
        """Let what crashes because of *hints* concern them alone."""
        try:
            yield
        except Exception as error:  # one VPC is no reason to lose the others
            logger.exception("changes could not be judged")
            self._first = self._first or error
            self.ids |= {hint.change.event_id for hint in hints}

    def must_leave_some(self, ids: frozenset[str]) -> None:
        """Raise the first error where it is nothing special to some of *ids*."""
        if self._first and ids <= self.ids:
            raise self._first


def sweep(request: SweepRequest, hub: Hub, period: timedelta) -> Swept:
    """Re-read and judge one account and Region, as is done every *period*."""
    policy, trouble = newest(hub.ssm, hub.parameter, hub.table)
    cause = Cause(kind="asked" if request.is_asked else "sweep", id=request.sweep)
    account, region = request.account, request.region
    place = place_of(account, region)
    session, entries = entered(account, region, hub)
    tell(entries, policy, cause, hub)
    if session is None:
        return Swept(None, ())
    send_parked(place, entries, cause, hub)
    inventory = _remembering(_read(account, region, None, hub), place, period, hub)
    if hub.is_own(account, region):
        inventory = _beating(inventory, place, period, hub)
        inventory = _knowing_who_left(inventory, cause, hub)
    rows = hub.table.rows(place)
    estate = _estate(inventory, policy, trouble, hub)
    report = keep(estate, cause, table=hub.table, now=hub.now, rows=rows)
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
        keep(stated, cause, table=hub.table, now=hub.now, rows=rows)


def _is_of_versions(row: Row) -> bool:
    return row.finding.check.startswith("VER-")


def enrol_all(request: RosterRequest, hub: Hub) -> None:
    """Keep what the roster of a sweep says of accounts as such."""
    policy, _ = newest(hub.ssm, hub.parameter, hub.table)
    enrol(request, policy, Cause(kind="sweep", id=request.sweep), hub)


def changes(hints: Iterable[Hint], hub: Hub, until: datetime) -> Judged:
    """
    Re-read and judge what *hints* touched, each VPC once.

    What AWS does not show yet is late, unless it has been tried often enough.
    What crashes keeps no other VPC's changes back; where all do, it is raised.
    After *until* no further VPC is begun; one always is.
    """
    by_place: defaultdict[tuple[str, str], dict[str, Hint]] = defaultdict(dict)
    for hint in hints:
        here = by_place[hint.change.account, hint.change.region]
        twin = here.setdefault(hint.change.event_id, hint)
        if twin.received < hint.received:
            here[hint.change.event_id] = hint
    if not by_place:
        return Judged()
    policy, trouble = newest(hub.ssm, hub.parameter, hub.table)
    late: set[str] = set()
    left: set[str] = set()
    has_begun = False
    crashed = _Crashed()
    probes: list[ProbeRequest] = []
    wait_s = 0
    for (account, region), found in by_place.items():
        entry = let_in(account, hub)
        if entry.refusal:  # the sweep sees what changed, once there is a way in
            tell([entry], policy, _cause([hint.change for hint in found.values()]), hub)
            continue
        scopes = []
        for vpcs, touching in _scopes(tuple(found.values()), account, region, hub):
            if has_begun and hub.now() > until:
                left |= {hint.change.event_id for hint in touching}
                continue
            has_begun = True
            with crashed.apart(touching):
                scopes.append(_Scope(_read(account, region, vpcs, hub), touching))
        unseen = _not_visible(scopes)
        for scope in scopes:
            with crashed.apart(scope.hints):
                estate = _estate(scope.inventory, policy, trouble, hub)
                waiting, due = _judge(scope, unseen, estate, hub)
                late |= waiting
                probes += requests_after(estate, due)
                if any(change.event_source == _ROUTE_53 for change in due):
                    wait_s = RECORD_SETTLES_S
    crashed.must_leave_some(frozenset().union(*by_place.values()))
    probes = list(dict.fromkeys(probes))
    return Judged(
        late=frozenset(late),
        crashed=frozenset(crashed.ids),
        left=frozenset(left),
        probes=tuple(probes),
        wait_s=wait_s,
    )


def _estate(
    inventory: Inventory, policy: Policy, trouble: str | None, hub: Hub
) -> Estate:
    """
    The estate under the policy and what people accepted in its place.

    The policy's endpoints are only where Ringfence runs.
    """
    place = place_of(inventory.account, inventory.region)
    policy = with_accepted(policy, hub.table.acceptances.of(place))
    if not hub.is_own(inventory.account, inventory.region):
        policy = policy.model_copy(update={"endpoints": ()})
    return Estate(inventory, policy, trouble, hub.probes_inside)


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


def _read(
    account: str, region: str, vpcs: frozenset[str] | None, hub: Hub
) -> Inventory:
    is_home = hub.is_home(region)
    snapshot = collect(
        hub.session_of(account),
        account=account,
        region=region,
        now=hub.now,
        vpcs=vpcs,
        is_home=is_home,
        user_data=hub.user_data and vpcs is None and account == hub.account,
    )
    if not is_home:
        return of_region(read(snapshot))
    inventory = read(snapshot)
    if vpcs is not None or not hub.is_own(account, region):
        return inventory
    events = client_of(hub.session, "events", region)
    return hub.rules.seen_in(inventory, events)


def _scopes(
    hints: Sequence[Hint], account: str, region: str, hub: Hub
) -> list[tuple[frozenset[str] | None, tuple[Hint, ...]]]:
    """Part *hints* by the VPC that they touch; one that tells none takes them all."""
    named = {hint.change.ids for hint in hints}
    if None in named:
        return [(None, tuple(hints))]
    told = frozenset(identity for ids in named for identity in ids or ())
    session = hub.session_of(account)
    all_vpcs = vpcs_of(session, region, told)
    if not all_vpcs:
        return [(None, tuple(hints))]
    if len(all_vpcs) == 1:
        return [(all_vpcs, tuple(hints))]
    touching: defaultdict[str, list[Hint]] = defaultdict(list)
    where = {ids: vpcs_of(session, region, ids) for ids in named if ids}
    for hint in hints:
        vpcs = where.get(hint.change.ids or frozenset())
        if not vpcs:  # gone since
            return [(None, tuple(hints))]
        for vpc in vpcs:
            touching[vpc].append(hint)
    return [(frozenset({vpc}), tuple(some)) for vpc, some in sorted(touching.items())]


def _not_visible(scopes: Iterable[_Scope]) -> frozenset[str]:
    """The ids of the events whose rules AWS does not show as they left them."""
    shown: set[str] = set()
    for scope in scopes:
        if not scope.inventory.read >= {"security_groups", "rule_ids"}:
            return frozenset()  # cannot be told: judged as it is
        for group in scope.inventory.security_groups:
            shown |= {rule.id for rule in group.rules if rule.id}
    changes = [hint.change for scope in scopes for hint in scope.hints]
    removed = {rule for change in changes for rule in change.removes}
    return frozenset(
        change.event_id
        for change in changes
        if (change.adds - removed - shown) or (change.removes & shown)
    )


def _judge(
    scope: _Scope, unseen: frozenset[str], estate: Estate, hub: Hub
) -> tuple[set[str], list[Change]]:
    """
    Judge *scope* for the hints whose time has come.

    Give the others' event ids, and the changes that were judged.
    """
    late = {
        hint.change.event_id
        for hint in scope.hints
        if hint.change.event_id in unseen and hint.received < PATIENCE
    }
    due = [hint.change for hint in scope.hints if hint.change.event_id not in late]
    if due:
        not_visible = any(change.event_id in unseen for change in due)
        cause = _cause(due).model_copy(update={"not_visible": not_visible})
        keep(estate, cause, table=hub.table, now=hub.now)
    return late, due


def _cause(changes: Sequence[Change]) -> Cause:
    """*changes* together, as what led to a verdict."""
    ids = sorted(change.event_id for change in changes)
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]
    return Cause(
        kind="change",
        id=f"change-{digest}",
        changes=tuple(sorted(changes, key=lambda one: (one.at, one.event_id))),
    )
