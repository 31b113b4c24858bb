"""Look at one endpoint: where it is, which protocol it speaks, what it shows."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar, cast

from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.probe.addresses import Address, kind_of, look_up
from ringfence.probe.asking import ask
from ringfence.probe.host import read_host, read_port, written
from ringfence.probe.peer import (
    REFUSED,
    Deadline,
    HungUpError,
    NotTlsError,
    Peer,
    PeerError,
    UnreachableError,
)
from ringfence.probe.redirects import base_of, port_of
from ringfence.probe.tls import look_elsewhere, shake_hands
from ringfence.services import HTTP_PORTS
from ringfence.web import Answer, Silence, visit

LookUp = Callable[[str, float], tuple[Address, ...]]

# Of a name's addresses, so many are looked at.
_MOST_ADDRESSES = 5

# How TLS listeners answer a plain request: 400, in plain HTTP.
_BAD_REQUEST = 400

# Where a redirect may lead on the same host.
_WEB_PORTS = HTTP_PORTS | {443, 8443}

# How long one endpoint may take in all.
TIMEOUT_S = 10.0

# Endpoints looked at at a time. The time-out of each runs while it waits for its
# share of a small function's processor, so not many more (decision 0018).
AT_ONCE = 32


class Observations(NamedTuple):
    """
    What was seen of one endpoint, both where HTTP was answered in TLS.

    None stands for a protocol that it does not speak or that was not asked for.
    """

    tls: TlsObservation | None = None
    http: HttpObservation | None = None


@dataclass(frozen=True, slots=True)
class _How:
    """How to look; *is_elsewhere* where the connection goes to another place."""

    roots: str
    at: datetime
    with_http: bool
    is_elsewhere: bool


Goal = TypeVar("Goal")
Seen = TypeVar("Seen")


def at_once(look: Callable[[Goal], Seen], goals: Iterable[Goal]) -> list[Seen]:
    """Look at all *goals*, in their order, so that a slow one delays no other."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(look, goals))


def observe(
    host: str,
    port: int,
    *,
    may_dial: Callable[[Address], bool],
    connect_to: tuple[str, int] | None = None,
    roots: str = "",
    at: datetime | None = None,
    with_http: bool = True,
    timeout_s: float = TIMEOUT_S,
    look_up: LookUp = look_up,
) -> Observations:
    """
    Look at *host*:*port* once, in all for at most about *timeout_s*.

    The host is looked up once and the address found is dialled, so that no
    second answer of the DNS can lead elsewhere; *may_dial* has the last word
    on it. With *connect_to* the connection goes there, and *host* is still
    asked for. Certificates are verified against Mozilla's roots and those in
    *roots*, which is PEM, for the time *at*; None: the present. Without
    *with_http* no request is sent, so that nothing is seen of a port of
    `HTTP_PORTS`. What the world does wrong is in the observation's *error*;
    what is no endpoint at all raises `EndpointError`.
    """
    name = read_host(host)
    endpoint = written(name, read_port(port))
    goal = (read_host(connect_to[0]), read_port(connect_to[1])) if connect_to else None
    deadline = Deadline(timeout_s)
    is_plain = port in HTTP_PORTS
    address: Address | None = None
    how = _How(
        roots,
        at or datetime.now(UTC),  # noqa: TID251 - the wire's own time
        with_http=with_http,
        is_elsewhere=goal is not None,
    )
    try:
        dialled, dialled_port = goal or (name, port)
        address, *others = _addresses_of(dialled, deadline, look_up)
        _permit(address, may_dial)
        peer = Peer(endpoint, str(name), address, dialled_port, deadline)
        seen = (_plain_first if is_plain else _tls_first)(peer, how)
        return _compared(seen, peer, filter(may_dial, others), how)
    except PeerError as error:
        return _failed(endpoint, str(address or ""), str(error), is_plain=is_plain)


def _compared(
    seen: Observations, peer: Peer, others: Iterable[Address], how: _How
) -> Observations:
    """Add what *others*, the name's other addresses, serve in TLS."""
    if seen.tls is None:
        return seen
    elsewhere = tuple(
        look_elsewhere(replace(peer, address=address), how.roots, how.at)
        for address in others
    )
    return seen._replace(tls=replace(seen.tls, others=elsewhere))


