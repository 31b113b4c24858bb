"""AMI-004: systems past their last day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ringfence.checks.ended_system import ended_system
from ringfence.subjects.systems import system_of
from tests.build import an_estate, an_image, an_instance, imaged, public

STASH = {
    "name": "Atlassian Bitbucket 2017.03.14_0112 (HVM)",
    "description": "The Atlassian Bitbucket AMI is an EBS-backed image based off "
    "Amazon Linux AMI (HVM).",
}

FIRES = [
    imaged(**STASH),
    imaged(name="amzn2-ami-hvm-2.0.20250101.0-x86_64-gp2"),
    imaged(name="golden-7", description="Amazon Linux 2 AMI 2.0.2025 x86_64 HVM"),
    imaged(name="ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-20240101"),
    imaged(name="RHEL-7.9_HVM-20240101-x86_64-0-Hourly2-GP2"),
    imaged(name="CentOS-7-2111-20220825_1.x86_64"),
    public(  # Atlassian's, gone, known by its id
        images=(an_image(id="ami-47246f34", name="", state="gone", created_at=None),),
        instances=(an_instance(image="ami-47246f34"),),
    ),
]
QUIET = [
    imaged(),
    imaged(name="golden-7"),
    imaged(name="Amazon thing", description="Amazon Linux 2023 AMI 2023.9 x86_64"),
    imaged(name="ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260101"),
    imaged(name="ubuntu-pro-server/images/hvm-ssd/ubuntu-focal-20.04-amd64-pro-server"),
    imaged(name="RHEL-9.4.0_HVM-20240101-x86_64-0-Hourly2-GP3"),
]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("amzn-ami-hvm-2018.03.0.20200101.0-x86_64-gp2", "Amazon Linux 1"),
        ("Atlassian Stash 2015.12.07_1000 (HVM)", "Amazon Linux 1"),
        ("amzn2-ami-kernel-5.10-hvm-2.0.20260101.0-x86_64-gp2", "Amazon Linux 2"),
        (
            "ubuntu-pro-server/images/hvm-ssd/ubuntu-jammy-22.04-amd64-pro-server-1",
            "Ubuntu Pro 22.04",
        ),
        ("CentOS Linux 8 x86_64 HVM EBS", "CentOS 8"),
    ],
)
def test_tells_the_system_by_its_makers_names(name: str, title: str) -> None:
    """Image names are recognised as their makers write them."""
    system = system_of(an_image(name=name))

    assert system is not None
    assert title == system.title


def test_last_day_is_still_fine() -> None:
    """Updates end after the last day, not on it."""
    inventory = imaged(name="amzn2-ami-hvm-2.0.20250101.0-x86_64-gp2")
    last = replace(inventory, taken_at=datetime(2026, 6, 30, 23, tzinfo=UTC))

    assert [] == list(ended_system(an_estate(last)))
