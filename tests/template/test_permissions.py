"""Least privilege, held on the parsed template."""

import json
from typing import Any

import pytest

from local.permissions import Place, is_allowed, needs, told
from ringfence.collect import (
    acm,
    apigateway,
    autoscaling,
    backup,
    cloudformation,
    cloudfront,
    cloudtrail,
    ec2,
    efs,
    elb,
    elbv2,
    entry,
    globalaccelerator,
    iam,
    inspector,
    opensearch,
    rds,
    route53,
    series,
    ssm,
    userdata,
    wafv2,
)
from ringfence.outbox import SWEEPS
from tests.template import stack

# Actions for which the Service Authorization Reference lists no resource type.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
KNOW_NO_RESOURCE = {
    *(action for action in ec2.ACTIONS if action.startswith("ec2:Describe")),
    *userdata.ACTIONS,
    *elb.ACTIONS,
    *elbv2.ACTIONS,
    *cloudfront.ACTIONS,
    *autoscaling.ACTIONS,
    *inspector.ACTIONS,
    *(action for action in ssm.ACTIONS if action.startswith("ssm:Describe")),
    "acm:ListCertificates",
    "backup:ListBackupPlans",
    "backup:ListProtectedResources",
    "ec2:DescribeRegions",
    "cloudtrail:DescribeTrails",
    "ec2:GetSnapshotBlockPublicAccessState",
    "es:ListDomainNames",
    "globalaccelerator:ListAccelerators",
    "iam:ListServerCertificates",
    "route53:ListHostedZones",
    "dynamodb:ListStreams",
    "wafv2:ListLoggingConfigurations",
    "wafv2:ListWebACLs",
}
GLOBAL = {*iam.ACTIONS, *cloudfront.ACTIONS, *route53.ACTIONS}
COLLECTORS = (
    ec2,
    elb,
    elbv2,
    globalaccelerator,
    rds,
    route53,
    efs,
    opensearch,
    apigateway,
    cloudformation,
    cloudfront,
    acm,
    iam,
    autoscaling,
    ssm,
    inspector,
    backup,
    cloudtrail,
    series,
    wafv2,
)
OWN = {"ssm:GetParameter"}  # the policy
READS = {action for service in COLLECTORS for action in service.ACTIONS}
ROLES = sorted(stack.resources("AWS::IAM::Role"))


def grants(role: str) -> list[tuple[str, Any, Any]]:
    """Each action that *role* is allowed, with its resources and condition."""
    return [
        (action, stack.listed(statement["Resource"]), statement.get("Condition"))
        for statement in stack.statements(role)
        for action in stack.listed(statement["Action"])
    ]


def test_no_policy_allows_an_action_with_a_wildcard() -> None:
    """Each action stands by itself, in roles, on queues, the topic and the key."""
    wild = [
        (name, action)
        for name, document in stack.documents()
        for statement in stack.listed(document["Statement"])
        for action in stack.listed(statement.get("Action", "NotAction *"))
        if "*" in action
    ]

    assert [] == wild


@pytest.mark.parametrize("role", ROLES)
def test_a_star_for_resources_only_where_aws_knows_no_finer(role: str) -> None:
    """`Resource: "*"` is for actions that cannot be narrowed."""
    loose = {action for action, resources, _ in grants(role) if "*" in resources}

    assert loose <= KNOW_NO_RESOURCE


@pytest.mark.parametrize("role", ROLES)
def test_reads_are_limited_to_the_regions_that_are_swept(role: str) -> None:
    """A read of the estate says in which Regions, but for global services."""
    unlimited = {
        action
        for action, _, condition in grants(role)
        if action in READS - GLOBAL and "aws:RequestedRegion" not in str(condition)
    }

    assert set() == unlimited


@pytest.mark.parametrize("role", ["SweepRole", "ChangeRole"])
def test_accelerators_are_read_where_their_api_is(role: str) -> None:
    """Whatever Regions are swept, Global Accelerator answers in one of its own."""
    found = {
        action: condition
        for action, _, condition in grants(role)
        if action in globalaccelerator.ACTIONS
    }

    expected = {"StringEquals": {"aws:RequestedRegion": globalaccelerator.REGION}}
    assert dict.fromkeys(globalaccelerator.ACTIONS, expected) == found


