"""Changes: the VPCs that they touched re-read, judged and kept."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ringfence.changes import Cause, Change
from ringfence.estate import Estate
from ringfence.inspect.endpoints import (
    requests_after,
)
from ringfence.inspect.entering import let_in, tell
from ringfence.inspect.hints import PATIENCE, Hint
from ringfence.inspect.hub import Hub, policy_of
from ringfence.inspect.tied import read_tied
from ringfence.inspect.verdicts import keep, place_of
from ringfence.inventory import Inventory
from ringfence.messages import ProbeRequest
from ringfence.policy import Policy
from ringfence.store import Standing

logger = logging.getLogger(__name__)

# All of Route 53's servers answer with a changed record within about a minute.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-editing.html
RECORD_SETTLES_S = 60
_ROUTE_53 = "route53.amazonaws.com"


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


@dataclass(slots=True)
class _Scope:
    """An inventory that was read because of *hints*."""

    inventory: Inventory
    hints: tuple[Hint, ...]

    def takes(self, hints: Iterable[Hint], vpcs: frozenset[str] | None) -> bool:
        """Take *hints* along where *vpcs* were read already, and say whether."""
        if vpcs is None or not vpcs <= (self.inventory.vpcs or frozenset()):
            return False
        by_event = {hint.change.event_id: hint for hint in (*self.hints, *hints)}
        self.hints = tuple(by_event.values())
        return True


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


@dataclass
class _Progress:
    """How far some changes have come; as in `Judged`, while it grows."""

    until: datetime
    has_begun: bool = False
    late: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    crashed: _Crashed = field(default_factory=_Crashed)
    probes: list[ProbeRequest] = field(default_factory=list)
    wait_s: int = 0


def changes(hints: Iterable[Hint], hub: Hub, until: datetime) -> Judged:
    """
    Re-read and judge what *hints* touched, each VPC once.

    What AWS does not show yet is late, unless it has been tried often enough.
    What crashes keeps no other VPC's changes back; where all do, it is raised.
    After *until* no further VPC is begun; one always is.
    """
    by_place = _by_place(hints)
    if not by_place:
        return Judged()
    policy, trouble = hub.policies.newest()
    done = _Progress(until)
    for (account, region), found in by_place.items():
        entry = let_in(account, hub)
        if entry.refusal:  # the sweep sees what changed, once there is a way in
            tell([entry], policy, _cause([hint.change for hint in found]), hub)
            continue
        with done.crashed.apart(found):
            known = hub.table.standing(place_of(account, region))
            scopes = _read_scopes(
                found, account, region, known=known, done=done, hub=hub
            )
            here = policy_of(policy, account, region, hub)
            _judge_scopes(scopes, here, trouble, known=known, done=done, hub=hub)
    done.crashed.must_leave_some(
        frozenset(hint.change.event_id for found in by_place.values() for hint in found)
    )
    return Judged(
        late=frozenset(done.late),
        crashed=frozenset(done.crashed.ids),
        left=frozenset(done.left),
        probes=tuple(dict.fromkeys(done.probes)),
        wait_s=done.wait_s,
    )


def _by_place(hints: Iterable[Hint]) -> dict[tuple[str, str], tuple[Hint, ...]]:
    """Part *hints* by account and Region; of an event's several the oldest stays."""
    places: defaultdict[tuple[str, str], dict[str, Hint]] = defaultdict(dict)
    for hint in hints:
        here = places[hint.change.account, hint.change.region]
        twin = here.setdefault(hint.change.event_id, hint)
        if twin.received < hint.received:
            here[hint.change.event_id] = hint
    return {place: tuple(found.values()) for place, found in places.items()}


def _read_scopes(
    hints: Sequence[Hint],
    account: str,
    region: str,
    *,
    known: Standing,
    done: _Progress,
    hub: Hub,
) -> list[_Scope]:
    """
    Read each VPC that *hints* touch, as long as there is time.

    One that was read with another, because they share groups, is judged with it.
    """
    scopes: list[_Scope] = []
    for vpcs, touching in _scopes(hints, account, region, hub):
        if any(scope.takes(touching, vpcs) for scope in scopes):
            continue
        if done.has_begun and hub.now() > done.until:
            done.left |= {hint.change.event_id for hint in touching}
            continue
        done.has_begun = True
        with done.crashed.apart(touching):
            inventory = read_tied(account, region, vpcs, known.marks, hub)
            hub.whereabouts.note(inventory)
            scopes.append(_Scope(inventory, touching))
    return scopes


def _judge_scopes(
    scopes: Sequence[_Scope],
    policy: Policy,
    trouble: str | None,
    *,
    known: Standing,
    done: _Progress,
    hub: Hub,
) -> None:
    unseen = _not_visible(scopes)
    for scope in scopes:
        with done.crashed.apart(scope.hints):
            estate = Estate(scope.inventory, policy, trouble, hub.probes_inside)
            waiting, due = _judge(scope, unseen, estate, known, hub)
            done.late |= waiting
            done.probes += requests_after(estate, due)
            if any(change.event_source == _ROUTE_53 for change in due):
                done.wait_s = RECORD_SETTLES_S


def _scopes(
    hints: Sequence[Hint], account: str, region: str, hub: Hub
) -> list[tuple[frozenset[str] | None, tuple[Hint, ...]]]:
    """Part *hints* by the VPC that they touch; one that tells none takes them all."""
    named = {hint.change.ids for hint in hints}
    if None in named:
        return [(None, tuple(hints))]
    told = frozenset(identity for ids in named for identity in ids or ())
    session = hub.session_of(account)
    vpcs_of = partial(hub.whereabouts.vpcs_of, session, account, region)
    all_vpcs = vpcs_of(told)
    if not all_vpcs:
        return [(None, tuple(hints))]
    if len(all_vpcs) == 1:
        return [(all_vpcs, tuple(hints))]
    touching: defaultdict[str, list[Hint]] = defaultdict(list)
    where = {ids: vpcs_of(ids) for ids in named if ids}
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
    scope: _Scope,
    unseen: frozenset[str],
    estate: Estate,
    known: Standing,
    hub: Hub,
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
        keep(estate, cause, table=hub.table, now=hub.now, known=known)
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
