"""Look at one endpoint: where it is, which protocol it speaks, what it shows."""

from collections.abc import Callable
from typing import NamedTuple

from ringfence.inventory.records import HttpObservation, TlsObservation
from ringfence.probe import plaintext
from ringfence.probe.addresses import Address, kind_of, look_up
from ringfence.probe.host import read_host, read_port, written
from ringfence.probe.peer import (
    REFUSED,
    Deadline,
    NotTlsError,
    Peer,
    PeerError,
    UnreachableError,
)
from ringfence.probe.tls import shake_hands

LookUp = Callable[[str, float], tuple[Address, ...]]

# Where plain HTTP is expected: the web's port, the products' own connectors (their
# sources are in `ringfence.products`) and Fisheye's, 8060.
HTTP_PORTS = frozenset({80, 7990, 7991, 8060, 8080, 8085, 8090, 8091, 8095})

# How TLS listeners answer a plain request: 400, in plain HTTP.
_BAD_REQUEST = 400


class Observations(NamedTuple):
    """What was seen of one endpoint: None for the protocol that it does not speak."""

    tls: TlsObservation | None = None
    http: HttpObservation | None = None


def observe(
    host: str,
    port: int,
    *,
    may_dial: Callable[[Address], bool],
    connect_to: tuple[str, int] | None = None,
    cafile: str | None = None,
    timeout_s: float = 10.0,
    look_up: LookUp = look_up,
) -> Observations:
    """
    Look at *host*:*port* once, in all for at most about *timeout_s*.

    The host is looked up once and the address found is dialled, so that no
    second answer of the DNS can lead elsewhere; *may_dial* has the last word
    on it. With *connect_to* the connection goes there, and *host* is still
    asked for. What the world does wrong is in the observation's *error*;
    what is no endpoint at all raises `EndpointError`.
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
        return (_plain_first if is_plain else _tls_first)(peer, cafile)
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
        raise PeerError(f"{REFUSED} {address}: it is {kind}.")


def _plain_first(peer: Peer, cafile: str | None) -> Observations:
    """Ask in HTTP, then in TLS if the answer is not one or may be a TLS server's."""
    answer: HttpObservation | None = None
    trouble: PeerError | None = None
    try:
        answer = plaintext.get(peer)
    except UnreachableError:
        raise
    except PeerError as error:
        trouble = error
    if answer and answer.status != _BAD_REQUEST:
        return Observations(http=answer)
    try:
        return Observations(tls=shake_hands(peer, cafile))
    except PeerError as error:
        if answer:
            return Observations(http=answer)
        raise trouble or error from None


def _tls_first(peer: Peer, cafile: str | None) -> Observations:
    """Ask in TLS, then in HTTP if the peer did not shake hands."""
    try:
        return Observations(tls=shake_hands(peer, cafile))
    except UnreachableError:
        raise
    except PeerError as error:
        trouble = error
    try:
        answer = plaintext.get(peer)
    except PeerError:
        raise trouble from None
    if answer.status == _BAD_REQUEST and not isinstance(trouble, NotTlsError):
        raise trouble
    return Observations(http=answer)
