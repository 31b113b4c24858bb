"""What was not read is never the same as empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.inventory import PARTS
from ringfence.inventory.read import DETAILS, OPTIONAL, REQUIRED, SOURCES, read
from ringfence.snapshot import Gap, SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages

# What is seen elsewhere or remembered, and thus in no snapshot.
OBSERVED = {
    *("tls_observations", "http_observations", "last_looks", "held", "asked"),
    *("departures", "entries", "stated_versions", "own_rules", "heartbeats"),
}


def test_a_whole_snapshot_is_read_whole() -> None:
    """Every part that AWS tells, and every detail."""
    inventory = an_inventory()

    assert PARTS - OBSERVED | DETAILS.keys() == inventory.read
    assert {} == inventory.gaps


def test_nothing_asked_for_is_neither_read_nor_a_gap() -> None:
    """Out of scope is not a failure."""
    inventory = read(a_snapshot({}))

    assert (frozenset(), {}) == (inventory.read, inventory.gaps)


@pytest.mark.parametrize("operation", sorted(REQUIRED))
def test_a_denied_operation_unreads_just_the_parts_made_of_it(operation: str) -> None:
    """No part is read that misses something, none is lost that does not."""
    gap = Gap(operation, "AccessDenied", "no")
    responses = pages()
    del responses[operation]
    concerned = {source.part for source in SOURCES if operation in source.needs}

    inventory = read(a_snapshot(responses, gap))

    assert dict.fromkeys(concerned, (gap,)) == inventory.gaps
    assert an_inventory().read - concerned == inventory.read


@pytest.mark.parametrize("operation", sorted(OPTIONAL))
def test_a_denied_option_unreads_just_itself(operation: str) -> None:
    """The detail's own name, or its own part's, says what is missing."""
    gap = Gap(operation, "AccessDenied", "no")
    responses = pages()
    del responses[operation]
    concerned = {name for name, needs in DETAILS.items() if operation in needs}
    concerned |= {source.part for source in SOURCES if operation in source.needs}

    inventory = read(a_snapshot(responses, gap))

    assert dict.fromkeys(concerned, (gap,)) == inventory.gaps
    assert an_inventory().read - concerned == inventory.read


def test_a_snapshot_made_before_still_answers_what_it_could() -> None:
    """What nobody asked for then is neither read nor a gap."""
    optional = {item.part for item in SOURCES if item.is_optional}
    kept = {name: page for name, page in pages().items() if name not in OPTIONAL}

    inventory = read(a_snapshot(kept))

    assert {} == inventory.gaps
    assert PARTS - OBSERVED - optional - DETAILS.keys() == inventory.read


def test_a_gap_of_one_resource_is_a_gap_of_the_part() -> None:
    """Even where the other resources were answered."""
    gap = Gap("elbv2.describe_target_health", "Throttling", argument="arn:1")

    inventory = read(a_snapshot(pages(), gap))

    assert {"target_groups": (gap,)} == inventory.gaps
    assert "target_groups" not in inventory.read


@given(st.sets(st.sampled_from(sorted(REQUIRED | OPTIONAL))))
def test_less_read_never_reads_more(removed: set[str]) -> None:
    """Whatever is taken away, what remains is a share of the whole."""
    whole = an_inventory()
    kept = {name: page for name, page in pages().items() if name not in removed}

    inventory = read(a_snapshot(kept))

    assert inventory.read <= whole.read
    assert {} == inventory.gaps


def test_an_answer_without_its_own_list_is_an_error() -> None:
    """A wrong file must not read as an empty Region."""
    with pytest.raises(SnapshotError, match=r"^ec2.describe_vpcs: Vpcs is missing$"):
        an_inventory(ec2__describe_vpcs={})


def test_an_answer_that_is_no_object_is_an_error() -> None:
    """It names the operation."""
    with pytest.raises(SnapshotError, match=r"^ec2.describe_vpcs: "):
        an_inventory(ec2__describe_vpcs=[])


def test_an_answer_for_one_resource_that_is_no_object_is_an_error() -> None:
    """It names the operation and the resource."""
    entries: dict[str, list[str]] = {"pl-0a1": []}

    with pytest.raises(SnapshotError, match="get_managed_prefix_list_entries: pl-0a1"):
        an_inventory(ec2__get_managed_prefix_list_entries=entries)


def test_a_malformed_answer_for_one_resource_names_it() -> None:
    """Not the operation that listed the resource."""
    entries = {"pl-0a1": {"Entries": [{"Description": "no Cidr"}]}}

    with pytest.raises(
        SnapshotError,
        match=r"entries: pl-0a1: Entries\[0\]: Cidr is missing$",
    ):
        an_inventory(ec2__get_managed_prefix_list_entries=entries)


def test_keys_that_nobody_knows_are_ignored() -> None:
    """AWS adds some every month."""
    vpc = {"VpcId": "vpc-1", "Novelty": {"Of": ["2030"]}}

    inventory = an_inventory(ec2__describe_vpcs={"Vpcs": [vpc], "More": 1})

    assert ["vpc-1"] == [network.id for network in inventory.vpc_networks]
