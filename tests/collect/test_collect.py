"""A collection is whole, or says what it misses."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from ringfence.clients import client_of
from ringfence.collect import OPERATIONS, collect, in_scope
from ringfence.collect.operation import Operation
from ringfence.inventory.read import OPTIONAL, REQUIRED, read
from ringfence.inventory.userdata import INSTANCE_DATA, SETTING, SetUp
from ringfence.snapshot import Gap
from tests.collect.aws import NOW, RecordedAws, RefusedError
from tests.inventory.estate import pages

NAMES = [operation.name for operation in OPERATIONS]
# What instances run, then what launch configurations, overrides and templates name.
IMAGES = ["ami-0a1", "ami-0a9", "ami-0b1", "ami-0b3", "ami-0b9"]


def test_a_region_is_read_page_by_page_into_aws_s_own_answers() -> None:
    """However AWS cuts its pages, the merged answer is the same."""
    expected = pages()
    expected["ec2.describe_managed_prefix_lists"]["PrefixLists"].pop()  # not used
    for zone in expected["route53.list_resource_record_sets"].values():
        found = zone["ResourceRecordSets"]
        zone["ResourceRecordSets"] = [
            one for one in found if one["Type"] in {"A", "AAAA", "CNAME"}
        ]
    aws = RecordedAws()

    snapshot = aws.collect()

    assert expected == snapshot.responses
    assert ((), frozenset(NAMES)) == (snapshot.gaps, snapshot.asked)


def test_private_zones_are_not_asked_for() -> None:
    """Nobody on the internet is answered from them."""
    aws = RecordedAws()
    aws.collect()
    asked = aws.asked("route53.list_resource_record_sets")

    assert {"Z0123456789PUBLIC"} == {one["HostedZoneId"] for one in asked}


def test_what_is_global_is_read_where_it_is_asked_for_only() -> None:
    """Seventeen Regions do not read the same zones seventeen times."""
    aws = RecordedAws()

    snapshot = collect(
        aws.session(),
        account="1",
        region="eu-west-1",
        now=lambda: NOW,
        is_home=False,
    )

    assert not [name for name, _ in aws.calls if name.startswith("route53.")]
    assert "name_records" not in read(snapshot).read | read(snapshot).gaps.keys()


def test_denied_names_take_no_other_part_with_them() -> None:
    """All else is read and judged as if there were no zones."""
    aws = RecordedAws(trouble=_refuse("route53.list_hosted_zones", "AccessDenied"))
    whole, partly = read(RecordedAws().collect()), read(aws.collect())

    assert {"name_records"} == whole.read - partly.read
    assert {"name_records"} == set(partly.gaps)


def test_what_is_collected_is_what_is_read() -> None:
    """Collecting and reading know the same operations."""
    assert REQUIRED | OPTIONAL == set(NAMES)


def test_the_time_is_when_collection_started() -> None:
    """A change made meanwhile is newer than the snapshot."""
    aws = RecordedAws()

    def now() -> datetime:
        assert [] == aws.calls
        return NOW

    snapshot = collect(aws.session(), account="1", region="eu-west-1", now=now)

    assert NOW == snapshot.taken_at


def test_nothing_is_asked_for_twice() -> None:
    """The same operation listed twice would be the same calls twice."""
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: item.name)
def test_a_denied_operation_is_a_gap_with_its_dependents(operation: Operation) -> None:
    """What depends on it is not asked, and does not look empty."""
    aws = RecordedAws(trouble=_refuse(operation.name, "AccessDenied"))
    lost = _dependents(operation.name)

    snapshot = aws.collect()

    gaps = {gap.operation: gap for gap in snapshot.gaps}
    assert {operation.name, *lost} == gaps.keys()
    assert "AccessDenied" == gaps[operation.name].code
    assert {"DependsOn"} >= {gaps[name].code for name in lost}
    assert set(NAMES) - gaps.keys() == snapshot.responses.keys()
    assert not lost & {name for name, _ in aws.calls}


def test_a_dependent_names_what_it_needs() -> None:
    """Whoever reads the gap finds the permission that is missing."""
    name = "ec2.describe_security_groups"

    snapshot = RecordedAws(trouble=_refuse(name, "UnauthorizedOperation")).collect()

    (gap,) = [gap for gap in snapshot.gaps if gap.operation.endswith("_rules")]
    assert Gap("ec2.describe_security_group_rules", "DependsOn", f"needs {name}") == gap


def test_a_gap_of_a_resource_names_it() -> None:
    """AWS's code and words are kept."""
    name = "elbv2.describe_target_health"
    arn = next(iter(pages()[name]))

    snapshot = RecordedAws(trouble=_refuse(name, "Throttling", arn)).collect()

    assert (Gap(name, "Throttling", f"Throttling of {name}", arn),) == snapshot.gaps
    assert name not in snapshot.responses


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://acm.example"),
        ReadTimeoutError(endpoint_url="https://acm.example"),
        ResponseParserError("<!doctype html> 500"),
    ],
)
def test_an_endpoint_out_of_reach_is_a_gap(error: Exception) -> None:
    """Its code is the name of what happened, and the others go on."""

    def trouble(name: str, _asked: Mapping[str, Any]) -> None:
        if name == "acm.list_certificates":
            raise error

    snapshot = RecordedAws(trouble=trouble).collect()

    assert type(error).__name__ == snapshot.gaps[0].code
    assert "ec2.describe_vpcs" in snapshot.responses


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ec2.get_managed_prefix_list_entries", "InvalidPrefixListID.NotFound"),
        ("elbv2.describe_load_balancer_attributes", "LoadBalancerNotFound"),
        ("elbv2.describe_rules", "ListenerNotFound"),
        ("elbv2.describe_listener_certificates", "ListenerNotFound"),
        ("elbv2.describe_target_health", "TargetGroupNotFound"),
        ("elbv2.describe_target_group_attributes", "TargetGroupNotFound"),
        ("elb.describe_load_balancer_attributes", "LoadBalancerNotFound"),
        ("elb.describe_load_balancer_policies", "PolicyNotFound"),
        ("acm.describe_certificate", "ResourceNotFoundException"),
        ("acm.get_certificate", "ResourceNotFoundException"),
        ("iam.get_server_certificate", "NoSuchEntity"),
        (
            "ec2.describe_vpc_endpoint_service_permissions",
            "InvalidVpcEndpointServiceId.NotFound",
        ),
        ("efs.describe_mount_targets", "FileSystemNotFound"),
        ("efs.describe_file_system_policy", "PolicyNotFound"),
        ("iam.get_instance_profile", "NoSuchEntity"),
        ("iam.get_role", "NoSuchEntity"),
        ("iam.list_attached_role_policies", "NoSuchEntity"),
        ("iam.list_role_policies", "NoSuchEntity"),
        ("iam.get_role_policy", "NoSuchEntity"),
        ("iam.get_policy", "NoSuchEntity"),
        ("iam.get_policy_version", "NoSuchEntity"),
        ("cloudformation.describe_stacks", "ValidationError"),
        ("rds.describe_db_snapshot_attributes", "DBSnapshotNotFound"),
        (
            "rds.describe_db_cluster_snapshot_attributes",
            "DBClusterSnapshotNotFoundFault",
        ),
        ("backup.get_backup_plan", "ResourceNotFoundException"),
        ("wafv2.get_web_acl", "WAFNonexistentItemException"),
        ("wafv2.list_resources_for_web_acl", "WAFNonexistentItemException"),
    ],
)
def test_a_resource_deleted_meanwhile_is_no_gap(name: str, code: str) -> None:
    """It was there when listed and is gone when asked for: null says so."""
    argument = next(iter(pages()[name]))

    snapshot = RecordedAws(trouble=_refuse(name, code, argument)).collect()

    assert () == snapshot.gaps
    assert snapshot.responses[name][argument] is None
    assert {} == read(snapshot).gaps