def _failed(endpoint: str, address: str, error: str, *, is_plain: bool) -> Observations:
    """Tell *error* in the observation that the port promised."""
    if is_plain:
        http = HttpObservation(endpoint=endpoint, address=address, error=error)
        return Observations(http=http)
    tls = TlsObservation(endpoint=endpoint, address=address, error=error)
    return Observations(tls=tls)


def _addresses_of(
    host: Address | str, deadline: Deadline, look_up: LookUp
) -> tuple[Address, ...]:
    """
    The host's addresses, not all of many: the same first one at each look.

    The DNS gives them in turn, and a finding that comes and goes is no help.
    """
    if not isinstance(host, str):
        return (host,)
    addresses = look_up(host, deadline.left_s())
    if not addresses:
        raise PeerError(f"{host} has no address.")
    ordered = sorted(set(addresses), key=lambda found: (found.version, int(found)))
    return tuple(ordered[:_MOST_ADDRESSES])


def _permit(address: Address, may_dial: Callable[[Address], bool]) -> None:
    if not may_dial(address):
        kind = kind_of(address) or "not to be dialled"
        raise PeerError(f"{REFUSED} {address}: it is {kind}.")


def _plain_first(peer: Peer, how: _How) -> Observations:
    """Ask in HTTP, then in TLS if the answer is not one or may be a TLS server's."""
    if not how.with_http:
        return Observations()
    seen: HttpObservation | None = None
    trouble: PeerError | None = None
    try:
        seen = _visited(peer, how, is_tls=False)
    except UnreachableError:
        raise
    except PeerError as error:
        trouble = error
    if seen and seen.status != _BAD_REQUEST:
        return Observations(http=seen)
    try:
        return _in_tls(peer, how)
    except PeerError as error:
        if seen:
            return Observations(http=seen)
        raise trouble or error from None


def _tls_first(peer: Peer, how: _How) -> Observations:
    """Ask in TLS, then in HTTP if the peer did not shake hands."""
    try:
        return _in_tls(peer, how)
    except UnreachableError:
        raise
    except PeerError as error:
        trouble = error
    if not how.with_http:
        raise trouble
    try:
        seen = _visited(peer, how, is_tls=False)
    except PeerError:
        raise trouble from None
    if seen.status == _BAD_REQUEST and not isinstance(trouble, NotTlsError):
        raise trouble
    return Observations(http=seen)


def _in_tls(peer: Peer, how: _How) -> Observations:
    """Shake hands, then visit what is behind the handshake."""
    tls = shake_hands(peer, how.roots, how.at)
    if not how.with_http:
        return Observations(tls)
    try:
        return Observations(tls, _visited(peer, how, is_tls=True))
    except HungUpError:  # as an LDAP or mail server does
        return Observations(tls)
    except PeerError as error:
        http = HttpObservation(
            endpoint=peer.endpoint,
            address=str(peer.address),
            is_tls=True,
            error=str(error),
        )
        return Observations(tls, http)


def _visited(peer: Peer, how: _How, *, is_tls: bool) -> HttpObservation:
    """Hold the conversation of `web.visit`; no answer to ``/`` is a `PeerError`."""
    site = base_of(peer.endpoint, is_tls=is_tls)
    conversation = visit(peer.endpoint, str(peer.address), is_tls=is_tls)
    asked = next(conversation)
    came: Answer | Silence = _ask(peer, site + asked, how)
    while True:
        try:
            asked = conversation.send(came)
        except StopIteration as done:
            return cast("HttpObservation", done.value)
        try:
            came = _ask(peer, asked if "://" in asked else site + asked, how)
        except PeerError as error:
            came = Silence(str(error))


def _ask(peer: Peer, url: str, how: _How) -> Answer:
    port = port_of(url)
    is_own = how.is_elsewhere or port == port_of(f"//{peer.endpoint}")
    return ask(
        peer if is_own else replace(peer, port=port),
        url,
        follows=frozenset() if how.is_elsewhere else _WEB_PORTS,
    )
