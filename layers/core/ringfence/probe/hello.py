"""
The start of a TLS handshake as bytes: a ClientHello, and what answers it.

Up to TLS 1.2 a server says in clear which version and cipher suite it takes and
which certificates it has, before it needs any key of the client: so a server can
be asked about what the platform's own TLS no longer speaks. Nothing here
encrypts, verifies or completes a handshake. RFC 5246, 6066, 6101 (SSL 3.0), 8422.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import ip_address


class Version(IntEnum):
    """The protocol versions that say hello in clear, as on the wire."""

    SSL3 = 0x0300
    TLS1_0 = 0x0301
    TLS1_1 = 0x0302
    TLS1_2 = 0x0303

    @property
    def label(self) -> str:
        """As Python's `ssl` and OpenSSL name it."""
        return ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")[self - Version.SSL3]


class NotTlsBytesError(ValueError):
    """The bytes are no TLS records, or none that may follow a ClientHello."""


@dataclass(slots=True)
class Flight:
    """
    What a server answers to a ClientHello, as far as it was received.

    *is_done*: it has sent all that comes before the client's turn, so it means
    what its hello says. *alert* is what it refused with.
    """

    version: int | None = None  # None: no ServerHello yet
    suite: int = 0
    chain: tuple[bytes, ...] = ()
    has_staple: bool = False
    is_done: bool = False
    alert: int | None = None  # None: no alert
    _records: bytearray = field(default_factory=bytearray)
    _messages: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take in more bytes, or raise `NotTlsBytesError`."""
        self._records += data
        while not self.is_over and (record := _take_record(self._records)):
            kind, body = record
            if kind == _ALERT:
                self._alerted(body)
            else:
                self._messages += body
                self._read_messages()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come before the client's turn."""
        return self.is_done or self.alert is not None

    def _alerted(self, body: bytes) -> None:
        if len(body) != 2:  # noqa: PLR2004 - level and description
            raise NotTlsBytesError("an alert is not two bytes long")
        level, description = body
        if level != _WARNING or description == _CLOSE_NOTIFY:
            self.alert = description

    def _read_messages(self) -> None:
        while not self.is_done and len(self._messages) >= _MESSAGE_HEAD:
            kind = self._messages[0]
            end = _MESSAGE_HEAD + int.from_bytes(self._messages[1:_MESSAGE_HEAD])
            if kind not in _MESSAGES or end > _MOST_BYTES:
                raise NotTlsBytesError(f"message {kind} of {end} bytes")
            if len(self._messages) < end:
                return
            body = bytes(self._messages[_MESSAGE_HEAD:end])
            del self._messages[:end]
            self._read_message(kind, body)

    def _read_message(self, kind: int, body: bytes) -> None:
        if (kind == _SERVER_HELLO) != (self.version is None):
            raise NotTlsBytesError(f"message {kind} out of turn")
        if kind == _SERVER_HELLO:
            self.version, self.suite = _read_server_hello(body)
        elif kind == _CERTIFICATE:
            self.chain = tuple(_vectors(_vector(body, 3), 3))
        elif kind == _CERTIFICATE_STATUS:
            self.has_staple = len(body) > _STATUS_HEAD
        elif kind == _SERVER_HELLO_DONE:
            self.is_done = True


def client_hello(
    version: Version, suites: Iterable[int], host: str, *, random: bytes | None = None
) -> bytes:
    """
    The first record of a client that speaks *version* only.

    It names *host* unless that is an address, and asks for a stapled OCSP
    response. *random* is for tests; None makes one.
    """
    body = (
        version.to_bytes(2)
        + (random or secrets.token_bytes(32))
        + _sized(b"", 1)  # no session to resume
        + _sized(b"".join(suite.to_bytes(2) for suite in (*suites, _SCSV)), 2)
        + _sized(b"\0", 1)  # no compression
    )
    if version is not Version.SSL3:  # which knows none
        body += _sized(_padded(_extensions(version, host), len(body)), 2)
    message = bytes([_CLIENT_HELLO]) + _sized(body, 3)
    # Old servers want an old version in the record's head (RFC 5246, appendix E.1).
    head = min(version, Version.TLS1_0).to_bytes(2)
    return bytes([_HANDSHAKE]) + head + _sized(message, 2)