def test_a_balancer_deleted_meanwhile_has_no_listeners() -> None:
    """Those of the others are there."""
    name = "elbv2.describe_listeners"
    gone = pages()["elbv2.describe_load_balancers"]["LoadBalancers"][0]
    trouble = _refuse(name, "LoadBalancerNotFound", gone["LoadBalancerArn"])

    snapshot = RecordedAws(trouble=trouble).collect()

    assert () == snapshot.gaps
    assert [7999, None] == [
        listener.get("Port") for listener in snapshot.responses[name]["Listeners"]
    ]


def test_prefix_lists_are_asked_for_only_when_referred_to() -> None:
    """A Region has dozens that are AWS's own."""
    aws = RecordedAws()

    aws.collect()

    expected = [{"Name": "prefix-list-id", "Values": ["pl-0a1"]}]
    assert all(
        asked["Filters"] == expected
        for asked in aws.asked("ec2.describe_managed_prefix_lists")
    )


def test_no_reference_to_a_prefix_list_costs_no_call() -> None:
    """And the part is read: there is nothing in it."""
    aws = RecordedAws()
    aws.responses["ec2.describe_route_tables"] = {"RouteTables": []}
    aws.responses["ec2.describe_security_groups"] = {"SecurityGroups": []}

    snapshot = aws.collect()

    assert [] == aws.asked("ec2.describe_managed_prefix_lists")
    assert "prefix_lists" in read(snapshot).read


