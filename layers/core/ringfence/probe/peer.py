"""The one address that a probe dials, within one time-out and so many bytes."""

import socket
import ssl
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# More than any honest answer's headers; Tomcat and nginx send at most 8 KiB.
_MOST_BYTES = 256 * 1024


# How every reason begins why there was no connection at all, or none was tried.
NO_CONNECTION = "No connection"
REFUSED = "Refused to dial"


class PeerError(Exception):
    """The peer did not answer as asked; the message is a sentence for people."""


class UnreachableError(PeerError):
    """There was no connection at all."""


class HungUpError(PeerError):
    """The peer closed the connection instead of answering."""


class NotTlsError(PeerError):
    """The peer answered a TLS handshake with something else."""


class Deadline:
    """One time-out over everything that is done with one endpoint."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._ends = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds left, or TimeoutError."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def missed(self) -> PeerError:
        """What is told when the time is over."""
        return PeerError(f"No answer within {self.timeout_s:g} s.")


class _Bounded(socket.socket):
    """
    What a dripping or flooding peer cannot hold for long.

    A plain socket's time-out starts anew with every byte received.
    """

    deadline: Deadline
    received: int = 0

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0
    ) -> int:
        """Receive within the deadline, and never more than is sensible."""
        self.settimeout(self.deadline.left_s())
        count = super().recv_into(buffer, nbytes, flags)
        self.received += count
        if self.received > _MOST_BYTES:
            raise PeerError(f"The answer's headers exceed {_MOST_BYTES // 1024} KiB.")
        return count


class BoundedSocket(_Bounded):
    """A connected socket with one deadline and a limit of bytes."""

    @classmethod
    def around(cls, plain: socket.socket, deadline: Deadline) -> Self:
        """Take over *plain*'s connection."""
        timeout = plain.gettimeout()
        bounded = cls(plain.family, plain.type, plain.proto, plain.detach())
        bounded.settimeout(timeout)
        bounded.deadline = deadline
        return bounded


class BoundedTlsSocket(_Bounded, ssl.SSLSocket):  # type: ignore[misc]  # no None comes
    """The same within TLS; its context makes it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """
    Whom to ask: *host* by name, at exactly *address* and *port*.

    *endpoint* is what was asked for, ``host:port``; it and *port* differ when
    the connection goes elsewhere.
    """

    endpoint: str
    host: str
    address: IPv4Address | IPv6Address
    port: int
    deadline: Deadline

    def dial(self) -> socket.socket:
        """Connect, without asking a resolver again; tell why it cannot be."""
        family = socket.AF_INET if self.address.version == 4 else socket.AF_INET6  # noqa: PLR2004
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(self.deadline.left_s())
            plain.connect((str(self.address), self.port))
            plain.settimeout(self.deadline.left_s())
        except TimeoutError:
            plain.close()
            timeout_s = self.deadline.timeout_s
            because = f"{NO_CONNECTION} within {timeout_s:g} s."
            raise UnreachableError(because) from None
        except OSError as error:
            plain.close()
            because = f"{NO_CONNECTION}: {error.strerror}."
            raise UnreachableError(because) from error
        return plain
