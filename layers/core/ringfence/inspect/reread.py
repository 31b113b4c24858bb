"""Re-read, judge and keep: a whole Region for a sweep, some VPCs for changes."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from ringfence.changes import Cause
from ringfence.collect import collect
from ringfence.collect.locate import vpcs_of
from ringfence.estate import Estate
from ringfence.finding import Report
from ringfence.inspect.endpoints import forget, probes_for
from ringfence.inspect.hints import Hint
from ringfence.inspect.policies import newest
from ringfence.inspect.verdicts import Clock, keep, place_of
from ringfence.inventory import Inventory
from ringfence.inventory.read import read
from ringfence.inventory.worldwide import of_region
from ringfence.messages import ProbeRequest, SweepRequest
from ringfence.store import FindingsTable

# A change that AWS does not show is judged without it at this receipt at the latest.
PATIENCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """
    Where Ringfence runs and what it works with.

    *account* and *region* are its own, *parameter* is the policy's name in the
    Parameter Store, *ssm* a client of it.
    """

    account: str
    region: str
    session: boto3.Session
    ssm: Any
    parameter: str
    table: FindingsTable
    now: Clock


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep of one Region gave, and the probes that are to follow."""

    report: Report
    probes: tuple[ProbeRequest, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """An inventory that was read because of *hints*."""

    inventory: Inventory
    hints: tuple[Hint, ...]


def sweep(request: SweepRequest, hub: Hub) -> Swept:
    """Re-read and judge one account and Region."""
    policy, trouble = newest(hub.ssm, hub.parameter, hub.table)
    cause = Cause(kind="sweep", id=request.sweep)
    inventory = _read(request.account, request.region, None, hub)
    place = place_of(request.account, request.region)
    rows = hub.table.rows(place)
    estate = Estate(inventory, policy, trouble)
    report = keep(estate, cause, table=hub.table, now=hub.now, rows=rows)
    probes: tuple[ProbeRequest, ...] = ()
    if (request.account, request.region) == (hub.account, hub.region):
        forget(policy, rows, cause, place=inventory, table=hub.table, now=hub.now)
        probes = probes_for(policy, account=hub.account, region=hub.region)
    hub.table.finish_sweep(place, cause, at=hub.now())
    return Swept(report, probes)


def changes(hints: Iterable[Hint], hub: Hub) -> frozenset[str]:
    """
    Re-read and judge what *hints* touched, each VPC once.

    Give the ids of the events that AWS does not show yet; they were not judged
    and are to be tried again, unless they have been often enough.
    """
    by_place: defaultdict[tuple[str, str], dict[str, Hint]] = defaultdict(dict)
    for hint in hints:
        here = by_place[hint.change.account, hint.change.region]
        twin = here.setdefault(hint.change.event_id, hint)
        if twin.received < hint.received:
            here[hint.change.event_id] = hint
    if not by_place:
        return frozenset()
    policy, trouble = newest(hub.ssm, hub.parameter, hub.table)
    late: set[str] = set()
    for (account, region), found in by_place.items():
        scopes = [
            _Scope(_read(account, region, vpcs, hub), touching)
            for vpcs, touching in _scopes(tuple(found.values()), region, hub)
        ]
        unseen = _not_visible(scopes)
        for scope in scopes:
            late |= _judge(scope, unseen, Estate(scope.inventory, policy, trouble), hub)
    return frozenset(late)


def _read(
    account: str, region: str, vpcs: frozenset[str] | None, hub: Hub
) -> Inventory:
    is_home = (account, region) == (hub.account, hub.region)
    snapshot = collect(
        hub.session,
        account=account,
        region=region,
        now=hub.now,
        vpcs=vpcs,
        is_home=is_home,
    )
    return read(snapshot) if is_home else of_region(read(snapshot))


def _scopes(
    hints: Sequence[Hint], region: str, hub: Hub
) -> list[tuple[frozenset[str] | None, tuple[Hint, ...]]]:
    """Part *hints* by the VPC that they touch; one that tells none takes them all."""
    named = {hint.change.ids for hint in hints}
    if None in named:
        return [(None, tuple(hints))]
    told = frozenset(identity for ids in named for identity in ids or ())
    all_vpcs = vpcs_of(hub.session, region, told)
    if not all_vpcs:
        return [(None, tuple(hints))]
    if len(all_vpcs) == 1:
        return [(all_vpcs, tuple(hints))]
    touching: defaultdict[str, list[Hint]] = defaultdict(list)
    where = {ids: vpcs_of(hub.session, region, ids) for ids in named if ids}
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


def _judge(scope: _Scope, unseen: frozenset[str], estate: Estate, hub: Hub) -> set[str]:
    """Judge *scope* for the hints whose time has come; give the others' event ids."""
    late = {
        hint.change.event_id
        for hint in scope.hints
        if hint.change.event_id in unseen and hint.received < PATIENCE
    }
    due = [hint.change for hint in scope.hints if hint.change.event_id not in late]
    if due:
        ids = sorted(change.event_id for change in due)
        digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]
        cause = Cause(
            kind="change",
            id=f"change-{digest}",
            changes=tuple(sorted(due, key=lambda change: (change.at, change.event_id))),
            not_visible=any(change.event_id in unseen for change in due),
        )
        keep(estate, cause, table=hub.table, now=hub.now)
    return late
