"""AMI-007: images that have had a successor for long."""

from typing import Any

import pytest

from ringfence.checks.superseded_image import superseded_image
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.patching import PublicImage
from tests.build import TAKEN_AT, an_estate, an_image, an_instance, days, public

AMAZON = (
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "al2023-ami-2023.9.20260601.0-kernel-6.1-x86_64",
)
UBUNTU = (
    "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260601",
)


def succeeded(
    name: str, parameter: str = "", *, apart: int = 70, **image: Any
) -> Inventory:
    """Give an image in use, and a newest one *apart* days younger."""
    made = TAKEN_AT - days(90)
    return public(
        images=(an_image(**({"name": name, "created_at": made} | image)),),
        public_images=(
            PublicImage(
                parameter=parameter, image="ami-9", published_at=made + days(apart)
            ),
        ),
    )


def beside(first: str, second: str, *, owner: str = "137112412989") -> Inventory:
    """Give an image in use and one 70 days younger, called *second*."""
    return public(
        instances=(an_instance(), an_instance(id="i-2", image="ami-2")),
        images=(
            an_image(name=first, created_at=TAKEN_AT - days(90)),
            an_image(
                id="ami-2", name=second, owner=owner, created_at=TAKEN_AT - days(20)
            ),
        ),
    )


FIRES = [
    succeeded(AMAZON[1], AMAZON[0]),
    succeeded(UBUNTU[1], UBUNTU[0]),
    beside("jira-golden-7", "jira-golden-8"),
    beside("Atlassian Jira 2026.06.01_1 (HVM)", "Atlassian Jira 2026.08.01_1 (HVM)"),
]
QUIET = [
    succeeded(AMAZON[1], AMAZON[0], apart=60),
    succeeded(AMAZON[1], UBUNTU[0]),
    succeeded(AMAZON[1], AMAZON[0], created_at=TAKEN_AT - days(400)),  # AMI-001
    succeeded(AMAZON[1], AMAZON[0], deprecated_at=TAKEN_AT),  # AMI-002
    succeeded(AMAZON[1], AMAZON[0], state="gone", created_at=None),
    succeeded("al2023-ami-ecs-hvm-2023.0.20260601-kernel-6.1-x86_64", AMAZON[0]),
    beside("jira-golden-7", "wiki-golden-8"),
    beside("jira-golden-7", "jira-golden-8", owner="999900001111"),
    beside("golden", "golden"),
]


@pytest.mark.parametrize("inventory", FIRES)
def test_one_image_is_one_finding(inventory: Inventory) -> None:
    """It names who uses it, however many they are."""
    (problem,) = superseded_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "ami-1" == problem.resource
    assert ["i-1"] == problem.evidence["used_by"]


def test_how_much_newer_is_the_policys() -> None:
    """A maker that publishes weekly would always be ahead."""
    estate = an_estate(FIRES[0], thresholds={"newer_image_days": 80})

    assert [] == list(superseded_image(estate))
