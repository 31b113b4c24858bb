"""Which versions and legacy ciphers a server takes: asked by one hello for each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ringfence.inventory.handshakes import Offer
from ringfence.probe.hello import Flight, NotTlsBytesError, Version, client_hello
from ringfence.probe.peer import BoundedSocket, Deadline, Peer, PeerError
from ringfence.probe.suites import ALL, LEGACY, family_of

_PARTS = 4  # of the time for all hellos, one of which a single one may take
_READ_BYTES = 16 * 1024

# Refusals of what was offered, rather than of the client or the moment.
# handshake_failure, illegal_parameter, protocol_version, insufficient_security
# https://www.rfc-editor.org/rfc/rfc5246#section-7.2.2
_REFUSALS = frozenset({40, 47, 70, 71})


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found out; *staples* None: not tested."""

    versions: Mapping[str, Offer]
    ciphers: Mapping[str, Offer]
    staples: bool | None


@dataclass(frozen=True, slots=True)
class _Answer:
    offer: Offer
    flight: Flight | None = None  # None: refused, or nothing whole came


def survey(peer: Peer, newest: str | None) -> Survey:
    """
    Ask *peer* about each version but TLS 1.3, and about each family of ciphers.

    *newest* is the version that the platform's handshake led to, in which a
    server that speaks TLS 1.3 had the choice of it; None: it failed. It takes
    at most half of the time that is left, for there is more to be looked at.
    """
    peer = replace(peer, deadline=_half(peer.deadline))
    answers = {one: _asked(peer, one, _CERTIFIED) for one in reversed(Version)}
    versions = {_TLS1_3: Offer.UNTRIED if newest is None else Offer.REFUSED} | {
        version.label: answer.offer for version, answer in answers.items()
    }
    if newest:
        versions[newest] = Offer.OFFERED
    flight = answers[Version.TLS1_2].flight
    return Survey(
        versions=versions,
        ciphers=_families(peer, versions),
        staples=flight.has_staple if flight else None,
    )


def _half(deadline: Deadline) -> Deadline:
    try:
        return Deadline(deadline.left_s() / 2)
    except TimeoutError:
        return Deadline(0)


def first_flight(peer: Peer) -> Flight | None:
    """
    The answer to the newest hello that *peer* takes, with any cipher that shows
    a certificate.

    For a server that the platform cannot shake hands with; None: it took none.
    """
    for version in reversed(Version):
        flight = _asked(peer, version, _CERTIFIED).flight
        if flight:
            return flight
    return None


_TLS1_3 = "TLSv1.3"
_CERTIFIED = tuple(suite for suite, name in ALL.items() if "_anon_" not in name)


def _families(peer: Peer, versions: Mapping[str, Offer]) -> dict[str, Offer]:
    """
    Whether *peer* takes each family: what it picked is left out of the next hello.

    They are asked for in the newest version that was offered; where none of the
    old ones is, there is nothing to take them in.
    """
    asked = next(
        (one for one in reversed(Version) if versions[one.label] is not Offer.REFUSED),
        None,
    )
    if asked is None:
        return dict.fromkeys(LEGACY, Offer.REFUSED)
    if versions[asked.label] is Offer.UNTRIED:
        return dict.fromkeys(LEGACY, Offer.UNTRIED)
    left, rest = list(LEGACY), Offer.OFFERED
    while left and rest is Offer.OFFERED:
        suites = [suite for name in left for suite in LEGACY[name]]
        answer = _asked(peer, asked, suites)
        picked = family_of(answer.flight.suite) if answer.flight else None
        if picked in left:
            left.remove(picked)
        else:
            rest = Offer.UNTRIED if answer.flight else answer.offer
    return {name: rest if name in left else Offer.OFFERED for name in LEGACY}


def _asked(peer: Peer, version: Version, suites: Iterable[int]) -> _Answer:
    """Say one hello; only a whole answer in the version asked for is an offer."""
    flight = Flight()
    try:
        for chunk in _answers(peer, client_hello(version, suites, peer.host)):
            flight.feed(chunk)
            if flight.is_over:
                break
    except ConnectionError:
        pass  # how many a server refuses: by hanging up
    except (PeerError, OSError, NotTlsBytesError):
        return _Answer(Offer.UNTRIED)
    if flight.is_done:
        is_offered = flight.version == version
        return _Answer(Offer.OFFERED, flight) if is_offered else _Answer(Offer.REFUSED)
    is_refused = flight.alert is None or flight.alert in _REFUSALS
    return _Answer(Offer.REFUSED if is_refused else Offer.UNTRIED)


def _answers(peer: Peer, hello: bytes) -> Iterator[bytes]:
    """Send *hello* on a connection of its own, and give what comes until the end."""
    share_s = min(peer.deadline.left_s(), peer.deadline.timeout_s / _PARTS)
    with BoundedSocket.around(peer.dial(), Deadline(share_s)) as connection:
        connection.sendall(hello)
        buffer = bytearray(_READ_BYTES)
        while count := connection.recv_into(buffer):
            yield bytes(buffer[:count])