@pytest.mark.parametrize("role", ["SweepRole", "ChangeRole"])
def test_what_is_collected_is_what_is_allowed(role: str) -> None:
    """The collectors' own lists and the policy are the same."""
    services = {action.partition(":")[0] for action in READS}
    allowed = {
        action for action, _, _ in grants(role) if action.partition(":")[0] in services
    }

    assert READS == allowed - OWN - set(entry.ACTIONS)


def test_only_sweeps_ask_whether_a_region_is_enabled() -> None:
    """A change comes from one that is."""
    asked: dict[str, set[str]] = {action: set() for action in entry.ACTIONS}
    for role in ROLES:
        for action, _, _ in grants(role):
            if action in asked:
                asked[action].add(role)

    assert {action: {"SweepRole"} for action in entry.ACTIONS} == asked


@pytest.mark.parametrize("role", ["PlanRole", "ProbeRole", "PublishRole", "ActRole"])
def test_no_other_function_reads_the_estate(role: str) -> None:
    """What looks at the network, or writes to others, sees nothing of AWS."""
    assert not READS & {action for action, _, _ in grants(role)}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_assumed_by_its_service_alone(role: str) -> None:
    """Nobody else gets in, and the schedule only of this account."""
    body = stack.resources("AWS::IAM::Role")[role]
    (statement,) = body["AssumeRolePolicyDocument"]["Statement"]
    service = "scheduler" if role == "ScheduleRole" else "lambda"

    assert {"Service": f"{service}.amazonaws.com"} == statement["Principal"]
    assert (role == "ScheduleRole") == ("aws:SourceAccount" in json.dumps(statement))


@pytest.mark.parametrize("policy", sorted(stack.resources("AWS::SQS::QueuePolicy")))
def test_events_get_in_through_our_rules_only(policy: str) -> None:
    """Another account's rule must not be able to fill the queue."""
    body = stack.resources("AWS::SQS::QueuePolicy")[policy]
    (statement,) = body["PolicyDocument"]["Statement"]
    sources = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    acts = {"ActionRule"}
    rules = set(stack.resources("AWS::Events::Rule"))
    expected = acts if policy == "ActQueuePolicy" else rules - acts

    assert expected == {stack.target(source) for source in sources}


ACTING = [
    body["PolicyDocument"]
    for body in stack.template()["Resources"]["ActRole"]["Properties"]["Policies"]
]


def acting(action: str, request: dict[str, Any]) -> bool:
    """Whether the act function's role allows a call, whatever it is made on."""
    service, _, operation = action.partition(":")
    document = json.loads(json.dumps(ACTING[0]))
    for statement in document["Statement"]:
        statement["Resource"] = "*"
    (need,) = needs(service, operation, request, Place("123456789012", "eu-west-1"))
    return is_allowed([document], need, told(operation, request))


@pytest.mark.parametrize(
    ("place", "is_let"),
    [
        ("accepted/123456789012/eu-west-1", True),
        ("123456789012/eu-west-1", False),
        ("ringfence", False),
    ],
)
def test_who_acts_writes_among_what_was_accepted_alone(
    place: str, *, is_let: bool
) -> None:
    """A function that reads what came from outside can forge no finding or alert."""
    item = {"place": {"S": place}, "item": {"S": "alert/1"}}

    assert is_let == acting("dynamodb:PutItem", {"TableName": "t", "Item": item})


@pytest.mark.parametrize(
    ("changes", "is_let"),
    [
        ({"Note": {"Text": "x", "UpdatedBy": "Ringfence"}}, True),
        ({"Workflow": {"Status": "SUPPRESSED"}}, False),
        ({"Note": {"Text": "x"}, "Workflow": {"Status": "RESOLVED"}}, False),
        ({"Severity": {"Label": "LOW"}}, False),
        ({"Severity": {"Normalized": 1}}, False),
        ({"VerificationState": "FALSE_POSITIVE"}, False),
        ({"Confidence": 1}, False),
        ({"Criticality": 1}, False),
        ({"Types": ["Effects"]}, False),
        ({"UserDefinedFields": {"a": "b"}}, False),
        ({"RelatedFindings": [{"Id": "x", "ProductArn": "y"}]}, False),
    ],
    ids=str,
)
def test_who_acts_writes_notes_and_nothing_else(
    changes: dict[str, Any], *, is_let: bool
) -> None:
    """It can neither suppress nor soften a finding of anybody's."""
    request = {"FindingIdentifiers": [{"Id": "x", "ProductArn": "y"}], **changes}

    assert is_let == acting("securityhub:BatchUpdateFindings", request)


