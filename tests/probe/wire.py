"""TLS as bytes: a server that only says what it is told to."""

import socket
from collections.abc import Iterable

from tests.probe.other_tls import ClientHello, Parser
from tests.probe.peers import Handle


def record(kind: int, body: bytes, version: bytes = b"\3\3") -> bytes:
    """A TLS record of *kind*."""
    return bytes([kind]) + version + len(body).to_bytes(2) + body


def message(kind: int, body: bytes) -> bytes:
    """A handshake message of *kind*."""
    return bytes([kind]) + len(body).to_bytes(3) + body


def scripted(
    version: tuple[int, int],
    suites: Iterable[int],
    *,
    chain: Iterable[bytes] = (),
    staple: bytes = b"",
) -> Handle:
    """
    Agree to a hello of *version* with the first of *suites* in it, and wait.

    It has no keys: a server of what no library speaks any more.
    """
    order = tuple(suites)
    sent = b"".join(len(der).to_bytes(3) + der for der in chain)
    rest = message(11, len(sent).to_bytes(3) + sent)
    if staple:
        rest += message(22, b"\1" + len(staple).to_bytes(3) + staple)

    def handle(connection: socket.socket) -> None:
        hello = ClientHello().parse(Parser(bytearray(connection.recv(65536)[6:])))
        both = [suite for suite in order if suite in hello.cipher_suites]
        if hello.client_version != version or not both:
            connection.sendall(record(21, b"\2\x28"))
            return
        number = bytes(version)
        body = number + bytes(32) + b"\0" + both[0].to_bytes(2) + b"\0"
        for part in (message(2, body), rest, message(14, b"")):
            connection.sendall(record(22, part, number))
        connection.recv(1)

    return handle
