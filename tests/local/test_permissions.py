"""What policies allow, and what requests ask for."""

from typing import Any

import pytest

from local.permissions import Need, Place, is_allowed, is_trusted, needs, told

PLACE = Place("123456789012", "eu-west-1")
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/findings"
IRELAND = {"aws:RequestedRegion": "eu-west-1"}


def a_policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """Give a policy of *statements*, which allow unless they say otherwise."""
    return {"Statement": [{"Effect": "Allow", "Resource": "*"} | s for s in statements]}


def allowed(need: Need, *statements: dict[str, Any]) -> bool:
    """Whether *statements* allow *need* in Ireland."""
    return is_allowed([a_policy(*statements)], need, IRELAND)


PUT = Need("dynamodb:PutItem", TABLE)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([{"Action": "dynamodb:PutItem"}], True),
        ([{"Action": ["dynamodb:Get*", "dynamodb:Put*"]}], True),
        ([{"Action": "DynamoDB:putitem"}], True),
        ([{"Action": "dynamodb:GetItem"}], False),
        ([{"Action": "dynamodb:PutItem", "Resource": TABLE}], True),
        ([{"Action": "dynamodb:PutItem", "Resource": f"{TABLE}/index/*"}], False),
        ([{"Action": "*"}, {"Action": "dynamodb:*", "Effect": "Deny"}], False),
        ([{"NotAction": "ec2:*"}], True),
        ([{"NotAction": "dynamodb:*"}], False),
        ([{"Action": "*", "Resource": None, "NotResource": TABLE}], False),
    ],
)
def test_statements_are_weighed(statements: Any, expected: bool) -> None:  # noqa: FBT001
    """One statement must allow the action on the resource, and none deny it."""
    assert expected == allowed(PUT, *statements)


def test_a_statement_on_one_resource_does_not_allow_all() -> None:
    """A request whose resource is not known is not allowed by an ARN."""
    statement = {"Action": "dynamodb:ListStreams", "Resource": TABLE}

    assert not allowed(Need("dynamodb:ListStreams", "*"), statement)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "x"]}}, True),
        ({"StringEquals": {"AWS:requestedregion": "us-east-1"}}, False),
        ({"ForAllValues:StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
        ({"ForAllValues:StringEquals": {"aws:None": "us-east-1"}}, True),
        ({"StringLike": {"aws:RequestedRegion": "eu-*"}}, True),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, True),
        ({"Bool": {"aws:RequestedRegion": "EU-WEST-1"}}, True),
    ],
)
def test_conditions_count(condition: Any, expected: bool) -> None:  # noqa: FBT001
    """An unmet condition takes the statement out, and no more than that."""
    statement = {"Action": "dynamodb:PutItem", "Condition": condition}

    assert expected == allowed(PUT, statement)


