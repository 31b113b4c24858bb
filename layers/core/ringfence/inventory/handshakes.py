"""What TLS handshakes with endpoints showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Offer(StrEnum):
    """Whether a server takes something; what could not be tried is not tested."""

    OFFERED = "offered"
    REFUSED = "not offered"
    UNTRIED = "not tested"


class Fault(StrEnum):
    """Why clients do not trust a certificate: at most one of the first five."""

    SELF_SIGNED = "self-signed"
    UNKNOWN_AUTHORITY = "unknown authority"
    INCOMPLETE_CHAIN = "incomplete chain"
    WEAK = "weak key or signature"
    INVALID = "invalid chain"
    NAME = "another name"
    NAMELESS = "no alternative name"
    DAYS = "outside its days"


class Role(StrEnum):
    """What a certificate does among those that the server sent."""

    LEAF = "leaf"
    ISSUER = "issuer"
    MISPLACED = "misplaced"
    SUPERFLUOUS = "superfluous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    One certificate as sent.

    An issuer that comes before all that it signed is misplaced; what signed
    nothing of the leaf's chain is superfluous.
    """

    role: Role
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    is_self_signed: bool
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What another address of the same name serves; *error*: it showed nothing."""

    address: str
    fingerprint: str = ""
    not_after: datetime | None = None  # None: no certificate was seen
    distrust: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsObservation:
    """
    What TLS handshakes with one endpoint showed.

    *error* is empty when the first one gave a certificate. *faults* and
    *distrust* (the first fault in words) hold for the time of the look.
    *versions* and *ciphers* tell by name of protocol version and of family of
    legacy ciphers whether the server takes them. *fingerprint* is the
    certificate's SHA-256, by which a new one is told.
    """

    endpoint: str
    address: str = ""
    protocol: str = ""
    cipher: str = ""
    versions: Mapping[str, Offer] = field(default_factory=dict)
    ciphers: Mapping[str, Offer] = field(default_factory=dict)
    is_trusted: bool = False
    distrust: str = ""
    faults: tuple[Fault, ...] = ()
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    is_self_signed: bool = False
    not_before: datetime | None = None  # None: no certificate was seen
    not_after: datetime | None = None  # None: no certificate was seen
    key: str = ""
    signature: str = ""
    fingerprint: str = ""
    chain: tuple[Link, ...] = ()
    must_staple: bool = False
    staples: bool | None = None  # None: not tested
    others: tuple[Elsewhere, ...] = ()
    error: str = ""
