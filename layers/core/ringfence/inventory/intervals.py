"""CIDRs as intervals of integers; read once, however many rules name one."""

import ipaddress
from functools import lru_cache
from typing import Literal


@lru_cache(maxsize=100_000)
def parse(
    cidr: str,
) -> tuple[Literal["ipv4", "ipv6"], tuple[tuple[int, int], ...]]:
    """
    Read a CIDR or a single address; host bits are masked as AWS does.

    Raises `ValueError` for anything else.
    """
    network = ipaddress.ip_network(cidr, strict=False)
    low = int(network.network_address)
    size = 1 << network.max_prefixlen - network.prefixlen
    return "ipv4" if network.version == 4 else "ipv6", ((low, low + size - 1),)  # noqa: PLR2004