SWEEPS = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["sweeps"]}}


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        ({"Item": {"place": {"S": "sweeps"}}}, True),
        ({"Item": {"place": {"S": "123456789012/eu-west-1"}}}, False),
        ({"Key": {"place": {"S": "ringfence"}}}, False),
        ({"ExpressionAttributeValues": {":place": {"S": "sweeps"}}}, True),
        ({"ExpressionAttributeValues": {":place": {"S": "ringfence"}}}, False),
    ],
)
def test_a_partition_can_be_all_that_is_allowed(
    request_of: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:
    """The key of an item, alone, in a query or in a transaction, counts."""
    statement = {"Action": "dynamodb:*", "Condition": SWEEPS}
    one = {"TableName": "findings", **request_of}
    asked = [
        *needs("dynamodb", "PutItem", one, PLACE),
        *needs(
            "dynamodb", "TransactWriteItems", {"TransactItems": [{"Put": one}]}, PLACE
        ),
    ]

    assert [expected] * 2 == [allowed(need, statement) for need in asked]


def test_an_unknown_condition_is_an_error() -> None:
    """A condition that is ignored would allow what AWS denies."""
    condition = {"NumericLessThan": {"aws:RequestedRegion": "1"}}

    with pytest.raises(NotImplementedError, match="NumericLessThan"):
        allowed(PUT, {"Action": "*", "Condition": condition})


RULE = "arn:aws:events:eu-west-1:123456789012:rule/r"
TRAIL = "arn:aws:cloudtrail:us-east-1:210987654321:trail/everyone"
REQUESTS: list[tuple[str, str, dict[str, Any], list[Need]]] = [
    (
        "cloudtrail",
        "GetTrailStatus",
        {"Name": TRAIL},
        [Need("cloudtrail:GetTrailStatus", TRAIL)],
    ),
    (
        "cloudtrail",
        "GetEventSelectors",
        {"TrailName": TRAIL},
        [Need("cloudtrail:GetEventSelectors", TRAIL)],
    ),
    ("cloudtrail", "DescribeTrails", {}, [Need("cloudtrail:DescribeTrails", "*")]),
    ("events", "DescribeRule", {"Name": "r"}, [Need("events:DescribeRule", RULE)]),
    (
        "events",
        "ListTargetsByRule",
        {"Rule": "r"},
        [Need("events:ListTargetsByRule", RULE)],
    ),
    ("events", "PutEvents", {"Entries": []}, [Need("events:PutEvents", "*")]),
    ("dynamodb", "PutItem", {"TableName": "findings"}, [PUT]),
    (
        "dynamodb",
        "Query",
        {"TableName": "findings", "IndexName": "by-time"},
        [Need("dynamodb:Query", f"{TABLE}/index/by-time")],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "findings"}}]},
        [PUT],
    ),
    (
        "dynamodb",
        "GetRecords",
        {"ShardIterator": f"{TABLE}/stream/1|1|x"},
        [Need("dynamodb:GetRecords", f"{TABLE}/stream/1")],
    ),
    (
        "sqs",
        "SendMessageBatch",
        {"QueueUrl": "https://sqs/1/q"},
        [Need("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q")],
    ),
    (
        "ssm",
        "GetParameter",
        {"Name": "/a/b"},
        [Need("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b")],
    ),
    (
        "ssm",
        "DescribeMaintenanceWindows",
        {},
        [Need("ssm:DescribeMaintenanceWindows", "*")],
    ),
    (
        "ssm",
        "GetPatchBaseline",
        {"BaselineId": "pb-1"},
        [
            Need(
                "ssm:GetPatchBaseline",
                "arn:aws:ssm:eu-west-1:123456789012:patchbaseline/pb-1",
            )
        ],
    ),
    (
        "ssm",
        "GetParameters",
        {"Names": ["/aws/service/x", "/own"]},
        [
            Need("ssm:GetParameters", "arn:aws:ssm:eu-west-1::parameter/aws/service/x"),
            Need(
                "ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/own"
            ),
        ],
    ),
    (
        "securityhub",
        "BatchImportFindings",
        {"Findings": [{"ProductArn": "p"}, {"ProductArn": "p"}]},
        [Need("securityhub:BatchImportFindings", "p")],
    ),
    ("ec2", "DescribeVpcs", {}, [Need("ec2:DescribeVpcs", "*")]),
    (
        "rds",
        "DescribeDBClusterSnapshotAttributes",
        {"DBClusterSnapshotIdentifier": "wiki"},
        [
            Need(
                "rds:DescribeDBClusterSnapshotAttributes",
                "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:wiki",
            )
        ],
    ),
    (
        "backup",
        "GetBackupPlan",
        {},
        [
            Need(
                "backup:GetBackupPlan",
                "arn:aws:backup:eu-west-1:123456789012:backup-plan:*",
            )
        ],
    ),
    ("backup", "ListBackupPlans", {}, [Need("backup:ListBackupPlans", "*")]),
    (
        "rds",
        "DescribeDBInstances",
        {},
        [Need("rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:123456789012:db:*")],
    ),
    (
        "iam",
        "GetRolePolicy",
        {"RoleName": "r", "PolicyName": "p"},
        [Need("iam:GetRolePolicy", "arn:aws:iam::123456789012:role/r")],
    ),
    (
        "iam",
        "GetPolicy",
        {"PolicyArn": "arn:aws:iam::aws:policy/p"},
        [Need("iam:GetPolicy", "arn:aws:iam::aws:policy/p")],
    ),
    ("es", "ListDomainNames", {}, [Need("es:ListDomainNames", "*")]),
    (
        "es",
        "DescribeDomains",
        {"DomainNames": ["d"]},
        [Need("es:DescribeDomains", "arn:aws:es:eu-west-1:123456789012:domain/d")],
    ),
    (
        "elasticfilesystem",
        "DescribeMountTargets",
        {"FileSystemId": "fs-1"},
        [
            Need(
                "elasticfilesystem:DescribeMountTargets",
                "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1",
            )
        ],
    ),
    (
        "apigateway",
        "GetVpcLinks",
        {},
        [Need("apigateway:GET", "arn:aws:apigateway:eu-west-1::/vpclinks")],
    ),
    ("route53", "ListHostedZones", {}, [Need("route53:ListHostedZones", "*")]),
    (
        "route53",
        "ListResourceRecordSets",
        {"HostedZoneId": "Z1"},
        [Need("route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z1")],
    ),
    ("wafv2", "ListWebACLs", {}, [Need("wafv2:ListWebACLs", "*")]),
    (
        "wafv2",
        "GetWebACL",
        {"Name": "web", "Scope": "REGIONAL", "Id": "1"},
        [
            Need(
                "wafv2:GetWebACL",
                "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/web/1",
            )
        ],
    ),
    (
        "wafv2",
        "ListResourcesForWebACL",
        {"WebACLArn": "arn:1"},
        [Need("wafv2:ListResourcesForWebACL", "arn:1")],
    ),
]


@pytest.mark.parametrize(("service", "operation", "request_", "expected"), REQUESTS)
def test_a_request_asks_for_its_resource(
    service: str, operation: str, request_: dict[str, Any], expected: list[Need]
) -> None:
    """Actions and resources are those that the service's own page lists."""
    assert expected == needs(service, operation, request_, PLACE)


def test_a_role_trusts_whom_its_policy_names() -> None:
    """The account's root in a trust policy means everybody of the account."""
    principal = {"AWS": "arn:aws:iam::123456789012:root"}
    policy = a_policy({"Action": "sts:AssumeRole", "Principal": principal})

    assert is_trusted(policy, "arn:aws:iam::123456789012:role/publish", {})
    assert not is_trusted(policy, "arn:aws:iam::210987654321:role/publish", {})


def test_the_fields_that_an_update_changes_are_told() -> None:
    """As Security Hub names them for policies, but not which findings."""
    changes = {
        "FindingIdentifiers": [],
        "Workflow": {"Status": "NEW"},
        "Types": [],
        "UserDefinedFields": {"a": "b"},
    }
    start = "securityhub:ASFFSyntaxPath/"

    assert {
        f"{start}Workflow.Status",
        f"{start}Types",
        f"{start}UserDefinedFields.key",
        f"{start}UserDefinedFields.value",
    } == told("BatchUpdateFindings", changes).keys()
