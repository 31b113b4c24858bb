"""What other answers imply is not asked for in a narrowed read; all else is."""

from typing import Any

import pytest

from ringfence.collect import in_scope
from ringfence.inventory.blocking import (
    EXCLUSIONS,
    OPTIONS,
    BlockPublicAccess,
    Exclusion,
)
from ringfence.inventory.read import read
from tests.collect.aws import RecordedAws, RefusedError

VPC = "vpc-0a1"
SUBNETS = "ec2.describe_subnets"


def an_aws(**seen: Any) -> RecordedAws:
    """Give an AWS with nothing in the VPC but what is *seen*."""
    nothing = {name.name: name.nothing for name in in_scope(frozenset({VPC}))}
    given = {f"ec2.describe_{name}": answer for name, answer in seen.items()}
    return RecordedAws(responses=nothing | given)


def subnets(*modes: str | None) -> dict[str, Any]:
    """Give subnets that say *modes* of the block; None says nothing."""
    return {
        "Subnets": [
            {"SubnetId": f"subnet-{number}", "VpcId": VPC, "CidrBlock": "10.0.0.0/24"}
            | (
                {"BlockPublicAccessStates": {"InternetGatewayBlockMode": mode}}
                if mode
                else {}
            )
            for number, mode in enumerate(modes)
        ]
    }


def blocked(mode: str) -> dict[str, Any]:
    """Give the Region's own word on the block."""
    return {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode}}


def refusing(name: str) -> Any:
    """Give an AWS's trouble that denies *name*."""

    def trouble(called: str, _: Any) -> None:
        if called == name:
            raise RefusedError("UnauthorizedOperation")

    return trouble


@pytest.mark.parametrize("modes", [(), ("off",), ("off", "off")])
def test_subnets_that_nothing_blocks_need_no_asking(modes: tuple[str, ...]) -> None:
    """Whatever the Region's mode: these are spared, or there is no block."""
    aws = an_aws(
        subnets=subnets(*modes),
        vpc_block_public_access_options=blocked("block-ingress"),
    )

    inventory = read(aws.collect(frozenset({VPC})))

    assert [] == aws.asked(OPTIONS) + aws.asked(EXCLUSIONS)
    assert (BlockPublicAccess(mode="off"),) == inventory.block_public_access
    assert "block_public_access" in inventory.read


@pytest.mark.parametrize(
    "modes", [("off", "block-ingress"), ("block-bidirectional",), ("off", None)]
)
def test_a_subnet_that_is_blocked_or_silent_leads_to_the_block(
    modes: tuple[str | None, ...],
) -> None:
    """An older SDK does not tell the state."""
    arn = f"arn:aws:ec2:eu-west-1:123456789012:vpc/{VPC}"
    spared = {
        "ResourceArn": arn,
        "InternetGatewayExclusionMode": "allow-egress",
        "State": "create-complete",
    }
    aws = an_aws(
        subnets=subnets(*modes),
        vpc_block_public_access_options=blocked("block-bidirectional"),
        vpc_block_public_access_exclusions={"VpcBlockPublicAccessExclusions": [spared]},
    )

    (block,) = read(aws.collect(frozenset({VPC}))).block_public_access

    exclusion = Exclusion(resource=VPC, mode="allow-egress")
    assert ("block-bidirectional", (exclusion,)) == (block.mode, block.exclusions)


def test_subnets_that_were_not_read_imply_nothing() -> None:
    """Not read is never the same as empty."""
    aws = an_aws()
    aws.trouble = refusing(SUBNETS)

    aws.collect(frozenset({VPC}))

    assert [{}] == aws.asked(OPTIONS)


def test_of_a_whole_region_aws_s_own_answers_count() -> None:
    """Whatever they imply about each other."""
    aws = RecordedAws()
    aws.responses |= {SUBNETS: subnets("off")}

    aws.collect()

    assert [{}] == aws.asked(OPTIONS)
