"""What one plain HTTP request shows."""

import socket
from http.client import BadStatusLine, HTTPException
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from ringfence import __version__
from ringfence.inventory.records import HttpObservation
from ringfence.probe.peer import BoundedSocket, Peer, PeerError

USER_AGENT = f"Ringfence/{__version__} (+security check of the owner's own endpoints)"

_LONGEST_VALUE = 1024


def get(peer: Peer) -> HttpObservation:
    """
    Ask for ``/`` once.

    The request carries no credentials and no cookies, and uses no proxy;
    a redirect is not followed and no body is read.
    """
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
    url = f"http://{peer.endpoint}/"
    try:
        request = requests.Request("GET", url, headers=headers).prepare()
        with (
            _PinnedAdapter(peer) as adapter,
            adapter.send(
                request, stream=True, timeout=peer.deadline.left_s()
            ) as answer,
        ):
            return HttpObservation(
                endpoint=peer.endpoint,
                address=str(peer.address),
                status=answer.status_code,
                location=_location(answer),
                server=answer.headers.get("Server", "")[:_LONGEST_VALUE],
            )
    except TimeoutError:
        raise peer.deadline.missed() from None
    except (requests.RequestException, HTTPError) as error:
        raise _told(error, peer) from error


class _PinnedConnection(HTTPConnection):
    """A connection to the peer's one address, whatever the URL's host is."""

    def __init__(self, *args: Any, peer: Peer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer = peer

    def _new_conn(self) -> socket.socket:
        return BoundedSocket.around(self._peer.dial(), self._peer.deadline)


class _PinnedPool(HTTPConnectionPool):
    ConnectionCls = _PinnedConnection


class _PinnedAdapter(HTTPAdapter):
    """
    Send requests to one peer.

    An adapter without a session: a session would follow `.netrc`, proxies in
    the environment and, for its ``next`` attribute, read a redirect's body.
    """

    def __init__(self, peer: Peer) -> None:
        super().__init__()
        self._peer = peer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        parts = urlsplit(request.url or "")
        return _PinnedPool(parts.hostname or "", parts.port or 80, peer=self._peer)


def _location(answer: requests.Response) -> str:
    if not 300 <= answer.status_code < 400:  # noqa: PLR2004 - the redirects
        return ""
    return answer.headers.get("Location", "")[:_LONGEST_VALUE]


def _told(error: Exception, peer: Peer) -> PeerError:
    """Find what is at the bottom of the libraries' wrappings."""
    causes = [error]
    while under := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(under)  # type: ignore[arg-type]  # no KeyboardInterrupt is wrapped
    for cause in reversed(causes):
        match cause:
            case PeerError():
                return cause
            case TimeoutError():
                return peer.deadline.missed()
            case ConnectionError():
                return PeerError("The peer closed the connection without an answer.")
            case BadStatusLine():
                return PeerError("The peer does not speak HTTP.")
            case HTTPException():
                because = str(cause)[:80]  # it may quote the peer
                return PeerError(f"The answer is not acceptable HTTP: {because}.")
            case _:
                continue
    return PeerError(f"The answer is not acceptable HTTP: {type(error).__name__}.")
