"""RF-016: findings that Security Hub does not take, because it is not enabled."""

from ringfence.checks.security_hub_off import security_hub_off
from ringfence.finding import Doubt
from ringfence.inventory import Inventory
from ringfence.inventory.entries import Entry, Refusal
from tests.build import an_estate, an_inventory

MEMBER = "444455556666"


def answered(code: str | None, parked: str = "") -> Inventory:
    """Security Hub's answer in one place."""
    entry = Entry(account=MEMBER, region="eu-west-1", hub_code=code, parked=parked)
    return an_inventory(entries=(entry,))


FIRES = [
    answered("InvalidAccessException"),
    answered("ResourceNotFoundException"),
    answered("", parked="AccessDeniedException"),
    answered("AccessDeniedException", parked="AccessDenied"),
]
QUIET = [
    answered(""),
    answered("", parked="InvalidAccessException"),  # enabled since
    answered(None),  # there was no way in to ask
    an_inventory(
        entries=(Entry(account=MEMBER, refusal=Refusal(step="role", code="x")),)
    ),
]


def test_a_denied_question_is_a_doubt() -> None:
    """Not allowed to ask is neither on nor off."""
    (doubt,) = security_hub_off(an_estate(answered("AccessDeniedException")))

    assert isinstance(doubt, Doubt)
    assert "securityhub:DescribeHub (AccessDeniedException)" in doubt.because
