"""AMI-008: launch templates that nobody's group uses."""

from typing import Any

from ringfence.checks.stale_template import stale_template
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.launching import AutoScalingGroup, LaunchTemplate, Plan
from tests.build import TAKEN_AT, an_estate, an_image, an_inventory, days


def kept(images: dict[int, str] | None = None, **parts: Any) -> Inventory:
    """Give a template whose first version, the default, names an old image."""
    template = LaunchTemplate(
        id="lt-1",
        name="nodes",
        default=1,
        images={1: "ami-1"} if images is None else images,
    )
    fields: dict[str, Any] = {
        "images": (
            an_image(created_at=TAKEN_AT - days(400)),
            an_image(id="ami-2"),
        ),
        "launch_templates": (template,),
    }
    return an_inventory(**(fields | parts))


USED = AutoScalingGroup(
    name="nodes", plans=(Plan(source="lt-1", image="ami-1", template="lt-1"),)
)

FIRES = [kept(), kept({1: "ami-1", 2: "ami-2"})]
QUIET = [
    kept({1: "ami-2"}),
    kept({1: ""}),
    kept({1: "resolve:ssm:/golden"}),
    kept({2: "ami-1"}),
    kept(auto_scaling_groups=(USED,)),
]


def test_names_the_version_that_a_launch_takes() -> None:
    """Whoever reads it sees which one to change."""
    (problem,) = stale_template(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert "lt-1" == problem.resource
    assert problem.message.startswith(
        "Launch template lt-1 (nodes), version 1, launches ami-1 "
    )
