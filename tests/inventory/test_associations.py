"""Groups that serve in other VPCs are read as long as they may."""

import pytest

from ringfence.inventory.associations import ASSOCIATIONS, GroupAssociation
from ringfence.inventory.read import read
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages


def test_one_that_could_not_be_ended_is_still_there() -> None:
    """What never came to be, or has ended, is not."""
    assert (
        GroupAssociation(group="sg-0a1", vpc="vpc-0a2"),
        GroupAssociation(group="sg-0b1", vpc="vpc-0a1"),
    ) == an_inventory().group_associations


@pytest.mark.parametrize(
    ("state", "is_in_force"),
    [
        ("associating", True),
        ("associated", True),
        ("association-failed", False),
        ("disassociating", True),
        ("disassociated", False),
        ("disassociation-failed", True),
        ("something-new", True),
    ],
)
def test_what_is_changing_counts(state: str, *, is_in_force: bool) -> None:
    """Better a VPC too many is looked at than one too few."""
    one = {"GroupId": "sg-1", "VpcId": "vpc-2", "State": state}
    inventory = an_inventory(
        ec2__describe_security_group_vpc_associations={
            "SecurityGroupVpcAssociations": [one]
        }
    )

    assert is_in_force == bool(inventory.group_associations)


def test_without_them_the_groups_are_still_read() -> None:
    """A denied permission is told, and blinds nothing else."""
    gap = Gap(ASSOCIATIONS, "UnauthorizedOperation", "no")
    answers = pages()
    del answers[ASSOCIATIONS]

    inventory = read(a_snapshot(answers, gap))

    assert {"group_associations": (gap,)} == inventory.gaps
    assert an_inventory().security_groups == inventory.security_groups
