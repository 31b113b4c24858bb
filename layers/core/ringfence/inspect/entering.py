"""Into an account and Region, and what is to be said where there is no way in."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ringfence.changes import Cause
from ringfence.checks import Check, all_checks
from ringfence.clients import CONNECTIONS
from ringfence.collect.entry import hub_code_of, refusal_of
from ringfence.estate import Estate
from ringfence.inspect.verdicts import keep, place_of
from ringfence.inventory import Inventory
from ringfence.inventory.entries import Entry, Refusal
from ringfence.members import RefusedError
from ringfence.messages import RosterRequest
from ringfence.policy import Policy
from ringfence.store import Standing

if TYPE_CHECKING:
    from ringfence.inspect.hub import Hub

# RF-005 tells what RF-016 cannot.
_CODES = frozenset({"RF-005", "RF-015", "RF-016"})
_OWN = "RF-"


def entered(
    account: str, region: str, hub: "Hub"
) -> tuple[boto3.Session | None, tuple[Entry, ...]]:
    """
    A session that can read *region* of *account*, and what was met at the door.

    None for the session: it cannot be read. What may pass is raised.
    """
    try:
        session = hub.session_of(account)
    except RefusedError as error:
        return None, (_turned_away(account, error),)
    lets_in = Entry(account=account)
    refusal = refusal_of(session, region)
    if refusal:
        return None, (lets_in, Entry(account=account, region=region, refusal=refusal))
    parked = hub.parked.of(place_of(account, region))
    here = Entry(
        account=account,
        region=region,
        hub_code=hub_code_of(session, region),
        parked=parked.code if parked else "",
    )
    return session, (lets_in, here)


def send_parked(place: str, entries: Iterable[Entry], cause: Cause, hub: "Hub") -> None:
    """Send again all findings of *place*, if some were parked and it is open now."""
    if not any(entry.parked and entry.hub_code == "" for entry in entries):
        return
    parked = hub.parked.of(place)
    if parked:
        hub.table.resend(place, hub.table.rows(place), cause=cause)
        hub.parked.release(place, parked)


def let_in(account: str, hub: "Hub") -> Entry:
    """Whether *account* lets us in at all."""
    try:
        hub.session_of(account)
    except RefusedError as error:
        return _turned_away(account, error)
    return Entry(account=account)


def _turned_away(account: str, error: RefusedError) -> Entry:
    refusal = Refusal(
        step="role", code=error.code, message=error.message, role=error.role
    )
    return Entry(account=account, refusal=refusal)


def tell(
    entries: Iterable[Entry],
    policy: Policy,
    cause: Cause,
    hub: "Hub",
    *,
    seen_at: datetime | None = None,
) -> None:
    """
    Keep what *entries* say, in Ringfence's own place; nothing else is judged there.

    What was told of them before and is no more closes. *seen_at* is when looking
    began; None: just now.
    """
    told = tuple(entries)
    place = place_of(hub.account, hub.region)
    inventory = Inventory(
        account=hub.account,
        region=hub.region,
        taken_at=seen_at or hub.now(),
        read=frozenset({"entries"}),
        only=frozenset(entry.place for entry in told),
        entries=told,
    )
    estate = Estate(inventory, policy)
    known = Standing(hub.table.rows(place, _OWN))
    keep(estate, cause, table=hub.table, now=hub.now, known=known, checks=_checks())
    if cause.kind == "sweep":  # our own place may have handed in before
        hub.table.hand_in(place)


def enrol(request: RosterRequest, policy: Policy, cause: Cause, hub: "Hub") -> None:
    """
    Keep what a sweep's roster says: who is left out, and who does not let us in.

    The doors of all accounts are tried here, so that a role that is broken in all
    of them is one alert, and none waits for the end of the sweep. What may pass is
    raised when the others are told.
    What was said of accounts and Regions that are not swept any more closes, but
    only by a roster that is whole.
    """
    begun = hub.now()
    tried = _tried(request.accounts, hub)
    refusal = Refusal(step="list", code=request.trouble) if request.trouble else None
    entries = [
        Entry(refusal=refusal),
        *(
            Entry(account=account, refusal=Refusal(step="state", code=state))
            for account, state in request.inactive
        ),
        *(door for door in tried if isinstance(door, Entry)),
    ]
    if not request.trouble:
        known = {entry.place for entry in entries} | set(request.accounts)
        known |= {
            place_of(account, region)
            for account in request.accounts
            for region in request.regions
        }
        rows = hub.table.rows(place_of(hub.account, hub.region), _OWN)
        gone = {
            row.finding.resource
            for row in rows.values()
            if row.is_open and row.finding.check in _CODES - {"RF-005"}
        }
        entries += [
            Entry(account=account, region=region)
            for account, _, region in (one.partition("/") for one in gone - known)
        ]
    tell(entries, policy, cause, hub, seen_at=begun)
    for door in tried:
        if isinstance(door, Exception):
            raise door


def _tried(accounts: Iterable[str], hub: "Hub") -> list[Entry | Exception]:
    """Try the doors of *accounts* but our own; what may pass is given as it is."""

    def enter(account: str) -> Entry | Exception:
        try:
            hub.members.enter_anew(account)
        except RefusedError as error:
            return _turned_away(account, error)
        except (ClientError, BotoCoreError) as error:
            return error
        return Entry(account=account)

    others = [account for account in accounts if account != hub.account]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(enter, others))


@cache
def _checks() -> tuple[Check, ...]:
    return tuple(check for check in all_checks() if check.code in _CODES)
