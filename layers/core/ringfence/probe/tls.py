"""What TLS handshakes show."""

import hashlib
import ssl
import sys
from dataclasses import dataclass
from datetime import datetime

from ringfence.inventory import pem
from ringfence.inventory.handshakes import Elsewhere, TlsObservation
from ringfence.probe.hello import Version
from ringfence.probe.peer import NotTlsError, Peer, PeerError
from ringfence.probe.roots import trusted
from ringfence.probe.suites import ALL
from ringfence.probe.survey import first_flight, survey
from ringfence.probe.verify import Sent, links, verify

_LONGEST_CHAIN = 16


def shake_hands(peer: Peer, roots: str, at: datetime) -> TlsObservation:
    """
    Complete one handshake with *peer*, and learn from further hellos what it takes.

    The handshake is lenient, with the protocols and ciphers of old servers, and
    believes everything; what the server sent is then verified at *at* against
    Mozilla's roots and those in *roots*, which is PEM. A server that the
    platform cannot speak with is asked for its certificates by hello alone.
    """
    seen = _seen(peer)
    chain = _read_chain(seen.chain)
    found = survey(peer, None if seen.is_by_hand else seen.version)
    verdict = verify(chain, peer.host, trusted(roots), at)
    leaf = chain[0]
    return TlsObservation(
        endpoint=peer.endpoint,
        address=str(peer.address),
        protocol=seen.version,
        cipher=seen.cipher,
        versions=found.versions,
        ciphers=found.ciphers,
        is_trusted=not verdict.faults,
        distrust=verdict.distrust,
        faults=verdict.faults,
        subject=leaf.body.subject,
        issuer=leaf.body.issuer,
        names=leaf.body.names,
        is_self_signed=leaf.body.is_self_signed is True,
        not_before=leaf.body.not_before,
        not_after=leaf.body.not_after,
        key=leaf.body.key,
        signature=leaf.body.signature,
        fingerprint=leaf.fingerprint,
        chain=links(chain),
        must_staple=leaf.body.must_staple,
        staples=found.staples,
    )


def look_elsewhere(peer: Peer, roots: str, at: datetime) -> Elsewhere:
    """What *peer*, another address of the same name, serves: one handshake."""
    address = str(peer.address)
    try:
        chain = _read_chain(_seen(peer).chain)
    except PeerError as error:
        return Elsewhere(address=address, error=str(error))
    return Elsewhere(
        address=address,
        fingerprint=chain[0].fingerprint,
        not_after=chain[0].body.not_after,
        distrust=verify(chain, peer.host, trusted(roots), at).distrust,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Version, cipher and certificates, as the server sent them."""

    version: str
    cipher: str
    chain: tuple[bytes, ...]
    is_by_hand: bool = False


def _seen(peer: Peer) -> _Seen:
    try:
        return _shaken(peer)
    except TimeoutError:
        raise peer.deadline.missed() from None
    except (ssl.SSLError, ConnectionError) as error:
        trouble = _told(error)
    if isinstance(trouble, NotTlsError):
        raise trouble
    flight = first_flight(peer)
    if flight is None or flight.version is None:
        raise trouble
    version, cipher = Version(flight.version).label, ALL.get(flight.suite, "")
    return _Seen(version, cipher, flight.chain, is_by_hand=True)


def _shaken(peer: Peer) -> _Seen:
    """Shake hands by the platform's own means."""
    with (
        peer.dial() as plain,
        _lenient().wrap_socket(plain, server_hostname=peer.host) as tls,
    ):
        cipher = tls.cipher()
        return _Seen(tls.version() or "", cipher[0] if cipher else "", _sent(tls))


def _sent(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as sent; Python has a public name for it from 3.13 on."""
    if sys.version_info >= (3, 13):
        return tuple(tls.get_unverified_chain())
    found = tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found or ())


def _read_chain(ders: tuple[bytes, ...]) -> tuple[Sent, ...]:
    """Parse what can be parsed; the server's own certificate must."""
    if not ders:
        raise PeerError("The peer shows no certificate.")
    found = [(der, pem.load(der)) for der in ders[:_LONGEST_CHAIN]]
    if found[0][1] is None:
        raise PeerError("The peer's certificate cannot be parsed.")
    return tuple(
        Sent(*loaded, hashlib.sha256(der).hexdigest())
        for der, loaded in found
        if loaded
    )


def _lenient() -> ssl.SSLContext:
    """Speak with old servers too: nothing is sent that could be stolen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    return context


# Which of them it is depends on Python and OpenSSL, and on how the peer hung up.
_CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)
# What OpenSSL says of bytes that are no TLS record.
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})


def _told(error: OSError) -> PeerError:
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
        return NotTlsError("The peer does not speak TLS.")
    if isinstance(error, _CLOSED):
        return PeerError("The peer closed the connection during the TLS handshake.")
    reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
    words = str(reason).lower().replace("_", " ")
    return PeerError(f"The TLS handshake failed: {words}.")
