"""The policy's endpoints: asking for probes, keeping what they saw, forgetting."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ringfence.changes import Cause
from ringfence.checks import all_checks
from ringfence.estate import Estate
from ringfence.inspect.verdicts import Clock, keep
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import TlsObservation
from ringfence.messages import ProbeRequest
from ringfence.policy import Endpoint, Policy
from ringfence.probe import HTTP_PORTS, EndpointError, Observations, at_once
from ringfence.probe.host import read_host, written
from ringfence.store import FindingsTable
from ringfence.transitions import Row

_HTTP = frozenset({"http_observations"})
_PARTS = _HTTP | {"tls_observations"}


class Observe(Protocol):
    """`probe.observe`, told already where it may go."""

    def __call__(self, host: str, port: int, *, with_http: bool) -> Observations:
        """Look once."""


def probes_for(
    policy: Policy, *, account: str, region: str
) -> tuple[ProbeRequest, ...]:
    """One request per endpoint, whose findings belong to *account* and *region*."""
    return tuple(
        ProbeRequest(
            host=endpoint.host, port=endpoint.port, account=account, region=region
        )
        for endpoint in policy.endpoints
        if _is_looked_at(endpoint)
    )


def look(
    requests: Iterable[ProbeRequest],
    policy: Policy,
    cause: Cause,
    *,
    observe: Observe,
    table: FindingsTable,
    now: Clock,
) -> dict[ProbeRequest, Observations]:
    """
    Observe endpoints all at once, and judge and keep what was seen.

    They are judged together: the table is read once, not once for each of them.
    """
    taken_at = now()
    goals = _goals(requests, policy)
    shown = at_once(lambda goal: _seen(goal, goals[goal], observe), goals)
    seen = dict(zip(goals, shown, strict=True))
    for place in _inventories(seen, taken_at):
        keep(Estate(place, policy), cause, table=table, now=now)
    unasked = {goal: seen[goal] for goal, item in goals.items() if not item.http}
    for place in _inventories(unasked, taken_at):
        gone = replace(place, read=_HTTP, tls_observations=(), http_observations=())
        keep(Estate(gone, policy), cause, table=table, now=now)
    return seen


def _goals(
    requests: Iterable[ProbeRequest], policy: Policy
) -> dict[ProbeRequest, Endpoint]:
    """Give what is to be looked at, once however often and in whatever spelling."""
    chosen = {_name(item.host, item.port): item for item in policy.endpoints}
    goals: dict[tuple[str, str, str], tuple[ProbeRequest, Endpoint]] = {}
    for request in requests:
        name = _name(request.host, request.port)
        endpoint = chosen.get(name) or Endpoint(host=request.host, port=request.port)
        if _is_looked_at(endpoint):
            goals[request.account, request.region, name] = request, endpoint
    return dict(goals.values())


def _inventories(
    seen: Mapping[ProbeRequest, Observations], taken_at: datetime
) -> Iterator[Inventory]:
    """Give what was seen, by whose it is and by what of it was read."""
    groups: dict[tuple[str, str, frozenset[str]], list[Observations]] = {}
    for request, one in seen.items():
        key = (request.account, request.region, _parts(one))
        groups.setdefault(key, []).append(one)
    for (account, region, parts), ones in groups.items():
        tls = tuple(one.tls for one in ones if one.tls)
        http = tuple(one.http for one in ones if one.http)
        yield Inventory(
            account=account,
            region=region,
            taken_at=taken_at,
            read=parts,
            only=frozenset(
                [item.endpoint for item in tls] + [item.endpoint for item in http]
            ),
            tls_observations=tls,
            http_observations=http,
        )


def forget(
    policy: Policy,
    rows: Mapping[str, Row],
    cause: Cause,
    *,
    place: Inventory,
    table: FindingsTable,
    now: Clock,
) -> None:
    """
    Close what is open about endpoints that *policy* no longer wants looked at.

    Nobody probes them any more, so nothing else would.
    """
    codes = {check.code for check in all_checks() if check.needs & _PARTS}
    named = {
        _name(item.host, item.port) for item in policy.endpoints if _is_looked_at(item)
    }
    gone = {
        row.finding.resource
        for row in rows.values()
        if row.is_open and codes & {row.finding.check, row.finding.about}
    } - named
    if gone:
        nothing_there = Inventory(
            account=place.account,
            region=place.region,
            taken_at=place.taken_at,
            read=_PARTS,
            only=frozenset(gone),
        )
        estate = Estate(nothing_there, policy)
        keep(estate, cause, table=table, now=now, rows=rows)


def _is_looked_at(endpoint: Endpoint) -> bool:
    """Whether the policy leaves anything of it to be looked at."""
    return endpoint.probe and (endpoint.http or endpoint.port not in HTTP_PORTS)


def _seen(request: ProbeRequest, endpoint: Endpoint, observe: Observe) -> Observations:
    try:
        return observe(request.host, request.port, with_http=endpoint.http)
    except EndpointError as error:
        trouble = str(error)
    except Exception as error:  # noqa: BLE001 - one peer is no reason to lose the batch
        place = traceback.extract_tb(error.__traceback__)[-1]
        trouble = f"Looking crashed: {type(error).__name__} at {place.name}."
    name = _name(request.host, request.port)
    return Observations(tls=TlsObservation(endpoint=name, error=trouble))


def _parts(seen: Observations) -> frozenset[str]:
    """
    Name what is known of an endpoint; a half that failed has its error to tell.

    An endpoint that answered in plain HTTP does not speak TLS. One that shook
    hands and then spoke no HTTP, or did not answer, says nothing of the other.
    """
    if seen.http and not seen.http.is_tls and not seen.http.error:
        return _PARTS
    named = (("tls_observations", seen.tls), ("http_observations", seen.http))
    return frozenset(part for part, observation in named if observation)


def _name(host: str, port: int) -> str:
    """The endpoint as observations name it."""
    try:
        return written(read_host(host), port)
    except EndpointError:
        return f"{host}:{port}"
