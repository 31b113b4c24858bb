"""AMI-005: images whose owner nobody vouches for."""

from typing import Any

from ringfence.checks.unknown_owner import unknown_owner
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import (
    ACCOUNT,
    a_rule,
    an_estate,
    an_image,
    an_instance,
    imaged,
    public,
)

STRANGER = {"owner": "999900001111", "is_public": True}

FIRES = [imaged(**STRANGER), imaged(owner="999900001111")]
QUIET = [
    imaged(is_public=True, alias="amazon"),
    imaged(is_public=True, owner="679593333241", alias="aws-marketplace"),
    imaged(is_public=True, owner="099720109477"),
    imaged(owner=ACCOUNT),
    imaged(owner="", state="gone"),
    public(  # Atlassian's, by its id
        images=(an_image(id="ami-47246f34", **STRANGER),),
        instances=(an_instance(image="ami-47246f34"),),
    ),
]


def found(inventory: Inventory, **policy: Any) -> list[Problem]:
    """Give the problems of *inventory*."""
    estate = an_estate(inventory, **policy)
    return [one for one in unknown_owner(estate) if isinstance(one, Problem)]


def test_public_weighs_more_than_shared() -> None:
    """That an account shared an image with this one was somebody's decision."""
    severities = [found(one)[0].severity for one in FIRES]

    assert [Severity.MEDIUM, Severity.INFORMATIONAL] == severities


def test_public_and_reachable_weighs_most() -> None:
    """A stranger's image on a machine that strangers reach."""
    (problem,) = found(public(a_rule(443), images=(an_image(**STRANGER),)))

    assert Severity.HIGH == problem.severity


def test_owner_in_the_policy_is_known() -> None:
    """The account that makes the house's images is for the owner to name."""
    assert [] == found(FIRES[0], image_owners=["999900001111"])
