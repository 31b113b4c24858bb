"""AMI-006: what an Auto Scaling group would launch tomorrow."""

from typing import Any

import pytest

from ringfence.checks.stale_group import stale_group
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.launching import AutoScalingGroup, Plan
from tests.build import (
    TAKEN_AT,
    an_estate,
    an_image,
    days,
    in_a_group,
    public,
)

SOURCE = "launch template lt-1 version $Default"


def a_group(image: str = "ami-2", **fields: Any) -> AutoScalingGroup:
    """Give a group that launches *image*."""
    plan = Plan(source=SOURCE, image=image, template="lt-1")
    defaults: dict[str, Any] = {"name": "nodes", "greatest": 3, "plans": (plan,)}
    return AutoScalingGroup(**(defaults | fields))


def launching(group: AutoScalingGroup | None = None, **image: Any) -> Inventory:
    """Give a group whose instance is new, and whose template's image is as given."""
    return public(
        images=(an_image(), an_image(id="ami-2", **image)),
        auto_scaling_groups=(group or a_group(),),
        **in_a_group(),
    )


OLD: dict[str, Any] = {"created_at": TAKEN_AT - days(400)}
ENDED: dict[str, Any] = {"name": "amzn2-ami-hvm-2.0.20260601.0-x86_64-gp2"}
FIRES = [
    launching(**OLD),
    launching(**ENDED),
    launching(deprecated_at=TAKEN_AT - days(1)),
    launching(state="gone", name="", owner="", created_at=None),
    launching(state="disabled"),
    launching(a_group("")),
]
QUIET = [
    launching(),
    launching(a_group(greatest=0), **OLD),
    launching(a_group("resolve:ssm:/golden"), **OLD),
    public(  # the instances run from it already: AMI-001 tells that
        images=(an_image(**OLD),),
        auto_scaling_groups=(a_group("ami-1"),),
        **in_a_group(2),
    ),
]


def found(inventory: Inventory) -> list[Problem]:
    """Give the problems of *inventory*."""
    told = stale_group(an_estate(inventory))
    return [one for one in told if isinstance(one, Problem)]


def test_names_the_group_its_template_and_all_reasons() -> None:
    """One finding for one image, however bad it is."""
    (problem,) = found(launching(**(OLD | ENDED)))

    assert "asg:nodes" == problem.resource
    assert (
        "Auto Scaling group nodes launches ami-2 "
        "(amzn2-ami-hvm-2.0.20260601.0-x86_64-gp2) next (launch template lt-1 version "
        "$Default). It holds Amazon Linux 2, whose updates ended on 2026-06-30; it was "
        "made on 2025-07-28, while the policy accepts 180 days."
    ) == problem.message


@pytest.mark.parametrize(
    ("inventory", "severity"),
    list(
        zip(
            FIRES,
            [Severity.LOW, Severity.MEDIUM, Severity.LOW, *[Severity.MEDIUM] * 3],
            strict=True,
        )
    ),
)
def test_weighs_as_the_gravest_reason(inventory: Inventory, severity: Severity) -> None:
    """What cannot be launched, or gets no updates, is worse than what is old."""
    (problem,) = found(inventory)

    assert severity == problem.severity


def test_an_image_that_was_not_read_is_doubt() -> None:
    """It may be as old as it likes."""
    inventory = launching(a_group("ami-3"))

    assert [Doubt("asg:nodes", "the image ami-3 was not read")] == list(
        stale_group(an_estate(inventory))
    )


def test_each_image_is_told_once() -> None:
    """Overrides by type name the same image again and again."""
    plans = tuple(
        Plan(source=f"{SOURCE} {number}", image="ami-2", template="lt-1")
        for number in range(3)
    )

    assert 1 == len(found(launching(a_group(plans=plans), **OLD)))


def test_remedy_makes_a_new_version_of_the_template() -> None:
    """With a newer image of the same series, or of a supported system."""
    fixes = [found(one)[0].fix or "" for one in FIRES[:2]]

    assert fixes[0].startswith("aws ec2 describe-images ")
    assert fixes[1].startswith("aws ssm get-parameter ")
    assert all("--launch-template-id lt-1" in fix for fix in fixes)


def test_a_group_that_names_a_version_is_told_to_follow() -> None:
    """A new version of the template alone would change nothing for it."""
    plans = (
        Plan(source="launch template lt-1 version 7", image="ami-2", template="lt-1"),
    )
    (pinned,) = found(launching(a_group(plans=plans), **OLD))
    (following,) = found(FIRES[0])

    assert "update-auto-scaling-group" in (pinned.fix or "")
    assert "update-auto-scaling-group" not in (following.fix or "")
