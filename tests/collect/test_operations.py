"""What is asked agrees with AWS's own models, and with what may be asked."""

from types import ModuleType

import botocore.session
import pytest
from botocore.model import StringShape

from ringfence.collect import (
    OPERATIONS,
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
from ringfence.collect.operation import Operation
from tests.inventory.shapes import operation_model

SERVICES = {
    "ec2": ec2,
    "ec2 (user data)": userdata,
    "ec2 (series)": series,
    "elasticloadbalancing": elbv2,
    "elasticloadbalancing (classic)": elb,
    "acm": acm,
    "iam": iam,
    "rds": rds,
    "elasticfilesystem": efs,
    "es": opensearch,
    "cloudfront": cloudfront,
    "apigateway": apigateway,
    "globalaccelerator": globalaccelerator,
    "cloudformation": cloudformation,
    "route53": route53,
    "autoscaling": autoscaling,
    "ssm": ssm,
    "inspector2": inspector,
    "backup": backup,
    "cloudtrail": cloudtrail,
    "wafv2": wafv2,
}
# The models leave these unlimited; the API references do not.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
# https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
# https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystems.html
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
LIMITS = {
    "autoscaling.describe_auto_scaling_groups": 100,
    "autoscaling.describe_launch_configurations": 100,
    "ec2.describe_launch_template_versions": 200,
    "ec2.describe_instances": 1000,
    "ec2.describe_images": 1000,
    "ec2.describe_images.series": 1000,
    "rds.describe_db_instances": 100,
    "rds.describe_db_clusters": 100,
    "rds.describe_db_snapshots": 100,
    "rds.describe_db_cluster_snapshots": 100,
    "ec2.describe_volumes": 500,
    "ec2.describe_snapshots": 1000,
    "ec2.describe_snapshots.public": 1000,
    "ec2.describe_snapshots.origins": 1000,
    "efs.describe_file_systems": 100,
    "efs.describe_mount_targets": 100,
    "apigateway.get_vpc_links": 500,
    "apigatewayv2.get_vpc_links": 100,
    "cloudfront.list_distributions": 100,
    "cloudfront.list_vpc_origins": 100,
    "ec2.describe_vpc_endpoint_service_configurations": 1000,
    "ec2.describe_vpc_endpoint_service_permissions": 1000,
    "route53.list_hosted_zones": 100,
    "route53.list_resource_record_sets": 300,
}


@pytest.mark.parametrize(("service", "module"), SERVICES.items())
def test_the_actions_are_exactly_those_used(service: str, module: ModuleType) -> None:
    """A policy made of them has nothing too much and nothing too little."""
    prefix = service.partition(" ")[0]
    used = {operation_model(item.name).name for item in module.OPERATIONS}
    if prefix == "apigateway":  # its actions are HTTP's methods
        used = {operation_model(item.name).http["method"] for item in module.OPERATIONS}

    assert sorted(f"{prefix}:{name}" for name in used) == list(module.ACTIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: item.name)
def test_pages_are_as_great_as_the_api_allows(operation: Operation) -> None:
    """Fewer calls, and none where the API has no pages."""
    session = botocore.session.get_session()
    model = operation_model(operation.name)
    try:
        paged = session.get_paginator_model(operation.service).get_paginator(model.name)
    except ValueError:  # botocore lacks some paginators: pages are asked by hand
        paged = {
            "limit_key": operation.tokens[0],
            "result_key": ".".join(filter(None, (operation.within, operation.key))),
        }
    shape = model.input_shape
    if shape is None or paged.get("limit_key") not in shape.members:
        assert operation.page is None
        return
    limit = shape.members[paged["limit_key"]].metadata.get("max")
    limit = LIMITS.get(operation.name, limit)

    assert limit == operation.page
    place = (operation.within, operation.key)
    assert ".".join(filter(None, place)) == paged["result_key"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: item.name)
def test_the_key_is_a_member_of_the_answer(operation: Operation) -> None:
    """And the parameter that answers are kept by is one of the request."""
    model = operation_model(operation.name)
    assert model.output_shape is not None
    assert model.input_shape is not None

    assert (operation.within or operation.key) in model.output_shape.members
    assert operation.per is None or operation.per in model.input_shape.members


def test_every_key_type_of_acm_is_asked_for() -> None:
    """A type that is not named is not listed, so a new one must be added here."""
    shape = (
        botocore.session.get_session()
        .get_service_model("acm")
        .shape_for("KeyAlgorithm")
    )
    assert isinstance(shape, StringShape)

    assert tuple(shape.enum) == acm.KEY_TYPES


def test_needs_stand_before_what_needs_them() -> None:
    """Nothing waits for what is never asked, or for itself."""
    seen: set[str] = set()
    for operation in OPERATIONS:
        assert set(operation.needs) <= seen
        seen.add(operation.name)


def test_what_is_asked_in_a_vpc_needs_nothing_from_outside() -> None:
    """A narrowed collection can be finished."""
    inside = {operation.name for operation in OPERATIONS if operation.is_of_vpcs}

    assert inside >= {
        name
        for operation in OPERATIONS
        if operation.is_of_vpcs
        for name in operation.needs
    }
