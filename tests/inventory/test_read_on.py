"""An answer that makes no sense is a gap of its operation, and of nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.inventory import Inventory
from ringfence.inventory import read as reading
from ringfence.inventory.answers import Answers
from ringfence.inventory.read import SOURCES, Source, read, read_on
from ringfence.snapshot import MALFORMED, AnswerError, Gap
from tests.inventory.estate import a_snapshot, pages

# They only tell what else is to be asked, which `collect` looks at.
UNREAD = {
    "ec2.get_snapshot_block_public_access_state",
    "inspector2.batch_get_account_status",
    "opensearch.list_domain_names",
}
GARBAGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"": None},
    1e400,
)


def refused(operation: str) -> Inventory:
    """What is read where AWS refuses *operation*."""
    return read(a_snapshot(pages(), Gap(operation, "AccessDenied")))


@pytest.mark.parametrize("operation", sorted(pages().keys() - UNREAD))
def test_an_answer_that_is_no_answer_is_as_good_as_refused(operation: str) -> None:
    """The same parts are gaps, and of all others every record is read."""
    inventory = read_on(a_snapshot(pages() | {operation: ["?"]}))
    gap = Gap(operation, MALFORMED, "the answer is not an object")
    other = refused(operation)

    assert other.gaps.keys() == inventory.gaps.keys()
    assert {(gap,)} == set(inventory.gaps.values())
    assert replace(other, gaps={}) == replace(inventory, gaps={})


def test_the_gap_says_where_it_stands() -> None:
    """Field and resource, never the value."""
    entries = {"pl-0a1": {"Entries": [{"Cidr": "secret"}]}}
    operation = "ec2.get_managed_prefix_list_entries"
    inventory = read_on(a_snapshot(pages() | {operation: entries}))
    why = "Entries[0]: Cidr is not a CIDR or an address"

    assert {"prefix_lists": (Gap(operation, MALFORMED, why, "pl-0a1"),)} == (
        inventory.gaps
    )


def test_several_are_all_told() -> None:
    """One does not hide the other."""
    strange = {"ec2.describe_vpcs": [], "ec2.describe_subnets": {"Subnets": [None]}}
    inventory = read_on(a_snapshot(pages() | strange))

    assert {"vpc_networks", "subnets"} == inventory.gaps.keys()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give every place in *value* where something stands."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def put(value: Any, path: tuple[Any, ...], garbage: Any) -> Any:
    """Give *value* with *garbage* at *path*."""
    if not path:
        return garbage
    first, *rest = path
    value[first] = put(value[first], tuple(rest), garbage)
    return value


PLACES = [
    (operation, path)
    for operation, answer in sorted(pages().items())
    for path in places(answer)
]


@given(st.sampled_from(PLACES), st.sampled_from(GARBAGE))
def test_garbage_anywhere_in_an_answer_stops_nothing_else(
    place: tuple[str, tuple[Any, ...]], garbage: Any
) -> None:
    """Whatever stands wherever: at worst its own operation is as if refused."""
    operation, path = place
    answer = put(pages()[operation], path, garbage)
    inventory = read_on(a_snapshot(pages() | {operation: answer}))
    told = {gap for gaps in inventory.gaps.values() for gap in gaps}

    if {gap.code for gap in told} == {MALFORMED}:
        assert {operation} == {gap.operation for gap in told}
        assert inventory.read == refused(operation).read


def crashing(raw: Any) -> Any:
    raise KeyError(raw["VpcId"])


def test_a_reader_that_crashes_says_so() -> None:
    """It is our fault, and no reason to read nothing."""
    answers = Answers(pages())

    with pytest.raises(AnswerError, match=r"^ec2.describe_vpcs: Vpcs\[0\]: crashed: "):
        answers.each("ec2.describe_vpcs", "Vpcs", crashing)


def test_a_source_that_crashes_is_its_operations_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What puts records together may crash as well."""

    def crash(_: Answers) -> tuple[object, ...]:
        raise TypeError("secret")

    sources = (Source("subnets", crash, ("ec2.describe_subnets",)), *SOURCES)
    monkeypatch.setattr(reading, "SOURCES", sources)
    [gap] = read_on(a_snapshot()).gaps["subnets"]

    assert ("ec2.describe_subnets", MALFORMED) == (gap.operation, gap.code)
    assert gap.message.startswith("crashed: TypeError at crash:")
