"""The interval algebra is the algebra of sets."""

import ipaddress
import itertools

from hypothesis import given
from hypothesis import strategies as st

from ringfence.reach import sets
from ringfence.reach.sets import Ranges

UNIVERSE = 40
some_ranges = st.sets(st.integers(0, UNIVERSE)).map(
    lambda numbers: sets.union(*(((n, n),) for n in numbers))
)


def numbers(ranges: Ranges) -> set[int]:
    return {n for low, high in ranges for n in range(low, high + 1)}


def is_canonical(ranges: Ranges) -> bool:
    return all(low <= high for low, high in ranges) and all(
        before[1] + 1 < after[0] for before, after in itertools.pairwise(ranges)
    )


@given(some_ranges, some_ranges)
def test_operations_agree_with_python_sets(left: Ranges, right: Ranges) -> None:
    """Union, intersection, difference and size are those of the numbers."""
    union = sets.union(left, right)
    common = sets.intersection(left, right)
    rest = sets.difference(left, right)

    assert numbers(left) | numbers(right) == numbers(union)
    assert numbers(left) & numbers(right) == numbers(common)
    assert numbers(left) - numbers(right) == numbers(rest)
    assert len(numbers(left)) == sets.size(left)
    assert all(map(is_canonical, (union, common, rest)))


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_a_cidr_comes_back_as_itself(address: int, length: int) -> None:
    """Parsing and giving back a CIDR masks its host bits and nothing else."""
    text = ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))
    family, ranges = sets.parse(f"{text}/{length}")
    low = address >> (32 - length) << (32 - length)

    assert ("ipv4", ((low, low + 2 ** (32 - length) - 1),)) == (family, ranges)
    assert [sets.parse(cidr)[1] for cidr in sets.cidrs(ranges, family)] == [ranges]


@given(st.integers(0, 2**128 - 1), st.integers(0, 128))
def test_an_ipv6_range_is_read_to_its_length(address: int, length: int) -> None:
    """Host bits are masked, and the range has as many addresses as its length says."""
    family, ranges = sets.parse(f"{ipaddress.IPv6Address(address)}/{length}")
    low = address >> (128 - length) << (128 - length)

    assert ("ipv6", ((low, low + 2 ** (128 - length) - 1),)) == (family, ranges)


def test_two_halves_are_the_whole_internet() -> None:
    """0.0.0.0/1 and 128.0.0.0/1 together are written 0.0.0.0/0."""
    halves = sets.of(("0.0.0.0/1", "128.0.0.0/1"), "ipv4")
    public = sets.intersection(halves, sets.INTERNET["ipv4"])

    assert sets.cidrs(public, "ipv4") == ("0.0.0.0/0",)


def test_private_ranges_are_not_the_internet() -> None:
    """No private or shared address is a source on the internet."""
    private = sets.of(("10.0.0.0/8", "100.64.0.0/10", "192.168.0.0/16"), "ipv4")

    assert sets.intersection(private, sets.INTERNET["ipv4"]) == sets.EMPTY
