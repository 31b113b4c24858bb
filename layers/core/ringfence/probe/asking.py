"""One GET to the one address of a peer, in plain HTTP or in TLS."""

import socket
import ssl
from dataclasses import replace
from functools import cache
from http.client import BadStatusLine, HTTPException, IncompleteRead
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from ringfence import __version__
from ringfence.probe.peer import (
    BoundedSocket,
    BoundedTlsSocket,
    HungUpError,
    Peer,
    PeerError,
)
from ringfence.probe.redirects import origin_of, read_redirect
from ringfence.web import Answer

USER_AGENT = f"Ringfence/{__version__} (+security check of the owner's own endpoints)"

_LONGEST_VALUE = 1024
_MOST_HEADERS = 100

# Login pages have some 50 KB; what tells the product stands in the first or last of
# them. Headers and body together stay below what `peer` lets through.
_MOST_BODY = 128 * 1024
_TEXT = ("text/", "application/json", "application/xml", "application/xhtml")


def ask(peer: Peer, url: str, *, follows: frozenset[int]) -> Answer:
    """
    Ask for *url*, which is on the peer's host, or raise `PeerError`.

    The request carries no credentials and no cookies and uses no proxy. Of a
    redirect no body is read, nor one that is compressed (none was asked for) or
    that is no text. *follows* are the other ports that a redirect may lead to.
    """
    parts = urlsplit(url)
    origin = origin_of(parts)
    if origin is None:  # only `endpoint` and `redirects` make addresses
        raise PeerError("The address is not one of the web.")
    is_tls = origin[0] == "https"
    headers = {
        "Host": parts.netloc.removesuffix(":443" if is_tls else ":80"),
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    # The adapter's connections know whether TLS is spoken; `requests` need not.
    plain = parts._replace(scheme="http").geturl()
    try:
        request = requests.Request("GET", plain, headers=headers).prepare()
        with (
            _PinnedAdapter(peer, is_tls=is_tls) as adapter,
            adapter.send(
                request, stream=True, timeout=peer.deadline.left_s()
            ) as answer,
        ):
            return _read(answer, url, peer, follows)
    except TimeoutError:
        raise peer.deadline.missed() from None
    except (requests.RequestException, HTTPError, UnicodeError) as error:
        raise _told(error, peer) from error


def _read(
    answer: requests.Response, url: str, peer: Peer, follows: frozenset[int]
) -> Answer:
    listed = list(answer.raw.headers.items())[:_MOST_HEADERS]
    headers = tuple((name.lower(), value[:_LONGEST_VALUE]) for name, value in listed)
    location = answer.headers.get("Location", "")
    is_redirect = 300 <= answer.status_code < 400 and bool(location)  # noqa: PLR2004
    head = Answer(
        url=url,
        path=urlsplit(url).path,
        status=answer.status_code,
        headers=headers,
        redirect=read_redirect(url, location, ports=follows) if is_redirect else None,
    )
    is_text = head.header("content-type").lower().startswith(_TEXT)
    encoding = head.header("content-encoding").lower()
    if is_redirect or not is_text or encoding not in {"", "identity"}:
        return head
    body, cut = _body(answer, peer)
    return replace(head, body=body.decode("utf-8", "replace"), cut=cut)


def _body(answer: requests.Response, peer: Peer) -> tuple[bytes, str]:
    """Read the body up to its limit; also why it ends before its time, if so."""
    body = b""
    try:
        while len(body) < _MOST_BODY and (
            chunk := answer.raw.read(16 * 1024, decode_content=False)
        ):
            body += chunk
    except TimeoutError:
        return body, str(peer.deadline.missed())
    except (HTTPError, HTTPException, OSError, PeerError) as error:
        return body, str(_told(error, peer))
    return body[:_MOST_BODY], ""


class _PinnedConnection(HTTPConnection):
    """A connection to the peer's one address, whatever the URL's host is."""

    def __init__(self, *args: Any, peer: Peer, is_tls: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer = peer
        self._is_tls = is_tls

    def _new_conn(self) -> socket.socket:
        peer, plain = self._peer, self._peer.dial()
        if not self._is_tls:
            return BoundedSocket.around(plain, peer.deadline)
        try:
            tls = _trusting_all().wrap_socket(plain, server_hostname=peer.host)
        except BaseException:
            plain.close()
            raise
        assert isinstance(tls, BoundedTlsSocket)  # noqa: S101 - so made, below
        tls.deadline = peer.deadline
        return tls


@cache
def _trusting_all() -> ssl.SSLContext:
    """
    TLS that verifies nothing and speaks with old servers too.

    The certificate is the TLS observation's to judge. A look without credentials
    has nothing to lose to a forger, and an endpoint whose certificate is bad
    should not be spared the look at what it serves.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    context.sslsocket_class = BoundedTlsSocket
    return context


class _PinnedPool(HTTPConnectionPool):
    ConnectionCls = _PinnedConnection


class _PinnedAdapter(HTTPAdapter):
    """
    Send requests to one peer.

    An adapter without a session: a session would follow `.netrc`, proxies in
    the environment and, for its ``next`` attribute, read a redirect's body.
    """

    def __init__(self, peer: Peer, *, is_tls: bool) -> None:
        super().__init__()
        self._peer = peer
        self._is_tls = is_tls

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        host = urlsplit(request.url or "").hostname or ""
        return _PinnedPool(host, peer=self._peer, is_tls=self._is_tls)


def _told(error: Exception, peer: Peer) -> PeerError:
    """Find what is at the bottom of the libraries' wrappings."""
    causes = [error]
    while under := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(under)  # type: ignore[arg-type]  # no KeyboardInterrupt is wrapped
    for cause in reversed(causes):
        if isinstance(cause, TimeoutError):
            return peer.deadline.missed()
        if told := _sentence(cause):
            return told
    return PeerError(f"The answer is not acceptable HTTP: {type(error).__name__}.")


def _sentence(cause: Exception) -> PeerError | None:
    told: PeerError | None = None
    match cause:
        case PeerError():
            told = cause
        case IncompleteRead():
            told = PeerError("The answer broke off in the middle.")
        case ConnectionError() | ssl.SSLEOFError():
            told = HungUpError("The peer closed the connection without an answer.")
        case ssl.SSLError():
            words = str(cause.reason).lower().replace("_", " ")
            told = PeerError(f"The TLS connection failed: {words}.")
        case BadStatusLine():
            told = PeerError("The peer does not speak HTTP.")
        case HTTPException():
            because = str(cause)[:80]  # it may quote the peer
            told = PeerError(f"The answer is not acceptable HTTP: {because}.")
    return told