def test_exclusions_are_asked_for_only_where_the_block_is_on() -> None:
    """Where nothing is blocked there is nothing to spare, and the detail is read."""
    aws = RecordedAws()
    options = aws.responses["ec2.describe_vpc_block_public_access_options"]
    options["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = "off"

    snapshot = aws.collect()

    assert [] == aws.asked("ec2.describe_vpc_block_public_access_exclusions")
    assert "block_public_access" in read(snapshot).read


def test_listeners_are_asked_for_further_certificates_only_where_iam_has_any() -> None:
    """Of its own ACM itself says what uses them."""
    aws = RecordedAws()
    aws.responses["iam.list_server_certificates"] = {
        "ServerCertificateMetadataList": []
    }

    snapshot = aws.collect()

    assert [] == aws.asked("elbv2.describe_listener_certificates")
    assert "further_certificates" in read(snapshot).read


def test_a_stack_s_secrets_never_enter_the_snapshot() -> None:
    """It may be written to disk, where everybody reads it in clear."""
    aws = RecordedAws()
    (stack,) = aws.responses["cloudformation.describe_stacks"]["bitbucket-prod"][
        "Stacks"
    ]
    stack["Description"] = "hunter2"
    stack["Outputs"] = [{"OutputKey": "Password", "OutputValue": "hunter2"}]
    stack["Tags"] = [{"Key": "password", "Value": "hunter2"}]
    stack["Parameters"].append(
        {"ParameterKey": "DBPassword", "ParameterValue": "hunter2"}
    )

    snapshot = aws.collect()

    assert "hunter2" not in repr(snapshot)
    assert (
        pages()["cloudformation.describe_stacks"]
        == snapshot.responses["cloudformation.describe_stacks"]
    )


@pytest.mark.parametrize("setting", [f'echo "{SETTING}=true" >> /etc/atl', ""])
def test_of_user_data_one_setting_enters_the_snapshot(setting: str) -> None:
    """Not the passwords beside it, wherever user data stands."""
    script = f"#!/bin/sh\nATL_JDBC_PASSWORD=hunter2\n{setting}\n"
    encoded = base64.b64encode(script.encode()).decode()
    aws = RecordedAws()
    versions = aws.responses["ec2.describe_launch_template_versions"]
    versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"] = encoded
    configurations = aws.responses["autoscaling.describe_launch_configurations"]
    configurations["LaunchConfigurations"][0]["UserData"] = encoded
    aws.responses[INSTANCE_DATA]["i-0a2"] = {"UserData": {"Value": encoded}}

    snapshot = aws.collect()

    versions = snapshot.responses["ec2.describe_launch_template_versions"]
    configurations = snapshot.responses["autoscaling.describe_launch_configurations"]
    left = {
        snapshot.responses[INSTANCE_DATA]["i-0a2"]["UserData"]["Value"],
        versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"],
        configurations["LaunchConfigurations"][0]["UserData"],
    }
    expected = f"{SETTING}=true".encode() if setting else b""
    assert [expected] == [base64.b64decode(one) for one in left]
    assert encoded not in repr(snapshot)
    assert {
        SetUp(by="i-0a2", signs_itself=bool(setting)),
        *(
            (
                SetUp(by="launch template lt-0a1 version 3", signs_itself=True),
                SetUp(by="Auto Scaling group agents", signs_itself=True),
            )
            if setting
            else ()
        ),
    } == set(read(snapshot).set_ups)


def test_user_data_is_not_asked_for_unless_that_is_wanted() -> None:
    """By default nobody's secrets are within reach."""
    aws = RecordedAws()

    snapshot = collect(aws.session(), account="1", region="eu-west-1", now=lambda: NOW)

    assert [] == aws.asked(INSTANCE_DATA)
    assert "set_ups" not in read(snapshot).read | read(snapshot).gaps.keys()


@pytest.mark.parametrize(
    ("stack", "name", "asked"),
    [
        ("bitbucket-prod", "node", ["bitbucket-prod"]),
        ("prod", "prod Jira Node", ["prod"]),
        ("prod", "web", []),
        (None, "bitbucket-1", []),
    ],
)
def test_only_stacks_of_products_are_asked_for(
    stack: str | None, name: str, asked: list[str]
) -> None:
    """The others' parameters are nobody's business."""
    aws = RecordedAws()
    tags = {"Name": name, "aws:cloudformation:stack-name": stack}
    for reservation in aws.responses["ec2.describe_instances"]["Reservations"]:
        for instance in reservation["Instances"]:
            instance["Tags"] = [
                {"Key": key, "Value": value} for key, value in tags.items() if value
            ]
    stacks = aws.responses["cloudformation.describe_stacks"]
    stacks[stack] = stacks.pop("bitbucket-prod")
    aws.responses[INSTANCE_DATA] = dict.fromkeys(("i-0a1", "i-0a2", "i-0a3"))

    aws.collect()

    assert [{"StackName": each} for each in asked] == aws.asked(
        "cloudformation.describe_stacks"
    )


def test_snapshots_are_asked_for_of_volumes_in_use_alone() -> None:
    """An account may have a hundred thousand, and others' that it may use."""
    aws = RecordedAws()
    volumes = aws.responses["ec2.describe_volumes"]["Volumes"]
    used = volumes[1]
    volumes += [used | {"VolumeId": f"vol-{number:03}"} for number in range(250)]

    aws.collect()

    asked = aws.asked("ec2.describe_snapshots")
    batches = {tuple(one["Filters"][0]["Values"]) for one in asked}
    assert [53, 200] == sorted(len(batch) for batch in batches)
    assert {"vol-0a1", "vol-0a2"} < {name for batch in batches for name in batch}
    assert {("self",)} == {tuple(one["OwnerIds"]) for one in asked}


def test_of_a_snapshot_is_kept_what_counts() -> None:
    """There may be very many of them in one Lambda's memory."""
    aws = RecordedAws()
    for snapshot in aws.responses["ec2.describe_snapshots"]["Snapshots"]:
        snapshot["Description"] = "nightly"

    snapshot = aws.collect()

    name = "ec2.describe_snapshots"
    assert pages()[name] == snapshot.responses[name]


@pytest.mark.parametrize(
    ("state", "calls"),
    [("block-all-sharing", 0), ("block-new-sharing", 2), ("unblocked", 2)],
)
def test_public_snapshots_are_asked_for_where_there_can_be_any(
    state: str, calls: int
) -> None:
    """A block of new sharing leaves those that are public already."""
    aws = RecordedAws()
    aws.responses["ec2.get_snapshot_block_public_access_state"]["State"] = state

    snapshot = aws.collect()

    asked = aws.asked("ec2.describe_snapshots.public")
    assert calls == len(asked)
    assert {("self", "all")} >= {
        (one["OwnerIds"][0], one["RestorableByUserIds"][0]) for one in asked
    }
    assert "public_snapshots" in read(snapshot).read


def test_sharing_is_asked_of_snapshots_that_are_not_encrypted() -> None:
    """No other database snapshot can be public."""
    aws = RecordedAws()

    aws.collect()

    assert [{"DBSnapshotIdentifier": name} for name in ("wiki-last", "wiki-now")] == (
        sorted(
            aws.asked("rds.describe_db_snapshot_attributes"),
            key=lambda asked: str(asked["DBSnapshotIdentifier"]),
        )
    )
    assert [{"DBClusterSnapshotIdentifier": "old-1"}] == aws.asked(
        "rds.describe_db_cluster_snapshot_attributes"
    )


def test_what_belongs_to_no_region_is_asked_for_at_home_alone() -> None:
    """It would be told once for each Region that is swept."""
    aws = RecordedAws()

    snapshot = collect(
        aws.session(), account="1", region="r", now=lambda: NOW, is_home=False
    )

    assert [] == aws.asked("cloudfront.list_distributions")
    assert "distributions" not in read(snapshot).read | read(snapshot).gaps.keys()
    assert "certificates" in read(snapshot).read


def test_aws_is_asked_about_unknown_tls_policies_alone() -> None:
    """What a well-known name allows does not change."""
    aws = RecordedAws()

    aws.collect()

    (asked,) = aws.asked("elbv2.describe_ssl_policies")
    assert ["ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07"] == asked[
        "Names"
    ]


def test_well_known_tls_policies_cost_no_call() -> None:
    """Most listeners have one of them, and the detail is read."""
    aws = RecordedAws()
    for listener in aws.responses["elbv2.describe_listeners"]["Listeners"]:
        if "SslPolicy" in listener:
            listener["SslPolicy"] = "ELBSecurityPolicy-2016-08"

    snapshot = aws.collect()

    assert [] == aws.asked("elbv2.describe_ssl_policies")
    assert "tls_policies" in read(snapshot).read


def test_pages_without_a_paginator_are_asked_for_by_token() -> None:
    """The SDK follows no token of this operation by itself."""
    aws = RecordedAws()

    aws.collect()

    assert [
        {"MaxResults": 1000},
        {"MaxResults": 1000, "NextToken": "1"},
        {"MaxResults": 1000, "NextToken": "2"},
    ] == aws.asked("ec2.describe_vpc_block_public_access_exclusions")
    assert [
        {"MaxItems": "100"},
        {"MaxItems": "100", "Marker": "1"},
        {"MaxItems": "100", "Marker": "2"},
    ] == aws.asked("cloudfront.list_vpc_origins")


def test_a_detail_that_the_sdk_does_not_know_is_not_asked_for() -> None:
    """An older one goes on without: neither read nor a gap."""
    aws = RecordedAws()
    known = client_of(aws.session(), "ec2", "eu-west-1").meta.method_to_api_mapping
    names = ("options", "exclusions")
    methods = [f"describe_vpc_block_public_access_{name}" for name in names]
    taken = {method: known.pop(method) for method in methods}
    try:
        snapshot = aws.collect()
    finally:
        known.update(taken)

    inventory = read(snapshot)
    assert not {f"ec2.{method}" for method in methods} & snapshot.asked
    assert "block_public_access" not in inventory.read | inventory.gaps.keys()


def test_narrowed_to_a_vpc_its_databases_alone_are_kept() -> None:
    """RDS cannot filter by VPC."""
    snapshot = RecordedAws().collect(frozenset({"vpc-other"}))

    assert {"DBInstances": []} == snapshot.responses["rds.describe_db_instances"]


def test_images_are_asked_for_by_filter_with_the_deprecated_and_disabled() -> None:
    """Asked for by id, one that is gone would fail all the others."""
    aws = RecordedAws()

    aws.collect()

    (asked,) = aws.asked("ec2.describe_images")
    assert [{"Name": "image-id", "Values": IMAGES}] == asked["Filters"]
    assert (True, True) == (asked["IncludeDeprecated"], asked["IncludeDisabled"])


def test_a_filter_has_at_most_two_hundred_values() -> None:
    """AWS refuses more."""
    aws = RecordedAws()
    reservation = aws.responses["ec2.describe_instances"]["Reservations"][0]
    instance = reservation["Instances"][0]
    reservation["Instances"] = [
        instance | {"ImageId": f"ami-{number:03}"} for number in range(450)
    ]

    aws.collect()

    asked = aws.asked("ec2.describe_images")
    assert [54, 200, 200] == sorted(len(one["Filters"][0]["Values"]) for one in asked)


def test_the_series_of_an_owner_are_asked_for_in_one_call() -> None:
    """By how their names begin; the newest of some is told by a parameter instead."""
    aws = RecordedAws()
    (image,) = aws.responses["ec2.describe_images"]["Images"]
    names = (
        "al2023-ami-2023.9.20260801.0-kernel-6.1-x86_64",
        "jira-golden-7",
        "jira-golden-8",
        "no series",
    )
    aws.responses["ec2.describe_images"]["Images"] = [
        image,
        *(
            image | {"ImageId": f"ami-{name}", "Name": name, "OwnerId": "1"}
            for name in names
        ),
    ]

    aws.collect()

    asked = aws.asked("ec2.describe_images.series")
    first = [one for one in asked if "NextToken" not in one]
    assert [
        (["1"], ["jira-golden-*"]),
        (["137112412989"], ["al2023-ami-*"]),
    ] == sorted((one["Owners"], one["Filters"][0]["Values"]) for one in first)


def test_series_are_asked_for_in_a_bounded_number_of_calls() -> None:
    """However many owners an account's images have."""
    aws = RecordedAws()
    (image,) = aws.responses["ec2.describe_images"]["Images"]
    aws.responses["ec2.describe_images"]["Images"] = [
        image | {"ImageId": f"ami-{number}", "OwnerId": f"{number:012}"}
        for number in range(30)
    ]

    aws.collect()

    asked = aws.asked("ec2.describe_images.series")
    assert 20 == len([one for one in asked if "NextToken" not in one])


def test_a_version_that_a_group_pins_is_asked_for() -> None:
    """The newest and the default are asked for in one call for all templates."""
    aws = RecordedAws()
    group = aws.responses["autoscaling.describe_auto_scaling_groups"][
        "AutoScalingGroups"
    ][0]
    group["LaunchTemplate"]["Version"] = "2"

    aws.collect()

    asked = aws.asked("ec2.describe_launch_template_versions")
    first = [one for one in asked if "NextToken" not in one]
    assert [
        {"Versions": ["$Latest", "$Default"], "MaxResults": 200},
        {"LaunchTemplateId": "lt-0a1", "Versions": ["2"], "MaxResults": 200},
    ] == sorted(first, key=len)


def test_images_are_read_where_launch_templates_are_denied() -> None:
    """What is about to be launched is waited for, and done without."""
    name = "ec2.describe_launch_template_versions"

    snapshot = RecordedAws(trouble=_refuse(name, "UnauthorizedOperation")).collect()

    inventory = read(snapshot)
    assert {"auto_scaling_groups", "launch_templates"} == inventory.gaps.keys()
    assert "images" in inventory.read


def test_a_template_deleted_meanwhile_is_no_gap() -> None:
    """Its group's plan is then without an image."""
    name = "ec2.describe_launch_template_versions"
    aws = RecordedAws(trouble=_refuse(name, "InvalidLaunchTemplateId.NotFound", "lt-9"))
    group = aws.responses["autoscaling.describe_auto_scaling_groups"][
        "AutoScalingGroups"
    ][0]
    group["LaunchTemplate"] = {"LaunchTemplateId": "lt-9", "Version": "2"}

    inventory = read(aws.collect())

    assert {} == inventory.gaps
    (plan,) = inventory.auto_scaling_groups[0].plans
    assert ("launch template lt-9 version 2", "") == (plan.source, plan.image)


def test_patches_are_asked_for_fifty_instances_at_a_time() -> None:
    """The API takes no more."""
    aws = RecordedAws()
    nodes = aws.responses["ssm.describe_instance_information"]
    nodes["InstanceInformationList"] = [
        {"InstanceId": f"i-{number:03}"} for number in range(120)
    ]

    aws.collect()

    asked = aws.asked("ssm.describe_instance_patch_states")
    first = [one for one in asked if "NextToken" not in one]
    assert [20, 50, 50] == sorted(len(one["InstanceIds"]) for one in first)


def test_patches_are_listed_of_a_bounded_number_of_instances() -> None:
    """One call each, for those that lack most, and none for what is up to date."""
    aws = RecordedAws()
    nodes = [f"i-{number:08}" for number in range(130)]
    known = aws.responses["ssm.describe_instance_information"]
    known["InstanceInformationList"] = [{"InstanceId": nodes[0]}]
    aws.responses["ssm.describe_instance_patch_states"]["InstancePatchStates"] = [
        {"InstanceId": name, "SecurityNonCompliantCount": number}
        for number, name in enumerate(nodes)
    ]
    aws.responses["ssm.describe_instance_patches"] = {
        name: {"Patches": []} for name in nodes
    }

    aws.collect()

    asked = {one["InstanceId"] for one in aws.asked("ssm.describe_instance_patches")}
    assert set(nodes[30:]) == asked


def test_where_inspector_is_off_nothing_is_counted() -> None:
    """No call, and the part is read: it has nothing to say."""
    aws = RecordedAws()
    (account,) = aws.responses["inspector2.batch_get_account_status"]["accounts"]
    account["resourceState"]["ec2"]["status"] = "DISABLED"

    inventory = read(aws.collect())

    assert [] == aws.asked("inspector2.list_finding_aggregations")
    assert ((), True) == (inventory.flaws, "flaws" in inventory.read)


def test_tags_are_asked_for_twenty_at_a_time() -> None:
    """The API takes no more."""
    aws = RecordedAws()
    groups = aws.responses["elbv2.describe_target_groups"]["TargetGroups"]
    health = aws.responses["elbv2.describe_target_health"]
    for number in range(30):
        arn = f"arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/{number}"
        groups.append(groups[3] | {"TargetGroupArn": arn})
        health[arn] = {"TargetHealthDescriptions": []}

    aws.collect()

    asked = aws.asked("elbv2.describe_tags")
    assert [17, 20] == sorted(len(one["ResourceArns"]) for one in asked)


def test_a_warm_collection_makes_no_client() -> None:
    """Making clients costs more than using them; they are kept."""
    aws = RecordedAws()
    aws.collect()
    aws.clients.clear()

    aws.collect()

    assert [] == aws.clients


def test_narrowed_to_vpcs_certificates_are_not_asked_for() -> None:
    """They are in no VPC; not asked for is neither read nor a gap."""
    aws = RecordedAws()

    snapshot = aws.collect(frozenset({"vpc-0a1"}))

    services = {"ec2", "elbv2", "elb", "rds", "globalaccelerator"}
    assert services == {name.partition(".")[0] for name, _ in aws.calls}
    assert frozenset({"vpc-0a1"}) == snapshot.vpcs
    assert "certificates" not in read(snapshot).read


def test_a_change_in_a_small_vpc_costs_few_calls() -> None:
    """One for each operation when nothing refers to anything; not for what is told."""
    aws = RecordedAws(responses=_nothing())
    state = {"InternetGatewayBlockMode": "off"}
    aws.responses["ec2.describe_subnets"] = {
        "Subnets": [
            {
                "SubnetId": "subnet-0a1",
                "VpcId": "vpc-0a1",
                "BlockPublicAccessStates": state,
            }
        ]
    }
    routes = [
        {
            "DestinationCidrBlock": "10.0.0.0/16",
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        },
        {
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": "igw-0a1",
            "State": "active",
        },
    ]
    table = {"RouteTableId": "rtb-0a1", "VpcId": "vpc-0a1", "Routes": routes}
    aws.responses["ec2.describe_route_tables"] = {
        "RouteTables": [table | {"Associations": [{"Main": True}]}]
    }

    snapshot = aws.collect(frozenset({"vpc-0a1"}))

    assert () == snapshot.gaps
    assert {
        "ec2.describe_instances",
        "ec2.describe_network_acls",
        "ec2.describe_network_interfaces",
        "ec2.describe_route_tables",
        "ec2.describe_security_groups",
        "ec2.describe_subnets",
    } == {name for name, _ in aws.calls}
    assert 6 == len(aws.calls)


def test_clients_retry_as_aws_advises() -> None:
    """Standard mode, eight times; an endpoint that hangs is given up."""
    config = client_of(RecordedAws().session(), "ec2", "eu-west-1").meta.config

    assert {"mode": "standard", "total_max_attempts": 9} == config.retries
    assert (5, 30) == (config.connect_timeout, config.read_timeout)


def _refuse(name: str, code: str, argument: str | None = None) -> Any:
    def trouble(called: str, asked: Mapping[str, Any]) -> None:
        values = [str(value) for value in asked.values()]
        if called == name and argument in {None, *values, "/".join(values)}:
            raise RefusedError(code)

    return trouble


def _dependents(name: str) -> set[str]:
    direct = {operation.name for operation in OPERATIONS if name in operation.needs}
    return direct.union(*(_dependents(one) for one in direct))


def _nothing() -> dict[str, Any]:
    return {operation.name: operation.nothing for operation in in_scope(frozenset())}


def test_accelerators_are_not_asked_for_where_there_are_none() -> None:
    """China has no Global Accelerator: not asked for is neither read nor a gap."""
    aws = RecordedAws()

    snapshot = collect(
        aws.session(), account="1", region="cn-north-1", now=lambda: NOW, vpcs=None
    )

    assert () == snapshot.gaps
    assert [] == [name for name, _ in aws.calls if name.startswith("globalacc")]
    inventory = read(snapshot)
    assert "accelerators" not in inventory.read | inventory.gaps.keys()


def test_web_acls_are_asked_about_by_their_own_number() -> None:
    """Content is fetched of those alone that protect a load balancer."""
    aws = RecordedAws()
    aws.collect()

    assert 2 == len(aws.asked("wafv2.list_resources_for_web_acl"))
    (asked,) = aws.asked("wafv2.get_web_acl")
    assert ("web", "REGIONAL") == (asked["Name"], asked["Scope"])


def test_nothing_of_waf_is_asked_for_where_nothing_could_have_a_web_acl() -> None:
    """Network load balancers cannot, and most Regions have no application one."""
    responses = pages()
    listed = responses["elbv2.describe_load_balancers"]["LoadBalancers"]
    listed[:] = [one for one in listed if one["Type"] != "application"]
    aws = RecordedAws(responses=responses)

    snapshot = aws.collect()

    assert [] == [name for name, _ in aws.calls if name.startswith("wafv2.")]
    assert {"web_acls", "acl_logs"} <= read(snapshot).read


def test_where_load_balancers_were_not_read_web_acls_are_asked_for() -> None:
    """What is not known is no reason to look away."""
    aws = RecordedAws(trouble=_refuse("elbv2.describe_load_balancers", "AccessDenied"))

    assert "web_acls" in read(aws.collect()).read


def test_logs_are_asked_for_only_where_a_web_acl_protects_something() -> None:
    """There is nothing to judge elsewhere."""
    responses = pages()
    for answer in responses["wafv2.list_resources_for_web_acl"].values():
        answer["ResourceArns"] = []
    aws = RecordedAws(responses=responses)

    snapshot = aws.collect()

    assert ([], []) == (
        aws.asked("wafv2.list_logging_configurations"),
        aws.asked("wafv2.get_web_acl"),
    )
    assert () == read(snapshot).web_acls
    assert {"web_acls", "acl_logs"} <= read(snapshot).read


def test_an_owner_of_logs_that_aws_does_not_know_here_has_none() -> None:
    """Regions learn of new ones at different times: the others still count."""
    trouble = _refuse(
        "wafv2.list_logging_configurations",
        "WAFInvalidParameterException",
        "SECURITY_LAKE",
    )

    snapshot = RecordedAws(trouble=trouble).collect()

    assert () == snapshot.gaps
    assert 1 == len(read(snapshot).acl_logs)
