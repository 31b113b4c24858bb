"""Endpoints: asking for looks at them, keeping what was seen, forgetting."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ringfence.changes import Cause, Change
from ringfence.checks import all_checks
from ringfence.discovery import MOST_ENDPOINTS, NEEDS
from ringfence.estate import Estate
from ringfence.finding import Report
from ringfence.inspect.verdicts import Clock, keep, place_of
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Endpoint, looked
from ringfence.inventory.records import TlsObservation
from ringfence.messages import ProbeRequest
from ringfence.observations import ObservationsTable
from ringfence.policy import Policy
from ringfence.probe import NO_CONNECTION, REFUSED, EndpointError, Observations
from ringfence.probe.host import read_host, written
from ringfence.queues import LONGEST_WAIT_S
from ringfence.store import FindingsTable
from ringfence.transitions import Row

_PARTS = frozenset({"tls_observations", "http_observations"})
_OF_LOOKS = frozenset({"asked", "last_looks"})  # read whatever is seen

# Looks are spread over the shortest sweep period, and SQS delays nothing longer.
SPREAD_S = LONGEST_WAIT_S

Observe = Callable[[str, int], Observations]


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


def wait_s(request: ProbeRequest) -> int:
    """How long a sweep's *request* waits: always as long, others another time."""
    text = f"{request.host}:{request.port}"
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % (SPREAD_S + 1)


def look(
    request: ProbeRequest,
    policy: Policy,
    cause: Cause,
    *,
    observe: Observe,
    table: FindingsTable,
    observations: ObservationsTable,
    now: Clock,
) -> Report:
    """Observe one endpoint, judge what was seen, and keep both."""
    taken_at = now()
    place = place_of(request.account, request.region)
    endpoint = replace(request.endpoint, host=_host(request.host))
    seen = _seen(request, observe)
    last = observations.look(place, endpoint.name)
    latest = looked(last, endpoint, tls=seen.tls, http=seen.http, at=taken_at)
    observation = seen.tls or seen.http
    has_failed = observation is None or bool(observation.error)
    # An endpoint that answered in one protocol does not speak the other;
    # of one that did not answer nothing is known about the other.
    parts = _parts(seen) if has_failed else _PARTS
    is_silent = latest.error.startswith((NO_CONNECTION, REFUSED))
    if is_silent and not endpoint.is_promised:
        parts = frozenset()  # a port that is open, and nothing that has to listen
    inventory = Inventory(
        account=request.account,
        region=request.region,
        taken_at=taken_at,
        read=parts | _OF_LOOKS,
        only=frozenset({observation.endpoint} if observation else ()),
        tls_observations=(seen.tls,) if seen.tls else (),
        http_observations=(seen.http,) if seen.http else (),
        last_looks=(latest,),
        asked=(endpoint,),
    )
    report = keep(Estate(inventory, policy), cause, table=table, now=now)
    observations.keep(place, latest)
    return report


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
    gone = {
        row.finding.resource
        for row in rows.values()
        if row.is_open and codes & {row.finding.check, row.finding.about}
    } - named
    if gone:
        nothing_there = Inventory(
            account=inventory.account,
            region=inventory.region,
            taken_at=inventory.taken_at,
            read=_PARTS | _OF_LOOKS,
            only=frozenset(gone),
        )
        nothing = Estate(nothing_there, estate.policy)
        keep(nothing, cause, table=table, now=now, rows=rows)
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


def _seen(request: ProbeRequest, observe: Observe) -> Observations:
    try:
        return observe(request.host, request.port)
    except EndpointError as error:
        name = name_of(request)
        return Observations(tls=TlsObservation(endpoint=name, error=str(error)))


def _parts(seen: Observations) -> frozenset[str]:
    named = (("tls_observations", seen.tls), ("http_observations", seen.http))
    return frozenset(part for part, observation in named if observation)


def _host(host: str) -> str:
    """The host as observations name it."""
    try:
        return str(read_host(host))
    except EndpointError:
        return host
