"""
Exact sets of integers as sorted, disjoint, non-adjacent intervals.

Addresses are integers of their family, so one algebra serves IPv4, IPv6 and ports.
Plain tuples: an order of magnitude quicker than address objects.
"""

import ipaddress
from bisect import bisect
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from ringfence.inventory import intervals

Interval = tuple[int, int]
Ranges = tuple[Interval, ...]
Family = Literal["ipv4", "ipv6"]

EMPTY: Ranges = ()

parse = intervals.parse


def of(cidrs: Iterable[str], family: Family) -> Ranges:
    """The addresses of *family* in any of *cidrs*."""
    parsed = (parse(cidr) for cidr in cidrs)
    return union(*(ranges for kind, ranges in parsed if kind == family))


@lru_cache(maxsize=100_000)
def cidrs(ranges: Ranges, family: Family) -> tuple[str, ...]:
    """Give *ranges* as the fewest CIDRs; the whole internet as ``/0``."""
    if ranges == INTERNET[family]:
        return ("0.0.0.0/0",) if family == "ipv4" else ("::/0",)
    return listed(ranges, family)


def listed(ranges: Ranges, family: Family) -> tuple[str, ...]:
    """Give exactly *ranges* as the fewest CIDRs."""
    address = ipaddress.IPv4Address if family == "ipv4" else ipaddress.IPv6Address
    return tuple(
        str(network)
        for low, high in ranges
        for network in ipaddress.summarize_address_range(address(low), address(high))
    )


def size(ranges: Ranges) -> int:
    """How many integers are in *ranges*."""
    return sum(high - low + 1 for low, high in ranges)


def union(*sets: Ranges) -> Ranges:
    """All that is in any of *sets*."""
    filled = [ranges for ranges in sets if ranges]
    if not filled:
        return EMPTY
    if len(filled) == 1:
        return filled[0]
    merged: list[Interval] = []
    for low, high in sorted(interval for ranges in filled for interval in ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """All that is in both."""
    if not left or not right:
        return EMPTY
    if right[0][0] <= left[0][0] and left[-1][1] <= right[0][1]:
        return left
    common: list[Interval] = []
    i, j = 0, max(bisect(right, left[0]) - 1, 0)
    while i < len(left) and j < len(right):
        low = max(left[i][0], right[j][0])
        high = min(left[i][1], right[j][1])
        if low <= high:
            common.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def difference(left: Ranges, right: Ranges) -> Ranges:
    """All that is in *left* but not in *right*."""
    if not left or not right:
        return left
    if left[-1][1] < right[0][0] or right[-1][1] < left[0][0]:
        return left
    if left == right:
        return EMPTY
    rest: list[Interval] = []
    j = 0
    for low, high in left:
        start = low
        while j < len(right) and right[j][1] < start:
            j += 1
        k = j
        while k < len(right) and right[k][0] <= high:
            if right[k][0] > start:
                rest.append((start, right[k][0] - 1))
            start = max(start, right[k][1] + 1)
            k += 1
        if start <= high:
            rest.append((start, high))
    return tuple(rest)


# An internet gateway takes no packet from private or shared address space
# (Reachability Analyzer, explanation codes IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS
# and …_RFC6598_…); the other ranges are not sources on the internet (RFC 6890).
_NOT_INTERNET = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "::ffff:0:0/96",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
)
EVERYTHING: dict[Family, Ranges] = {
    "ipv4": ((0, 2**32 - 1),),
    "ipv6": ((0, 2**128 - 1),),
}
INTERNET: dict[Family, Ranges] = {
    family: difference(EVERYTHING[family], of(_NOT_INTERNET, family))
    for family in EVERYTHING
}

# What a router forwards inside a company, too: private and shared space (RFC 6890).
_INSIDE = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
)
FORWARDED: dict[Family, Ranges] = {
    family: union(INTERNET[family], of(_INSIDE, family)) for family in INTERNET
}


@lru_cache(maxsize=100_000)
def public(ranges: Ranges, family: Family) -> Ranges:
    """Give what of *ranges* is on the internet."""
    return intersection(ranges, INTERNET[family])


@lru_cache(maxsize=100_000)
def internet_without(ranges: Ranges, family: Family) -> Ranges:
    """Give the internet but for *ranges*."""
    return difference(INTERNET[family], ranges)
