"""Endpoints: asking for looks at them, keeping what was seen, forgetting."""

import hashlib
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ringfence.acceptances import with_accepted
from ringfence.changes import Cause, Change
from ringfence.checks import all_checks
from ringfence.discovery import MOST_ENDPOINTS, NEEDS
from ringfence.estate import Estate
from ringfence.inspect.verdicts import Clock, keep, place_of
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.looks import Endpoint, Look, looked
from ringfence.messages import ProbeRequest, SweepRequest
from ringfence.observations import ObservationsTable
from ringfence.policy import Policy
from ringfence.probe import (
    NO_CONNECTION,
    REFUSED,
    EndpointError,
    Observations,
    at_once,
)
from ringfence.probe.host import read_host, written
from ringfence.queues import LONGEST_WAIT_S
from ringfence.releases import Catalogue
from ringfence.store import FindingsTable, Standing
from ringfence.subjects.hosts import hosts
from ringfence.transitions import Row

# What is stated elsewhere needs no look; a version check is asked about both.
_HTTP = frozenset({"http_observations", "stated_versions"})
_PARTS = _HTTP | {"tls_observations"}
_OF_LOOKS = frozenset({"asked", "last_looks", "stated_versions"})  # whatever is seen

# Looks are spread over the shortest sweep period, and SQS delays nothing longer.
SPREAD_S = LONGEST_WAIT_S


class Observe(Protocol):
    """`probe.observe`, told already where it may go."""

    def __call__(self, host: str, port: int, *, with_http: bool) -> Observations:
        """Look once."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one look showed, and what is remembered of it."""

    request: ProbeRequest
    endpoint: Endpoint
    shown: Observations
    look: Look
    with_http: bool

    @property
    def parts(self) -> frozenset[str]:
        """
        Name what is known of the endpoint; a half that failed has its error to tell.

        An endpoint that answered in plain HTTP does not speak TLS. One that shook
        hands and then spoke no HTTP, or did not answer, says nothing of the other.
        Of a port that is open, where nothing has to listen, silence is nothing.
        """
        is_silent = self.look.error.startswith((NO_CONNECTION, REFUSED))
        if is_silent and not self.endpoint.is_promised:
            return frozenset()
        tls, http = self.shown
        if http and not http.is_tls and not http.error:
            return _PARTS
        named = (("tls_observations", tls), ("http_observations", http))
        return frozenset(part for part, observation in named if observation)


def requests_for(estate: Estate) -> tuple[ProbeRequest, ...]:
    """One request per endpoint of *estate*, as many as are looked at (RF-010)."""
    return _requests(estate, estate.endpoints[:MOST_ENDPOINTS])


def requests_after(
    estate: Estate, changes: Iterable[Change]
) -> tuple[ProbeRequest, ...]:
    """One request per endpoint of *estate* whose visitors *changes* may concern."""
    met: set[str] = set()
    for change in changes:
        if change.met is None:
            return requests_for(estate)
        met |= change.met
    if not met:
        return ()
    for listener in estate.inventory.listeners:
        if not met.isdisjoint(arn.lower() for arn in listener.certificates):
            met.add(listener.id.lower())
    return _requests(
        estate,
        [
            endpoint
            for endpoint in estate.endpoints[:MOST_ENDPOINTS]
            if not met.isdisjoint(_known_as(endpoint))
        ],
    )


def name_of(asked: Endpoint | ProbeRequest) -> str:
    """The endpoint as observations and what is remembered of them name it."""
    return written(_host(asked.host), asked.port)


def to_look_at(
    request: SweepRequest, probes: Iterable[ProbeRequest]
) -> tuple[ProbeRequest, ...]:
    """Those of *probes*, which a sweep led to, that its *request* wants to follow."""
    if request.looks is None:
        return tuple(probes)
    return tuple(
        probe
        for probe in probes
        if not {name_of(probe), probe.host}.isdisjoint(request.looks)
    )


def wait_s(request: ProbeRequest) -> int:
    """How long a sweep's *request* waits: always as long, others another time."""
    text = f"{request.host}:{request.port}"
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % (SPREAD_S + 1)


def look(
    requests: Iterable[ProbeRequest],
    policy: Policy,
    cause: Cause,
    *,
    observe: Observe,
    table: FindingsTable,
    observations: ObservationsTable,
    now: Clock,
    releases: Catalogue | None = None,
) -> dict[ProbeRequest, Observations]:
    """
    Observe endpoints all at once, and judge and keep what was seen.

    They are judged together: the table is read once, not once for each of them;
    versions by *releases*, None for what is shipped.
    """
    taken_at = now()
    goals = _goals(requests, policy)
    shown = at_once(lambda goal: _shown(goal, observe, with_http=goals[goal]), goals)
    seen = [
        _remembered(request, one, observations, taken_at, with_http=goals[request])
        for request, one in zip(goals, shown, strict=True)
    ]
    for place in _inventories(seen, taken_at):
        estate = Estate(place, _in_force(policy, place, table), releases=releases)
        keep(estate, cause, table=table, now=now)
    for place in _inventories([one for one in seen if not one.with_http], taken_at):
        gone = replace(place, read=_HTTP, tls_observations=(), http_observations=())
        estate = Estate(gone, _in_force(policy, place, table))
        keep(estate, cause, table=table, now=now)
    for one in seen:
        place_name = place_of(one.request.account, one.request.region)
        observations.keep(place_name, one.look)
    return {one.request: one.shown for one in seen}


