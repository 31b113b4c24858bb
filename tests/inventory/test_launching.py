"""Groups and templates are read as EC2 launches from them."""

import pytest

from ringfence.inventory.launching import AutoScalingGroup, LaunchTemplate, Plan
from tests.inventory.estate import an_inventory


def test_a_group_has_its_template_s_version_resolved() -> None:
    """What a scale-out would launch, with where that stands."""
    assert (
        AutoScalingGroup(
            name="bitbucket",
            arn="arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:0a1:"
            "autoScalingGroupName/bitbucket",
            subnets=("subnet-0a1", "subnet-0a2"),
            desired=2,
            greatest=4,
            plans=(
                Plan(
                    source="launch template lt-0a1 version $Latest",
                    image="ami-0a1",
                    template="lt-0a1",
                ),
            ),
            tags={"Product": "bitbucket"},
        )
        == an_inventory().auto_scaling_groups[0]
    )


def test_a_group_may_launch_from_a_configuration() -> None:
    """The old way, which cannot be changed any more."""
    plan = Plan(source="launch configuration agents-7", image="ami-0b3")

    assert (plan,) == an_inventory().auto_scaling_groups[1].plans


def test_a_mixed_group_launches_each_of_its_overrides() -> None:
    """By the template's name or id, with a template or an image of their own."""
    assert [
        ("lt-0a1", "ami-0b1"),
        ("lt-0a2", "resolve:ssm:/golden/arm"),
        ("lt-0a1", "ami-0b9"),
    ] == [
        (plan.template, plan.image)
        for plan in an_inventory().auto_scaling_groups[2].plans
    ]


def test_a_mixed_group_without_overrides_launches_its_template() -> None:
    """Types are then chosen by their attributes."""
    base = {"LaunchTemplateId": "lt-0a1", "Version": "1"}
    group = {
        "AutoScalingGroupName": "mixed",
        "MixedInstancesPolicy": {
            "LaunchTemplate": {"LaunchTemplateSpecification": base}
        },
    }
    answer = {"AutoScalingGroups": [group]}

    (read,) = an_inventory(
        autoscaling__describe_auto_scaling_groups=answer
    ).auto_scaling_groups

    assert ["ami-0b1"] == [plan.image for plan in read.plans]


@pytest.mark.parametrize(
    "told",
    [
        {"LaunchTemplateId": "lt-9"},
        {"LaunchTemplateId": "lt-0a1", "Version": "2"},
        {"LaunchTemplateId": "lt-0a3"},
    ],
)
def test_a_plan_without_an_image_says_so(told: dict[str, str]) -> None:
    """The template is gone, or the version, or it names none."""
    answer = {
        "AutoScalingGroups": [{"AutoScalingGroupName": "web", "LaunchTemplate": told}]
    }

    (group,) = an_inventory(
        autoscaling__describe_auto_scaling_groups=answer
    ).auto_scaling_groups

    assert [""] == [plan.image for plan in group.plans]


def test_a_template_has_its_versions_images() -> None:
    """The newest and the default, which may be one."""
    first, *_ = an_inventory().launch_templates

    assert (
        LaunchTemplate(
            id="lt-0a1",
            name="bitbucket",
            default=1,
            images={3: "ami-0a1", 1: "ami-0b1"},
        )
        == first
    )
    assert ["ami-0b1", "ami-0a1", "ami-0a1", ""] == [
        first.image(version) for version in ("$Default", "$Latest", "3", "2")
    ]
