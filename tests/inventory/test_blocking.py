"""VPC Block Public Access is read so that nothing open is taken for shut."""

from typing import Any

import pytest

from ringfence.inventory import PARTS
from ringfence.inventory.blocking import (
    EXCLUSIONS,
    OPTIONS,
    BlockPublicAccess,
    Exclusion,
)
from ringfence.inventory.read import read
from ringfence.snapshot import Gap, SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages


def blocked(mode: str, state: str = "update-complete") -> dict[str, Any]:
    """Give the answer of a Region with the given mode."""
    options = {"State": state, "InternetGatewayBlockMode": mode}
    return {"VpcBlockPublicAccessOptions": options}


def spared(state: str, arn: str = "arn:aws:ec2:eu-west-1:1:vpc/vpc-1") -> Any:
    """Give the answer with one exclusion, for egress alone."""
    exclusion = {
        "ResourceArn": arn,
        "InternetGatewayExclusionMode": "allow-egress",
        "State": state,
    }
    return {"VpcBlockPublicAccessExclusions": [exclusion]}


def test_the_block_and_what_it_spares_are_one_record() -> None:
    """What was deleted spares nothing any more."""
    assert (
        BlockPublicAccess(
            mode="block-ingress",
            exclusions=(
                Exclusion(resource="vpc-0a1", mode="allow-egress"),
                Exclusion(resource="subnet-0a1", mode="allow-bidirectional"),
            ),
        ),
    ) == an_inventory().block_public_access


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        (blocked("block-bidirectional"), "block-bidirectional"),
        (blocked("off", "default-state"), "off"),
        (blocked("block-ingress", "update-in-progress"), "off"),
        ({"VpcBlockPublicAccessOptions": {}}, "off"),
    ],
)
def test_a_block_that_is_not_surely_on_is_off(
    options: dict[str, Any], mode: str
) -> None:
    """A mode that is being changed may be either."""
    (block,) = an_inventory(
        ec2__describe_vpc_block_public_access_options=options
    ).block_public_access

    assert mode == block.mode


@pytest.mark.parametrize(
    ("state", "modes"),
    [
        ("create-in-progress", ["allow-egress"]),
        ("create-complete", ["allow-egress"]),
        ("create-failed", []),
        ("update-in-progress", ["allow-bidirectional"]),
        ("update-failed", ["allow-bidirectional"]),
        ("delete-in-progress", ["allow-egress"]),
        ("disable-in-progress", ["allow-egress"]),
        ("disable-complete", []),
    ],
)
def test_an_exclusion_counts_until_it_surely_does_not(
    state: str, modes: list[str]
) -> None:
    """One that changes may spare both directions already, or still."""
    (block,) = an_inventory(
        ec2__describe_vpc_block_public_access_exclusions=spared(state)
    ).block_public_access

    assert modes == [exclusion.mode for exclusion in block.exclusions]


def test_an_exclusion_of_something_else_is_an_error() -> None:
    """Nobody could tell what it spares."""
    with pytest.raises(SnapshotError, match=r"exclusions: .*\[0\]: ResourceArn is"):
        an_inventory(
            ec2__describe_vpc_block_public_access_exclusions=spared(
                "create-complete", "arn:aws:ec2:eu-west-1:1:instance/i-1"
            )
        )


@pytest.mark.parametrize("operation", [OPTIONS, EXCLUSIONS])
def test_a_block_that_was_not_read_whole_blocks_nothing(operation: str) -> None:
    """Without its exclusions, it would shut what is open; the gap is told."""
    responses = pages()
    del responses[operation]
    gap = Gap(operation, "UnauthorizedOperation")

    inventory = read(a_snapshot(responses, gap))

    assert () == inventory.block_public_access
    assert {"block_public_access": (gap,)} == inventory.gaps


def test_no_check_can_need_the_block() -> None:
    """A check that did would be unknown where the block is not readable."""
    assert "block_public_access" not in PARTS
