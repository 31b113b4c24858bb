"""EXP-014: file systems that take NFS from beyond their VPC."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks.open_file_system import open_file_system
from ringfence.evaluate import evaluate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.filesystems import FileSystem, MountTarget
from ringfence.inventory.records import Peering, PrivateAddress
from ringfence.inventory.statements import Condition, Statement
from tests.build import (
    ACCOUNT,
    VPC,
    a_group,
    a_network,
    a_rule,
    an_estate,
    an_interface,
)

ARN = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-1"
WORLD = "0.0.0.0/0"


def shared(*sources: str, ipv6: tuple[str, ...] = (), **fields: Any) -> Inventory:
    """Give a file system whose mount target takes NFS from *sources*."""
    rules = [a_rule(2049, source, name=f"sgr-{source}") for source in sources]
    interface = an_interface(
        instance=None,
        kind="efs",
        description="EFS mount target for fs-1 (fsmt-1)",
        addresses=(PrivateAddress("10.0.0.9"),),
        ipv6=ipv6,
    )
    target = MountTarget(id="fsmt-1", vpc=VPC, interface=interface.id)
    defaults: dict[str, Any] = {
        "id": "fs-1",
        "arn": ARN,
        "name": "jira-home",
        "targets": (target,),
    }
    return a_network(
        file_systems=(FileSystem(**(defaults | fields)),),
        network_interfaces=(interface,),
        security_groups=(a_group(*rules),),
    )


def mounting(*principals: str, **fields: Any) -> tuple[Statement, ...]:
    """Give a policy that lets *principals* mount."""
    return (
        Statement(
            allows=True,
            actions=("elasticfilesystem:*",),
            resources=(ARN,),
            principals=principals,
            **fields,
        ),
    )


PEER = Peering(
    id="pcx-1",
    state="active",
    requester_vpc="vpc-9",
    requester_cidrs=("10.9.0.0/16",),
    accepter_vpc=VPC,
    accepter_cidrs=("10.0.0.0/16",),
)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jira"

FIRES = [
    shared(WORLD),
    shared("0.0.0.0/1", "128.0.0.0/1"),
    shared("::/0", ipv6=("2001:db8::9",)),
    shared("10.0.0.0/8"),
    shared("10.9.0.0/16"),
    shared(WORLD, policy=mounting(ROLE)),
]
QUIET = [
    shared("sg-1"),
    shared("10.0.0.0/16"),
    shared("10.0.0.0/24"),
    replace(shared("10.9.0.0/16"), peerings=(PEER,)),
    shared(),
    shared(WORLD, targets=()),
    replace(shared(), security_groups=(a_group(a_rule(443)),)),
    replace(shared(), security_groups=(a_group(a_rule(2049, protocol="udp")),)),
    replace(shared(), security_groups=(a_group(a_rule(2049, is_egress=True)),)),
]


def problem_of(inventory: Inventory, **policy: Any) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = open_file_system(an_estate(inventory, **policy))
    assert isinstance(problem, Problem)
    return problem


MET = (Condition("Bool", "elasticfilesystem:accessedviamounttarget", ("true",)),)
ODD = (Condition("StringEquals", "aws:requesttag/a", ("b",)),)


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (shared(WORLD), Severity.MEDIUM),
        (shared("10.0.0.0/8"), Severity.LOW),
        (shared("::/0"), Severity.MEDIUM),
        (shared("::/0", ipv6=("2001:db8::9",)), Severity.HIGH),
        (shared(WORLD, ipv6=("2001:db8::9",)), Severity.MEDIUM),
        (shared(WORLD, policy=mounting(ROLE)), Severity.LOW),
        (shared(WORLD, policy=mounting("*")), Severity.MEDIUM),
        (shared(WORLD, policy=mounting("*", conditions=MET)), Severity.MEDIUM),
        (shared(WORLD, policy=mounting("*", conditions=ODD)), Severity.MEDIUM),
    ],
)
def test_weighs_who_gets_there_and_who_may_mount(
    inventory: Inventory, severity: Severity
) -> None:
    """The internet by IPv6, the internet's rule without a path, private networks."""
    assert severity == problem_of(inventory).severity


def test_says_that_no_path_leads_there() -> None:
    """An open rule without a path is not called reachable."""
    assert (
        "The file system fs-1 (jira-home) takes NFS (TCP 2049) from beyond its VPC: "
        "sg-1: tcp 2049 from 0.0.0.0/0. No path leads there from the internet now; "
        "networks that are connected to the VPC get in. "
        "It has no policy, so that whoever gets there may mount it."
    ) == problem_of(shared(WORLD)).message


def test_says_where_it_is_reached() -> None:
    """The address that strangers dial is in the message."""
    message = problem_of(shared("::/0", ipv6=("2001:db8::9",))).message

    assert "It can be reached from the internet at 2001:db8::9." in message


def test_trusted_ranges_are_not_beyond() -> None:
    """What the policy names as trusted may mount."""
    estate = an_estate(shared("10.9.0.0/16"), trusted={"office": ["10.9.0.0/16"]})

    assert [] == list(open_file_system(estate))


def test_the_fix_revokes_the_rules() -> None:
    """The command can be run as it is."""
    assert (
        "aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-1 "
        "--security-group-rule-ids sgr-0.0.0.0/0"
    ) == problem_of(shared(WORLD)).fix


@pytest.mark.parametrize(
    ("inventory", "because"),
    [
        (
            replace(shared(WORLD), security_groups=()),
            "the security group sg-1 could not be read",
        ),
        (
            replace(shared(WORLD), network_interfaces=()),
            "the network interface eni-1 could not be read",
        ),
    ],
)
def test_what_cannot_be_told_is_a_doubt(inventory: Inventory, because: str) -> None:
    """A group or interface that was not read may hold the whole internet."""
    assert [Doubt(ARN, because)] == list(open_file_system(an_estate(inventory)))


def test_the_finding_says_which_file_system_and_where() -> None:
    """Name, VPC and product are for people, and for closing."""
    (finding,) = evaluate(an_estate(FIRES[0]), [open_file_system]).findings

    assert (ARN, "jira-home", VPC, "jira") == (
        finding.resource,
        finding.name,
        finding.vpc,
        finding.product,
    )
