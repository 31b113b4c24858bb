"""Security groups that serve in a VPC other than their own."""

from dataclasses import dataclass

from ringfence.inventory.answers import Answers, Raw, text, text_or_empty

ASSOCIATIONS = "ec2.describe_security_group_vpc_associations"

# One that could not be ended is still there.
_NOT_IN_FORCE = frozenset({"association-failed", "disassociated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAssociation:
    """*group* may be carried in *vpc*, beside its own VPC."""

    group: str
    vpc: str


def read_associations(answers: Answers) -> tuple[GroupAssociation, ...]:
    """
    Those in force; what is changing counts as that.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupVpcAssociation.html
    """
    if not answers.has(ASSOCIATIONS):
        return ()
    found = answers.each(ASSOCIATIONS, "SecurityGroupVpcAssociations", _association)
    return tuple(association for association in found if association)


def _association(raw: Raw) -> GroupAssociation | None:
    if text_or_empty(raw, "State") in _NOT_IN_FORCE:
        return None
    return GroupAssociation(group=text(raw, "GroupId"), vpc=text(raw, "VpcId"))
