"""RF-001, RF-003 and RF-004: what Ringfence says about itself."""

from datetime import timedelta

import pytest

from ringfence.checks.own import (
    command_of,
    expired_waiver,
    invalid_policy,
    permission_of,
    unread_part,
)
from ringfence.estate import Estate
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.snapshot import MALFORMED, Gap
from tests.build import TAKEN_AT, an_estate, an_inventory

DENIED = Gap("ec2.describe_instances", "UnauthorizedOperation")


def unread(*gaps: Gap, part: str = "instances") -> Inventory:
    """Give an inventory one part of which has *gaps*."""
    return an_inventory(gaps={part: gaps})


def told(estate: Estate) -> Problem:
    """Give the gap check's only answer."""
    (problem,) = unread_part(estate)
    assert isinstance(problem, Problem)
    return problem


def test_denied_call_names_the_permission() -> None:
    """Whoever reads it knows which IAM action is missing."""
    problem = told(an_estate(unread(DENIED)))

    assert Severity.HIGH == problem.severity
    assert "ec2:DescribeInstances" in problem.message
    assert problem.fix is not None
    assert "aws ec2 describe-instances --region eu-west-1" in problem.fix


def test_a_service_in_one_region_is_asked_there() -> None:
    """The command that shows the same error works as it is written."""
    gap = Gap("globalaccelerator.list_accelerators", "AccessDeniedException")
    problem = told(an_estate(unread(gap, part="accelerators")))

    assert "globalaccelerator:ListAccelerators" in problem.message
    assert problem.fix is not None
    assert "list-accelerators --region us-west-2" in problem.fix


def test_an_answer_that_makes_no_sense_is_told_with_its_field() -> None:
    """Nothing is wrong with the account: the reader upgrades, or reports it."""
    gap = Gap("efs.describe_mount_targets", MALFORMED, "VpcId is missing", "fs-1")
    problem = told(an_estate(unread(gap, part="file_systems")))

    assert Severity.HIGH == problem.severity
    assert "file_systems could not be judged" in problem.message
    assert "AWS's answer for fs-1 makes no sense to us: VpcId is missing." in (
        problem.message
    )
    assert problem.fix is not None
    assert "Upgrade Ringfence" in problem.fix
    assert "aws efs describe-mount-targets" in problem.fix


def test_throttled_call_asks_for_no_permission() -> None:
    """Only denials are about permissions."""
    gap = Gap("ec2.describe_instances", "RequestLimitExceeded")

    assert "permission" not in told(an_estate(unread(gap))).message


def test_one_operation_is_one_problem() -> None:
    """However many parts and resources an operation fails for, it is told once."""
    gaps = tuple(
        Gap("elbv2.describe_rules", "AccessDenied", argument=f"arn-{number}")
        for number in range(30)
    )
    inventory = an_inventory(gaps={"listeners": gaps, "target_groups": gaps[:1]})
    problem = told(an_estate(inventory))

    assert "listeners, target_groups" in problem.message
    assert 30 == problem.evidence["gap_count"]
    assert 20 == len(problem.evidence["gaps"])


def test_operation_absent_from_a_snapshot_is_only_mentioned() -> None:
    """A snapshot on disk may be partial on purpose."""
    gap = Gap("acm.list_certificates", "NotInSnapshot")

    assert Severity.INFORMATIONAL == told(an_estate(unread(gap))).severity


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("elbv2.describe_target_health", "elasticloadbalancing:DescribeTargetHealth"),
        ("elb.describe_load_balancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("ec2.describe_network_acls", "ec2:DescribeNetworkAcls"),
        ("rds.describe_db_instances", "rds:DescribeDBInstances"),
        ("iam.list_server_certificates", "iam:ListServerCertificates"),
        ("elbv2.describe_ssl_policies", "elasticloadbalancing:DescribeSSLPolicies"),
        ("ec2.describe_snapshots.public", "ec2:DescribeSnapshots"),
        ("wafv2.list_resources_for_web_acl", "wafv2:ListResourcesForWebACL"),
        ("wafv2.list_web_acls", "wafv2:ListWebACLs"),
    ],
)
def test_permission_is_spelt_as_iam_spells_it(operation: str, action: str) -> None:
    """Client and method give the IAM action."""
    assert action == permission_of(operation)


def test_command_is_spelt_as_the_cli_spells_it() -> None:
    """Client and method give the AWS CLI's command."""
    assert "aws elbv2 describe-rules" == command_of("elbv2.describe_rules")
    assert "aws ec2 describe-snapshots" == command_of("ec2.describe_snapshots.public")


def test_invalid_policy_is_told() -> None:
    """The reason why the newest policy is not in force is passed on."""
    (problem,) = invalid_policy(Estate(an_inventory(), policy_error="trusted: bad"))

    assert isinstance(problem, Problem)
    assert "policy" == problem.resource
    assert "trusted: bad" in problem.message


def test_valid_policy_is_quiet() -> None:
    """Nothing is told of a policy that is in force."""
    assert [] == list(invalid_policy(an_estate(an_inventory())))


@pytest.mark.parametrize(("left", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_waiver_expires_after_its_last_day(left: int, count: int) -> None:
    """On its last day a waiver still holds."""
    waiver = {
        "check": "EXP-001",
        "reason": "until the bastion is there",
        "owner": "platform",
        "expires": (TAKEN_AT + timedelta(days=left)).date(),
    }
    found = list(expired_waiver(an_estate(an_inventory(), waivers=[waiver])))

    assert count == len(found)