def _in_force(policy: Policy, there: Inventory, table: FindingsTable) -> Policy:
    """The policy and what people accepted in the place of *there*."""
    place = place_of(there.account, there.region)
    return with_accepted(policy, table.acceptances.of(place))


def _goals(
    requests: Iterable[ProbeRequest], policy: Policy
) -> dict[ProbeRequest, bool]:
    """
    Give what is to be looked at, once however often and in whatever spelling.

    The value says whether HTTP may be spoken there.
    """
    by_name = {
        written(_host(item.host), item.port): item
        for item in sorted(policy.endpoints, key=lambda item: item.is_left_alone)
    }
    goals: dict[tuple[str, str, str], tuple[ProbeRequest, bool]] = {}
    for request in requests:
        name = name_of(request)
        chosen = by_name.get(name)
        if chosen is None or not chosen.is_left_alone:
            with_http = chosen is None or chosen.http
            goals[request.account, request.region, name] = request, with_http
    return dict(goals.values())


def _shown(request: ProbeRequest, observe: Observe, *, with_http: bool) -> Observations:
    try:
        return observe(request.host, request.port, with_http=with_http)
    except EndpointError as error:
        trouble = str(error)
    except Exception as error:  # noqa: BLE001 - one peer is no reason to lose the batch
        place = traceback.extract_tb(error.__traceback__)[-1]
        trouble = f"Looking crashed: {type(error).__name__} at {place.name}."
    return Observations(tls=TlsObservation(endpoint=name_of(request), error=trouble))


def _remembered(
    request: ProbeRequest,
    shown: Observations,
    observations: ObservationsTable,
    taken_at: datetime,
    *,
    with_http: bool,
) -> _Seen:
    """Put *shown* to what was remembered of the last look there."""
    endpoint = replace(request.endpoint, host=_host(request.host))
    last = observations.look(place_of(request.account, request.region), endpoint.name)
    latest = looked(last, endpoint, tls=shown.tls, http=shown.http, at=taken_at)
    return _Seen(request, endpoint, shown, latest, with_http)


def _inventories(seen: Iterable[_Seen], taken_at: datetime) -> Iterator[Inventory]:
    """Give what was seen, by whose it is and by what of it was read."""
    groups: dict[tuple[str, str, frozenset[str]], list[_Seen]] = {}
    for one in seen:
        key = (one.request.account, one.request.region, one.parts)
        groups.setdefault(key, []).append(one)
    for (account, region, parts), ones in groups.items():
        yield Inventory(
            account=account,
            region=region,
            taken_at=taken_at,
            read=parts | _OF_LOOKS,
            only=frozenset(one.endpoint.name for one in ones),
            tls_observations=tuple(one.shown.tls for one in ones if one.shown.tls),
            http_observations=tuple(one.shown.http for one in ones if one.shown.http),
            last_looks=tuple(one.look for one in ones),
            asked=tuple(one.endpoint for one in ones),
        )


def forget(
    estate: Estate,
    rows: Mapping[str, Row],
    cause: Cause,
    *,
    table: FindingsTable,
    observations: ObservationsTable,
    now: Clock,
) -> None:
    """
    Close what is open about endpoints that are not in *estate* any more.

    Nobody probes them any more, so nothing else would. An estate that was not
    wholly read may have them still.
    """
    inventory = estate.inventory
    if not inventory.read >= NEEDS or "name_records" in inventory.gaps:
        return
    codes = {check.code for check in all_checks() if check.needs & (_PARTS | {"asked"})}
    named = {name_of(item) for item in estate.endpoints}
    standing = named | {host.resource for host in hosts(inventory)}
    gone = {
        row.finding.resource
        for row in rows.values()
        if row.is_open and codes & {row.finding.check, row.finding.about}
    } - standing
    if gone:
        nothing_there = Inventory(
            account=inventory.account,
            region=inventory.region,
            taken_at=inventory.taken_at,
            read=_PARTS | _OF_LOOKS,
            only=frozenset(gone),
        )
        nothing = Estate(nothing_there, estate.policy)
        keep(nothing, cause, table=table, now=now, known=Standing(rows))
    observations.forget(
        place_of(inventory.account, inventory.region),
        {item.endpoint for item in inventory.last_looks} - named,
    )


def _requests(
    estate: Estate, endpoints: Iterable[Endpoint]
) -> tuple[ProbeRequest, ...]:
    account, region = estate.inventory.account, estate.inventory.region
    return tuple(
        ProbeRequest.of(endpoint, account=account, region=region)
        for endpoint in endpoints
    )


def _known_as(endpoint: Endpoint) -> set[str]:
    """All by which a change's record may name *endpoint*."""
    found = (item.removeprefix("record ") for item in endpoint.found_by)
    return {item.lower() for item in (endpoint.host, endpoint.resource, *found)}


def _host(host: str) -> str:
    """The host as observations name it."""
    try:
        return str(read_host(host))
    except EndpointError:
        return host
