"""AMI-007: images that have had a successor for long."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks.superseded_image import superseded_image
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.patching import PublicImage
from ringfence.snapshot import Gap
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


def offered(first: str, second: str, **newer: Any) -> Inventory:
    """Give an image in use and one 70 days younger, *second*, that its owner offers."""
    made = TAKEN_AT - days(90)
    one = {"owner": "136693071363", "architecture": "x86_64", "virtualization": "hvm"}
    later = {"id": "ami-9", "name": second, "created_at": made + days(70)}
    return public(
        images=(an_image(**one, name=first, created_at=made),),
        newer_images=(an_image(**(one | later | newer)),),
    )


DEBIAN = ("debian-12-amd64-20260603-2132", "debian-12-amd64-20260812-2201")
RED_HAT = "RHEL-9.4.0_HVM-{}-x86_64-{}-Hourly2-GP3"

FIRES = [
    succeeded(AMAZON[1], AMAZON[0]),
    succeeded(UBUNTU[1], UBUNTU[0]),
    beside("jira-golden-7", "jira-golden-8"),
    beside("Atlassian Jira 2026.06.01_1 (HVM)", "Atlassian Jira 2026.08.01_1 (HVM)"),
    offered(*DEBIAN),
    offered(RED_HAT.format("20260605", 82), RED_HAT.format("20260814", 9)),
    offered("myapp-2026-01-03", "myapp-2026-05-01"),
    offered("myapp-1717171717", "myapp-1723232323"),
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
    offered(*DEBIAN, owner="999900001111"),
    offered(*DEBIAN, architecture="arm64"),
    offered(*DEBIAN, virtualization="paravirtual"),
    offered(*DEBIAN, platform="Windows"),
    offered(*DEBIAN, created_at=TAKEN_AT - days(40)),
    offered(*DEBIAN, deprecated_at=TAKEN_AT - days(1)),
    offered(DEBIAN[0], "debian-13-amd64-20260812-2201"),
    offered(DEBIAN[0], "debian-12-backports-amd64-20260812-2201"),
    offered(RED_HAT.format("20260605", 82), "RHEL-10.0.0_HVM-20260814-x86_64-9-GP3"),
    offered("web1", "web2"),
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


def test_where_series_were_not_read_what_would_pass_is_unknown() -> None:
    """What a parameter names, or the account's own newer image, needs no look-up."""
    series = {"newer_images": (Gap("ec2.describe_images.series", "AccessDenied"),)}
    (doubt,) = superseded_image(
        an_estate(replace(offered(*DEBIAN), newer_images=(), gaps=series))
    )

    assert Doubt("ami-1", "the newer images of its series were not read") == doubt
    for inventory in (FIRES[0], FIRES[2]):
        problem, *_ = superseded_image(an_estate(replace(inventory, gaps=series)))
        assert isinstance(problem, Problem)
