"""Look at one endpoint: where it is, which protocol it speaks, what it shows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.records import HttpObservation
from ringfence.probe import plaintext
from ringfence.probe.addresses import Address, kind_of, look_up
from ringfence.probe.host import read_host, read_port, written
from ringfence.probe.peer import (
    Deadline,
    NotTlsError,
    Peer,
    PeerError,
    UnreachableError,
)
from ringfence.probe.tls import look_elsewhere, shake_hands

LookUp = Callable[[str, float], tuple[Address, ...]]

# Where plain HTTP is expected: the web's port, the products' own connectors (their
# sources are in `ringfence.products`) and Fisheye's, 8060.
HTTP_PORTS = frozenset({80, 7990, 7991, 8060, 8080, 8085, 8090, 8091, 8095})

# Of a name's addresses, so many are looked at.
_MOST_ADDRESSES = 5

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
    roots: str = "",
    at: datetime | None = None,
    timeout_s: float = 10.0,
    look_up: LookUp = look_up,
) -> Observations:
    """
    Look at *host*:*port* once, in all for at most about *timeout_s*.

    The host is looked up once and the address found is dialled, so that no
    second answer of the DNS can lead elsewhere; *may_dial* has the last word
    on it. With *connect_to* the connection goes there, and *host* is still
    asked for. Certificates are verified against Mozilla's roots and those in
    *roots*, which is PEM, for the time *at*; None: the present. What the world
    does wrong is in the observation's *error*; what is no endpoint at all
    raises `EndpointError`.
    """
    name = read_host(host)
    endpoint = written(name, read_port(port))
    goal = (read_host(connect_to[0]), read_port(connect_to[1])) if connect_to else None
    deadline = Deadline(timeout_s)
    is_plain = port in HTTP_PORTS
    address: Address | None = None
    shake = _Shake(roots, at or datetime.now(UTC))  # noqa: TID251 - the wire's own time
    try:
        dialled, dialled_port = goal or (name, port)
        address, *others = _addresses_of(dialled, deadline, look_up)
        _permit(address, may_dial)
        peer = Peer(endpoint, str(name), address, dialled_port, deadline)
        seen = (_plain_first if is_plain else _tls_first)(peer, shake)
        return _compared(seen, peer, filter(may_dial, others), shake)
    except PeerError as error:
        return _failed(endpoint, str(address or ""), str(error), is_plain=is_plain)


class _Shake(NamedTuple):
    """What a handshake is verified with."""

    roots: str
    at: datetime

    def __call__(self, peer: Peer) -> TlsObservation:
        return shake_hands(peer, self.roots, self.at)


def _compared(
    seen: Observations, peer: Peer, others: Iterable[Address], shake: _Shake
) -> Observations:
    """Add what *others*, the name's other addresses, serve in TLS."""
    if seen.tls is None:
        return seen
    elsewhere = tuple(
        look_elsewhere(replace(peer, address=address), shake.roots, shake.at)
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
        raise PeerError(f"Refused to dial {address}: it is {kind}.")


def _plain_first(peer: Peer, shake: _Shake) -> Observations:
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
        return Observations(tls=shake(peer))
    except PeerError as error:
        if answer:
            return Observations(http=answer)
        raise trouble or error from None


def _tls_first(peer: Peer, shake: _Shake) -> Observations:
    """Ask in TLS, then in HTTP if the peer did not shake hands."""
    try:
        return Observations(tls=shake(peer))
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