_HANDSHAKE, _ALERT = 22, 21
_WARNING, _CLOSE_NOTIFY = 1, 0
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE = 1, 2, 11
_SERVER_HELLO_DONE, _CERTIFICATE_STATUS = 14, 22
_KEY_EXCHANGE, _CERTIFICATE_REQUEST = 12, 13
_MESSAGES = frozenset(
    {
        _SERVER_HELLO,
        _CERTIFICATE,
        _KEY_EXCHANGE,
        _CERTIFICATE_REQUEST,
        _SERVER_HELLO_DONE,
        _CERTIFICATE_STATUS,
    }
)
_RECORD_HEAD, _MESSAGE_HEAD = 5, 4
_STATUS_HEAD = 4  # type and length of the response
_MOST_IN_RECORD = 1 << 14
_MOST_BYTES = 128 * 1024  # OpenSSL takes chains of 100 KB at most

# https://www.rfc-editor.org/rfc/rfc5746#section-3.3
_SCSV = 0x00FF

# x25519, P-256, P-384, P-521; P-224 and P-192, which weak certificates may need.
# https://www.rfc-editor.org/rfc/rfc8422#section-5.1.1
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019, 0x0015, 0x0013)

# Hash and key, the old ones too: this is about what a server does at all.
# https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1.4.1, rfc8446#section-4.2.3
_SIGNATURES = (
    *(0x0403, 0x0503, 0x0603, 0x0807),
    *(0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601),
    *(0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0402),
)


def _extensions(version: Version, host: str) -> bytes:
    groups = b"".join(group.to_bytes(2) for group in _GROUPS)
    extensions = [
        (10, _sized(groups, 2)),
        (11, _sized(b"\0", 1)),  # uncompressed points
        (5, b"\1\0\0\0\0"),  # OCSP, by any responder
    ]
    if not _is_address(host):  # RFC 6066, section 3: no literal addresses
        extensions.insert(0, (0, _sized(b"\0" + _sized(host.encode(), 2), 2)))
    if version is Version.TLS1_2:
        signatures = b"".join(one.to_bytes(2) for one in _SIGNATURES)
        extensions.append((13, _sized(signatures, 2)))
    return b"".join(kind.to_bytes(2) + _sized(body, 2) for kind, body in extensions)


def _padded(extensions: bytes, before: int) -> bytes:
    """
    Make the hello no length between 256 and 511 bytes: some servers hang at it.

    https://www.rfc-editor.org/rfc/rfc7685
    """
    length = _MESSAGE_HEAD + before + 2 + len(extensions)
    if not 256 <= length < 512:  # noqa: PLR2004 - as said
        return extensions
    return extensions + (21).to_bytes(2) + _sized(bytes(max(512 - length - 4, 1)), 2)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _sized(body: bytes, width: int) -> bytes:
    return len(body).to_bytes(width) + body


def _take_record(data: bytearray) -> tuple[int, bytes] | None:
    """Take the first record off *data*; None: it is not whole yet."""
    if data and data[0] not in (_HANDSHAKE, _ALERT):
        raise NotTlsBytesError(f"record of type {data[0]}")
    if len(data) < _RECORD_HEAD:
        return None
    size = int.from_bytes(data[3:_RECORD_HEAD])
    if data[1] != Version.SSL3 >> 8 or not 0 < size <= _MOST_IN_RECORD:
        raise NotTlsBytesError(f"record of version {data[1]}, {size} bytes")
    end = _RECORD_HEAD + size
    if len(data) < end:
        return None
    record = data[0], bytes(data[_RECORD_HEAD:end])
    del data[:end]
    return record


def _read_server_hello(body: bytes) -> tuple[int, int]:
    """Version and cipher suite; extensions are not looked at."""
    start = 2 + 32  # version, random
    if len(body) <= start:
        raise NotTlsBytesError("a short ServerHello")
    suite = start + 1 + body[start]  # after the session's id
    if len(body) < suite + 3:
        raise NotTlsBytesError("a short ServerHello")
    return int.from_bytes(body[:2]), int.from_bytes(body[suite : suite + 2])


def _vector(data: bytes, width: int) -> bytes:
    """The one vector that *data* is, by its size of *width* bytes."""
    vector = data[width:]
    if len(data) < width or int.from_bytes(data[:width]) != len(vector):
        raise NotTlsBytesError("a vector of another size than it says")
    return vector


def _vectors(data: bytes, width: int) -> Iterator[bytes]:
    """Each of the vectors in *data*."""
    while data:
        end = width + int.from_bytes(data[:width])
        yield _vector(data[:end], width)
        data = data[end:]
