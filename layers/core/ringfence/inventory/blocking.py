"""VPC Block Public Access: what it shuts, and what is excluded from it."""

from dataclasses import dataclass

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    structure,
    text,
    text_or_empty,
)

OPTIONS = "ec2.describe_vpc_block_public_access_options"
EXCLUSIONS = "ec2.describe_vpc_block_public_access_exclusions"

OFF = "off"

# An exclusion that has these behind it is not, or no longer, in force.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html
_NOT_IN_FORCE = frozenset({"create-failed", "delete-complete", "disable-complete"})
_CHANGING = frozenset({"update-in-progress", "update-failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """
    A VPC or subnet (*resource* is its id) that the block spares.

    *mode* is ``allow-bidirectional`` or ``allow-egress``.
    """

    resource: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPublicAccess:
    """
    What no internet gateway of the Region lets through.

    *mode* is ``off``, ``block-bidirectional`` or ``block-ingress``.
    """

    mode: str
    exclusions: tuple[Exclusion, ...] = ()


def read_block_public_access(answers: Answers) -> tuple[BlockPublicAccess, ...]:
    """
    The Region's one block; none where it, or what it spares, was not read.

    What is changing counts as open: better a path too many than one too few.
    """
    if not (answers.has(OPTIONS) and answers.has(EXCLUSIONS)):
        return ()
    mode = answers.one(OPTIONS, _mode)
    found = answers.each(EXCLUSIONS, "VpcBlockPublicAccessExclusions", _exclusion)
    exclusions = tuple(exclusion for exclusion in found if exclusion)
    return (BlockPublicAccess(mode=mode, exclusions=exclusions),)


def _mode(raw: Raw) -> str:
    options = structure(raw, "VpcBlockPublicAccessOptions")
    if text_or_empty(options, "State") == "update-in-progress":
        return OFF
    return text_or_empty(options, "InternetGatewayBlockMode") or OFF


def _exclusion(raw: Raw) -> Exclusion | None:
    state = text_or_empty(raw, "State")
    if state in _NOT_IN_FORCE:
        return None
    arn = text(raw, "ResourceArn")
    resource = arn.rpartition("/")[2]
    if not resource.startswith(("vpc-", "subnet-")):
        raise MalformedError("ResourceArn is neither a VPC's nor a subnet's")
    mode = text(raw, "InternetGatewayExclusionMode")
    if state in _CHANGING:
        mode = "allow-bidirectional"
    return Exclusion(resource=resource, mode=mode)
