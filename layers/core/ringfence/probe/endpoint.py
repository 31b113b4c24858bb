"""Look at one endpoint: where it is, which protocol it speaks, what it shows."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar, cast

from ringfence.inventory.records import TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.probe.addresses import Address, kind_of, look_up
from ringfence.probe.asking import ask
from ringfence.probe.host import read_host, read_port, written
from ringfence.probe.peer import (
    Deadline,
    HungUpError,
    NotTlsError,
    Peer,
    PeerError,
    UnreachableError,
)
from ringfence.probe.redirects import base_of, port_of
from ringfence.probe.tls import shake_hands
from ringfence.web import Answer, Silence, visit

LookUp = Callable[[str, float], tuple[Address, ...]]

# Where plain HTTP is expected: the web's port, the products' own connectors (their
# sources are in `ringfence.products`) and Fisheye's, 8060.
HTTP_PORTS = frozenset({80, 7990, 7991, 8060, 8080, 8085, 8090, 8091, 8095})

# How TLS listeners answer a plain request: 400, in plain HTTP.
_BAD_REQUEST = 400


# Where a redirect may lead on the same host.
_WEB_PORTS = HTTP_PORTS | {443, 8443}

# How long one endpoint may take in all.
TIMEOUT_S = 10.0

# Endpoints looked at at a time: as many may hang without delaying the others.
AT_ONCE = 64


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

    cafile: str | None
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
    cafile: str | None = None,
    with_http: bool = True,
    timeout_s: float = TIMEOUT_S,
    look_up: LookUp = look_up,
) -> Observations:
    """
    Look at *host*:*port* once, in all for at most about *timeout_s*.

    The host is looked up once and the address found is dialled, so that no
    second answer of the DNS can lead elsewhere; *may_dial* has the last word
    on it. With *connect_to* the connection goes there, and *host* is still
    asked for. Without *with_http* no request is sent, so that nothing is seen of
    a port of `HTTP_PORTS`. What the world does wrong is in the observation's
    *error*; what is no endpoint at all raises `EndpointError`.
    """
    name = read_host(host)
    endpoint = written(name, read_port(port))
    goal = (read_host(connect_to[0]), read_port(connect_to[1])) if connect_to else None
    deadline = Deadline(timeout_s)
    is_plain = port in HTTP_PORTS
    address: Address | None = None
    try:
        dialled, dialled_port = goal or (name, port)
        address = _address_of(dialled, deadline, look_up)
        _permit(address, may_dial)
        peer = Peer(endpoint, str(name), address, dialled_port, deadline)
        how = _How(cafile, with_http=with_http, is_elsewhere=goal is not None)
        return (_plain_first if is_plain else _tls_first)(peer, how)
    except PeerError as error:
        return _failed(endpoint, str(address or ""), str(error), is_plain=is_plain)


def _failed(endpoint: str, address: str, error: str, *, is_plain: bool) -> Observations:
    """Tell *error* in the observation that the port promised."""
    if is_plain:
        http = HttpObservation(endpoint=endpoint, address=address, error=error)
        return Observations(http=http)
    tls = TlsObservation(endpoint=endpoint, address=address, error=error)
    return Observations(tls=tls)


def _address_of(host: Address | str, deadline: Deadline, look_up: LookUp) -> Address:
    if not isinstance(host, str):
        return host
    addresses = look_up(host, deadline.left_s())
    if not addresses:
        raise PeerError(f"{host} has no address.")
    return addresses[0]


def _permit(address: Address, may_dial: Callable[[Address], bool]) -> None:
    if not may_dial(address):
        kind = kind_of(address) or "not to be dialled"
        raise PeerError(f"Refused to dial {address}: it is {kind}.")


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
    tls = shake_hands(peer, how.cafile)
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
