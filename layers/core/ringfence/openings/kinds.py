"""Which kind of opening a port is, for a product or for anything else."""

from dataclasses import dataclass, field
from enum import IntEnum

from ringfence.products import Profile
from ringfence.services import SERVICES, ServiceClass, service_ports

HTTP_PORT = 80
HTTPS_PORT = 443


class Kind(IntEnum):
    """The kinds of openings, worst first: a wide one is of the worst it covers."""

    ADMIN = 1
    DATABASE = 2
    PRIVATE = 3
    PLAIN_HTTP = 4
    OTHER = 5


_KINDS = {ServiceClass.ADMIN: Kind.ADMIN, ServiceClass.DATABASE: Kind.DATABASE}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a product's ports; *profile* None: no known product."""

    profile: Profile | None
    _telling: dict[str, list[int]] = field(default_factory=dict, compare=False)

    def kind_of(self, protocol: str, port: int) -> Kind | None:
        """Tell the kind of *port*; None: it may face the internet."""
        if self.may_face_internet(protocol, port):
            return None
        service = SERVICES.get((protocol, port))
        if service and service.kind in _KINDS:
            return _KINDS[service.kind]
        if self.profile is None:
            return Kind.OTHER
        if service or port in self.private_ports(protocol):
            return Kind.PRIVATE
        if (protocol, port) == ("tcp", HTTP_PORT):
            return Kind.PLAIN_HTTP
        return Kind.OTHER

    def may_face_internet(self, protocol: str, port: int) -> bool:
        """Whether policy or profile lets everyone in: HTTPS always may."""
        if port == HTTPS_PORT:
            return True
        public = self.profile.public if self.profile else ()
        return protocol == "tcp" and port in public

    def is_proxied(self, port: int) -> bool:
        """Whether only a proxy in front of the product should talk to *port*."""
        return self.profile is not None and port in self.profile.proxied

    def private_ports(self, protocol: str) -> frozenset[int]:
        """The ports that the product keeps to itself, its peers and its proxy."""
        if self.profile is None:
            return frozenset()
        inside = frozenset(self.profile.peer + self.profile.loopback)
        return inside | frozenset(self.profile.proxied) if protocol == "tcp" else inside

    def telling_ports(self, protocol: str) -> list[int]:
        """The ports of *protocol* that are of a kind of their own, or accepted."""
        if protocol not in self._telling:
            self._telling[protocol] = self._ports_of_their_own(protocol)
        return self._telling[protocol]

    def _ports_of_their_own(self, protocol: str) -> list[int]:
        public = self.profile.public if self.profile else ()
        web = {HTTP_PORT, HTTPS_PORT, *public} if protocol == "tcp" else {HTTPS_PORT}
        return sorted(web | self.private_ports(protocol) | service_ports(protocol))
