"""Real servers on loopback, honest and hostile."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.probe.other_tls import api as tlslite

Handle = Callable[[socket.socket], None]


@contextmanager
def serving(
    handle: Handle, *, address: str = "127.0.0.1", port: int = 0
) -> Iterator[int]:
    """Answer every connection with *handle*, at the port yielded."""
    with socket.create_server((address, port)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return  # the listener was shut down
                Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):  # the probe hung up
                handle(connection)

        thread = Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def tls(
    pem: Path,
    version: ssl.TLSVersion | None = None,
    ciphers: str = "DEFAULT",
    *,
    then: Handle | None = None,
) -> Handle:
    """
    Shake hands with the certificate in *pem*, as a server of today does.

    With *version* it speaks that one only, as old servers do. Without *then* it
    hangs up on whatever is said next.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")  # it serves weak keys, too
    if version:
        context.minimum_version = context.maximum_version = version
    context.load_cert_chain(pem)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as shaken:
            (then or _hang_up)(shaken)

    return handle


def old_tls(
    pem: Path,
    *,
    versions: tuple[tuple[int, int], tuple[int, int]] = ((3, 1), (3, 3)),
    ciphers: Sequence[str] = ("aes128",),
    macs: Sequence[str] = ("sha", "sha256", "aead", "md5"),
    is_anonymous: bool = False,
) -> Handle:
    """Shake hands in what OpenSSL no longer speaks: another implementation does."""
    settings = tlslite.HandshakeSettings()
    settings.minVersion, settings.maxVersion = versions
    settings.versions = [(3, minor) for minor in range(versions[1][1], -1, -1)]
    settings.cipherNames, settings.macNames = list(ciphers), list(macs)
    chain = tlslite.X509CertChain()
    chain.parsePemList(pem.read_text())
    key = tlslite.parsePEMKey(pem.read_text(), private=True)

    def handle(connection: socket.socket) -> None:
        served = tlslite.TLSConnection(connection)
        with contextlib.suppress(tlslite.TLSError):  # what a bare hello ends in
            if is_anonymous:
                served.handshakeServer(anon=True, settings=settings)
            else:
                served.handshakeServer(
                    certChain=chain, privateKey=key, settings=settings
                )

    return handle


def _hang_up(connection: socket.socket) -> None:
    connection.recv(1)


def site(pages: Mapping[str, bytes], seen: list[str] | None = None) -> Handle:
    """Answer each request with its path's page, else with 404."""

    def handle(connection: socket.socket) -> None:
        request = connection.recv(65536)
        if not request:
            return  # a handshake was all
        path = request.split(b" ")[1].decode()
        if seen is not None:
            seen.append(path)
        connection.sendall(pages.get(path, page(404)))

    return handle


def page(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole answer."""
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def says(*chunks: bytes, seen: list[bytes] | None = None) -> Handle:
    """Read something, then answer with *chunks*; *seen* collects what came."""

    def handle(connection: socket.socket) -> None:
        request = connection.recv(65536)
        if seen is not None:
            seen.append(request)
        for chunk in chunks:
            connection.sendall(chunk)

    return handle


def silent(released: Event) -> Handle:
    """Accept, and say nothing until *released*."""

    def handle(_connection: socket.socket) -> None:
        released.wait(30)

    return handle


def endless(chunk: bytes) -> Handle:
    """Send *chunk* for as long as anybody listens."""

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        while True:
            connection.sendall(chunk)

    return handle


def dripping(start: bytes, released: Event) -> Handle:
    """Send *start*, then a byte now and then, so that no pause is long."""

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(start)
        while not released.wait(0.05):
            connection.sendall(b"x")

    return handle


HTML = "Content-Type: text/html"
JSON = "Content-Type: application/json"
XML = "Content-Type: application/xml"

# A Jira that does all as it should, of a version nobody knows anything bad of yet,
# in the order in which it is asked.
_MANIFEST = b"<manifest><typeId>jira</typeId><version>99.1.0</version></manifest>"
JIRA = {
    "/": page(302, b"", "Location: /secure/Dashboard.jspa"),
    "/secure/Dashboard.jspa": page(
        200,
        b"<title>System Dashboard - Ours</title>",
        HTML,
        "Strict-Transport-Security: max-age=31536000",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: SAMEORIGIN",
        "Set-Cookie: JSESSIONID=0a1b; Path=/; Secure; HttpOnly",
    ),
    "/rest/applinks/1.0/manifest": page(
        200, _MANIFEST, "Content-Type: application/xml"
    ),
    "/status": page(200, b'{"state":"RUNNING"}', JSON),
    "/secure/admin/ViewSystemInfo.jspa": page(403),
    "/rest/api/2/user/picker?query=a&maxResults=1": page(200, b'{"users":[]}', JSON),
}
