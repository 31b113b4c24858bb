"""The policy's endpoints: asking for probes, keeping what they saw, forgetting."""

from collections.abc import Callable, Mapping

from ringfence.changes import Cause
from ringfence.checks import all_checks
from ringfence.estate import Estate
from ringfence.finding import Report
from ringfence.inspect.verdicts import Clock, keep
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import TlsObservation
from ringfence.messages import ProbeRequest
from ringfence.policy import Policy
from ringfence.probe import EndpointError, Observations
from ringfence.probe.host import read_host, written
from ringfence.store import FindingsTable
from ringfence.transitions import Row

_PARTS = frozenset({"tls_observations", "http_observations"})

Observe = Callable[[str, int], Observations]


def probes_for(
    policy: Policy, *, account: str, region: str
) -> tuple[ProbeRequest, ...]:
    """One request per endpoint, whose findings belong to *account* and *region*."""
    return tuple(
        ProbeRequest(
            host=endpoint.host, port=endpoint.port, account=account, region=region
        )
        for endpoint in policy.endpoints
    )


def look(
    request: ProbeRequest,
    policy: Policy,
    cause: Cause,
    *,
    observe: Observe,
    table: FindingsTable,
    now: Clock,
) -> Report:
    """Observe one endpoint, and judge and keep what was seen."""
    taken_at = now()
    seen = _seen(request, observe)
    observation = seen.tls or seen.http
    has_failed = observation is None or bool(observation.error)
    inventory = Inventory(
        account=request.account,
        region=request.region,
        taken_at=taken_at,
        # An endpoint that answered in one protocol does not speak the other;
        # of one that did not answer nothing is known about the other.
        read=_parts(seen) if has_failed else _PARTS,
        only=frozenset({observation.endpoint} if observation else ()),
        tls_observations=(seen.tls,) if seen.tls else (),
        http_observations=(seen.http,) if seen.http else (),
    )
    return keep(Estate(inventory, policy), cause, table=table, now=now)


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
    Close what is open about endpoints that *policy* no longer names.

    Nobody probes them any more, so nothing else would.
    """
    codes = {check.code for check in all_checks() if check.needs & _PARTS}
    named = {_name(item.host, item.port) for item in policy.endpoints}
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


def _seen(request: ProbeRequest, observe: Observe) -> Observations:
    try:
        return observe(request.host, request.port)
    except EndpointError as error:
        name = _name(request.host, request.port)
        return Observations(tls=TlsObservation(endpoint=name, error=str(error)))


def _parts(seen: Observations) -> frozenset[str]:
    named = (("tls_observations", seen.tls), ("http_observations", seen.http))
    return frozenset(part for part, observation in named if observation)


def _name(host: str, port: int) -> str:
    """The endpoint as observations name it."""
    try:
        return written(read_host(host), port)
    except EndpointError:
        return f"{host}:{port}"
