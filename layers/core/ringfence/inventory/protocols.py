"""
How AWS writes protocols, ports and ICMP types.

Only TCP and UDP have ports.
For ICMP the same two keys hold type and code, which are no range; for every
other protocol AWS matches all traffic whatever they say.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""

from sys import intern

from ringfence.inventory.answers import MalformedError, Raw, integer
from ringfence.inventory.records import Ports

_NAMES = {
    "-1": "all",
    "tcp": "tcp",
    "6": "tcp",
    "udp": "udp",
    "17": "udp",
    "icmp": "icmp",
    "1": "icmp",
    "icmpv6": "icmpv6",
    "58": "icmpv6",
}
_WITH_PORTS = frozenset({"tcp", "udp"})
_ICMP = frozenset({"icmp", "icmpv6"})
_ALL = (-1, -1)


def read_protocol(raw: Raw, key: str) -> str:
    """``tcp``, ``udp``, ``icmp``, ``icmpv6``, ``all``, or another's number."""
    value = raw.get(key)
    if isinstance(value, str) and value:
        return _NAMES.get(value) or intern(value.lower())
    raise MalformedError(f"{key} is not a protocol")


def read_ports(raw: Raw, protocol: str, first: str, last: str) -> Ports | None:
    """The range between two keys; None means all, or that there are none."""
    if protocol not in _WITH_PORTS:
        return None
    low, high = integer(raw, first), integer(raw, last)
    if low is None or high is None or low < 0:
        return None
    return low, high


def read_icmp(raw: Raw, protocol: str, kind: str, code: str) -> tuple[int, int]:
    """(type, code), -1 for all."""
    if protocol not in _ICMP:
        return _ALL
    type_, code_ = integer(raw, kind), integer(raw, code)
    return (
        -1 if type_ is None else type_,
        -1 if code_ is None else code_,
    )
