"""What AWS says of a security group that a rule refers to."""

from dataclasses import dataclass
from functools import lru_cache

from ringfence.inventory.answers import Raw, text_or_none


@dataclass(frozen=True, slots=True)
class Reference:
    """
    Whose group it is and, of one in another VPC, where and over what.

    *account* is None where AWS names none: the group is gone.
    *status* is the peering's, as AWS names it.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UserIdGroupPair.html
    """

    account: str | None = None
    vpc: str | None = None  # None: the rule's own, or not told
    peering: str | None = None  # None: over none
    status: str | None = None  # None: over no peering, or not told


def read_reference(raw: Raw) -> Reference:
    """One object for all equal pairs: few accounts and VPCs are in most rules."""
    return _shared(
        text_or_none(raw, "UserId") or None,
        text_or_none(raw, "VpcId") or None,
        text_or_none(raw, "VpcPeeringConnectionId") or None,
        text_or_none(raw, "PeeringStatus") or None,
    )


@lru_cache(maxsize=1024)
def _shared(
    account: str | None, vpc: str | None, peering: str | None, status: str | None
) -> Reference:
    return Reference(account, vpc, peering, status)
