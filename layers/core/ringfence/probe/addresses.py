"""Which addresses a probe may dial, and what the others are."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread

from ringfence.probe.peer import PeerError

Address = IPv4Address | IPv6Address

PRIVATE = "a private address"
SHARED = "a carrier-grade NAT address"

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
# No other service in that IPv6 range is for probes either.
_METADATA = (ip_network("169.254.169.254/32"), ip_network("fd00:ec2::/32"))

_SHARED = ip_network("100.64.0.0/10")  # https://www.rfc-editor.org/rfc/rfc6598
_GLOBAL_UNICAST = ip_network("2000::/3")

# IPv6 addresses that a translator turns into the IPv4 address in their last bits.
# https://www.rfc-editor.org/rfc/rfc6052, rfc4291#section-2.5.5
_TRANSLATED = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("::ffff:0:0/96"),
    IPv6Network("::/96"),
)


def kind_of(address: Address) -> str:
    """
    What *address* is other than public; empty for a public one.

    An IPv6 address that carries an IPv4 one is as bad as that.
    """
    carried = _carried(address)
    if carried and (kind := kind_of(carried)):
        return f"{kind} ({carried}) in an IPv6 one"
    for kind, holds in (
        ("the instance metadata service", any(address in net for net in _METADATA)),
        ("the unspecified address", address.is_unspecified),
        ("a loopback address", address.is_loopback),
        ("a link-local address", address.is_link_local),
        ("a multicast address", address.is_multicast),
        (SHARED, address in _SHARED),
        ("a reserved address", address.is_reserved and not carried),
        (PRIVATE, address.is_private and not carried),
    ):
        if holds:
            return kind
    is_public = carried or address.version == 4 or address in _GLOBAL_UNICAST  # noqa: PLR2004
    return "" if is_public else PRIVATE


def public_only(address: Address) -> bool:
    """Allow what the internet routes: for a probe that is not in a VPC."""
    return not kind_of(address)


def public_or_private(address: Address) -> bool:
    """
    Allow private addresses too: for a probe in the VPC that it looks at.

    A VPC's own ranges may be carrier-grade NAT's.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    return kind_of(address) in {"", PRIVATE, SHARED}


def anywhere(_address: Address) -> bool:
    """Allow every address: for a person at a terminal, who could dial it anyway."""
    return True


def look_up(name: str, timeout_s: float) -> tuple[Address, ...]:
    """
    Ask the system's resolver for *name*'s addresses, the preferred one first.

    The resolver knows no time-out, so it is asked in a thread that may be left
    behind.
    """
    answers: SimpleQueue[tuple[str, ...] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except OSError as error:
            answers.put(error)
        else:
            answers.put(tuple(str(entry[4][0]) for entry in found))

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty:
        raise PeerError(
            f"The look-up of {name} took longer than the time-out."
        ) from None
    if isinstance(answer, OSError):
        raise PeerError(f"{name} has no address: {answer.strerror}.")
    return tuple(ip_address(text) for text in answer)


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return None
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
