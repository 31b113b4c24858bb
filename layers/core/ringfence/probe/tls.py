"""What a TLS handshake shows."""

import ssl
from functools import cache

from ringfence.inventory import pem
from ringfence.inventory.records import TlsObservation
from ringfence.probe.peer import NotTlsError, Peer, PeerError


def shake_hands(peer: Peer, cafile: str | None) -> TlsObservation:
    """
    Complete one handshake with *peer*, as the platform's own clients would.

    Only where they refuse, a more lenient second (and third) one finds out what
    the peer has to show: with the protocols and ciphers of old servers, and
    without verifying. *cafile* holds roots to trust besides the platform's.
    """
    try:
        return _shown(peer, _verifying(cafile))
    except ssl.SSLCertVerificationError as error:
        distrust = error.verify_message
    except (ssl.SSLError, ConnectionError) as error:
        if _is_not_tls(error):
            raise _told(error) from error
        distrust = ""
    try:
        if not distrust:
            return _shown(peer, _verifying(cafile, is_lenient=True))
    except ssl.SSLCertVerificationError as error:
        distrust = error.verify_message
    except (ssl.SSLError, ConnectionError) as error:
        raise _told(error) from error
    try:
        return _shown(peer, _trusting_all(), distrust)
    except (ssl.SSLError, ConnectionError) as error:
        raise _told(error) from error


def _shown(peer: Peer, context: ssl.SSLContext, distrust: str = "") -> TlsObservation:
    """Shake hands once; *distrust* says why that is not a verified one."""
    try:
        with (
            peer.dial() as plain,
            context.wrap_socket(plain, server_hostname=peer.host) as tls,
        ):
            version, cipher = tls.version(), tls.cipher()
            der = tls.getpeercert(binary_form=True)
    except TimeoutError:
        raise peer.deadline.missed() from None
    body = pem.parse(ssl.DER_cert_to_PEM_cert(der)) if der else None
    if body is None:
        raise PeerError("The peer's certificate cannot be parsed.")
    return TlsObservation(
        endpoint=peer.endpoint,
        address=str(peer.address),
        protocol=version or "",
        cipher=cipher[0] if cipher else "",
        is_trusted=not distrust,
        distrust=distrust,
        subject=body.subject,
        issuer=body.issuer,
        names=body.names,
        is_self_signed=body.is_self_signed is True,
        not_before=body.not_before,
        not_after=body.not_after,
        key=body.key,
        signature=body.signature,
    )


@cache
def _verifying(cafile: str | None, *, is_lenient: bool = False) -> ssl.SSLContext:
    """
    Verify chain and host name.

    Not `ssl.create_default_context`: from Python 3.13 on it also refuses
    certificates that browsers accept. Made once: reading the platform's roots
    takes longer than everything else that is done with an endpoint.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    if cafile is not None:
        context.load_verify_locations(cafile)
    return _lenient(context) if is_lenient else context


@cache
def _trusting_all() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _lenient(context)


def _lenient(context: ssl.SSLContext) -> ssl.SSLContext:
    """Speak with old servers too: nothing is sent that could be stolen."""
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    return context


# What OpenSSL says of bytes that are no TLS record.
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})


def _is_not_tls(error: OSError) -> bool:
    return isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS


def _told(error: OSError) -> PeerError:
    if _is_not_tls(error):
        return NotTlsError("The peer does not speak TLS.")
    if isinstance(error, (ssl.SSLEOFError, ConnectionError)):
        return PeerError("The peer closed the connection during the TLS handshake.")
    reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
    words = str(reason).lower().replace("_", " ")
    return PeerError(f"The TLS handshake failed: {words}.")