def test_the_probe_is_put_into_a_vpc_by_lambda_alone() -> None:
    """What Lambda needs for that, the function's own code is denied."""
    resources = stack.template()["Resources"]
    (managed,) = resources["ProbeRole"]["Properties"]["ManagedPolicyArns"]
    policy = resources["ProbeNetworkPolicy"]
    allowed, denied = policy["Properties"]["PolicyDocument"]["Statement"]

    assert ["ProbesInside", {"Ref": "ProbeNetworkPolicy"}] == managed["Fn::If"][:2]
    assert "ProbesInside" == policy["Condition"]
    assert ("Allow", "Deny") == (allowed["Effect"], denied["Effect"])
    assert allowed["Action"] == denied["Action"]
    assert {"lambda:SourceFunctionArn"} == set(denied["Condition"]["ArnLike"])


def test_user_data_is_read_only_where_the_owner_wants_that() -> None:
    """By default the permission is nobody's."""
    resources = stack.template()["Resources"]
    managed = resources["SweepRole"]["Properties"]["ManagedPolicyArns"]
    nothing = {"Ref": "AWS::NoValue"}

    assert ["ReadsUserData", {"Ref": "UserDataPolicy"}, nothing] in [
        one.get("Fn::If") for one in managed
    ]
    (allowed,) = resources["UserDataPolicy"]["Properties"]["PolicyDocument"][
        "Statement"
    ]
    assert userdata.ACTIONS == (allowed["Action"],)
    assert "ReadsUserData" == resources["UserDataPolicy"]["Condition"]
    assert "off" == stack.template()["Parameters"]["UserData"]["Default"]


def test_plan_keeps_the_book_of_sweeps_and_sees_no_findings() -> None:
    """Of the table it has one partition; the policy and all rows are in others."""
    conditions = [
        condition
        for action, _, condition in grants("PlanRole")
        if action.startswith("dynamodb:")
    ]

    only = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SWEEPS]}}
    assert [only] * 4 == conditions


@pytest.mark.parametrize("role", ["ChangeRole", "ProbeRole"])
def test_changes_and_probes_delete_drafts_alone(role: str) -> None:
    """No finding can be made to vanish by them."""
    conditions = [
        condition
        for action, _, condition in grants(role)
        if action == "dynamodb:DeleteItem"
    ]

    only = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SWEEPS]}}
    assert [only] == conditions


def test_only_sweeps_and_changes_read_the_policy() -> None:
    """The probe lives on the last good one in the table."""
    readers = {
        role
        for role in ROLES
        if any(action == "ssm:GetParameter" for action, _, _ in grants(role))
    }

    assert {"SweepRole", "ChangeRole"} == readers


@pytest.mark.parametrize("name", sorted(stack.resources("AWS::IAM::ManagedPolicy")))
def test_a_managed_policy_is_short_enough_with_every_region(name: str) -> None:
    """AWS takes 6,144 characters, white space aside; there are 36 Regions."""
    policy = stack.resources("AWS::IAM::ManagedPolicy")[name]
    everywhere = {"StringEquals": {"aws:RequestedRegion": ["ap-southeast-1"] * 36}}
    statements = [
        statement | ({"Condition": everywhere} if "Condition" in statement else {})
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    text = json.dumps(statements, separators=(",", ":"))
    for variable, value in (("Partition", "aws-us-gov"), ("AccountId", "1" * 12)):
        text = text.replace(f"${{AWS::{variable}}}", value)

    assert len(text.replace('{"Fn::Sub":', "")) < 6000
