"""RF-015: an account, or a Region of it, that Ringfence cannot read."""

import pytest

from ringfence.checks.unreadable_account import unreadable_account
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.entries import Entry, Refusal
from tests.build import an_estate, an_inventory

MEMBER = "444455556666"
ROLE = Refusal(
    step="role",
    code="AccessDenied",
    role=f"arn:aws:iam::{MEMBER}:role/RingfenceMember-read",
)
REGION = Refusal(step="region", code="OptInRequired")


def met(*entries: Entry) -> Inventory:
    return an_inventory(entries=entries)


FIRES = [
    met(Entry(account=MEMBER, refusal=ROLE)),
    met(Entry(account=MEMBER, region="af-south-1", refusal=REGION)),
    met(Entry(account=MEMBER, refusal=Refusal(step="state", code="SUSPENDED"))),
    met(Entry(refusal=Refusal(step="list", code="AccessDeniedException"))),
]
QUIET = [
    met(Entry(account=MEMBER), Entry(account=MEMBER, region="eu-west-1")),
    met(Entry()),  # the organisation tells its accounts
    met(Entry(account=MEMBER, region="eu-west-1", hub_code="InvalidAccessException")),
]


def problem(entry: Entry) -> Problem:
    (found,) = unreadable_account(an_estate(met(entry)))
    assert isinstance(found, Problem)
    return found


def test_a_refused_role_is_one_finding_of_the_account() -> None:
    """However many Regions are swept: it is one role that has to be mended."""
    found = problem(Entry(account=MEMBER, refusal=ROLE))

    assert MEMBER == found.resource
    assert ROLE.role in found.message
    assert "member.yaml" in (found.fix or "")


@pytest.mark.parametrize(
    ("code", "words", "fix"),
    [
        ("OptInRequired", "is not enabled", "aws account enable-region"),
        ("AuthFailure", "is not enabled", "aws account enable-region"),
        ("UnauthorizedOperation", "service control policy", "allow it"),
        ("EndpointConnectionError", "does not answer", "Take af-south-1 out"),
    ],
)
def test_a_shut_region_says_what_shuts_it(code: str, words: str, fix: str) -> None:
    """A Region that is off and one that is forbidden are mended differently."""
    refusal = Refusal(step="region", code=code)
    found = problem(Entry(account=MEMBER, region="af-south-1", refusal=refusal))

    assert f"{MEMBER}/af-south-1" == found.resource
    assert words in found.message
    assert fix in (found.fix or "")
