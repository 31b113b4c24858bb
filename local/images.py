"""The machine images of the demo estate, as a file that moto loads at its start."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

AMAZON = "137112412989"
ATLASSIAN = "098706035825"  # an account of Atlassian's; nothing depends on which

CURRENT = "ami-0c0ffee0000000001"
RECENT = "ami-0c0ffee0000000002"
DEPRECATED = "ami-0c0ffee0000000003"
AMAZON_LINUX_1 = "ami-0c0ffee0000000004"
ATLASSIAN_MADE = "ami-0dc0ac3facfc21953"  # one of Atlassian's own, by its id
DEREGISTERED = "ami-0c0ffee0000000006"
GOLDEN = "ami-0c0ffee0000000007"
_SUCCESSOR = "ami-0c0ffee0000000008"  # of the golden one; nothing runs from it


@dataclass(frozen=True, slots=True)
class _Image:
    id: str
    name: str
    owner: str
    made: datetime
    deprecated: datetime | None = None  # None: it is not
    description: str = ""


def write(path: Path, now: datetime) -> None:
    """Write the images, with ages counted from *now*, to *path*."""
    documents = [
        {
            "ami_id": image.id,
            "name": image.name,
            "description": image.description,
            "owner_id": image.owner,
            "creation_date": _stamp(image.made),
            "deprecation_time": _stamp(image.deprecated) if image.deprecated else None,
            "public": image.owner != "self",
            "architecture": "x86_64",
            "hypervisor": "xen",
            "virtualization_type": "hvm",
            "root_device_type": "ebs",
            "root_device_name": "/dev/xvda",
        }
        for image in _images(now)
    ]
    path.write_text(json.dumps(documents, indent=1))


def _images(now: datetime) -> Iterator[_Image]:
    yield _amazon_linux_2023(CURRENT, now - timedelta(days=20))
    yield _amazon_linux_2023(RECENT, now - timedelta(days=100))
    yield _amazon_linux_2023(DEPRECATED, now - timedelta(days=120), now)
    yield _Image(
        AMAZON_LINUX_1,
        "amzn-ami-hvm-2018.03.0.20190611-x86_64-gp2",
        AMAZON,
        datetime.fromisoformat("2019-06-11T08:12:00+00:00"),
        description="Amazon Linux AMI 2018.03.0.20190611 x86_64 HVM gp2",
    )
    yield _Image(
        ATLASSIAN_MADE,
        "Atlassian Confluence 2019.06.18_0212 (HVM)",
        ATLASSIAN,
        datetime.fromisoformat("2019-06-18T02:12:00+00:00"),
        description="The Atlassian Confluence AMI is an EBS-backed image based off "
        "Amazon Linux AMI (HVM).",
    )
    yield _golden(GOLDEN, 7, now - timedelta(days=120))
    yield _golden(_SUCCESSOR, 8, now - timedelta(days=10))
    yield _Image(
        DEREGISTERED,
        "jira-golden-1",
        AMAZON,
        now - timedelta(days=90),
        description="Jira on Amazon Linux 2023",
    )


def _golden(image: str, number: int, made: datetime) -> _Image:
    """Give one of a series that a house bakes for itself."""
    return _Image(image, f"agent-golden-{number}", AMAZON, made)


def _amazon_linux_2023(
    image: str, made: datetime, deprecated: datetime | None = None
) -> _Image:
    name = f"al2023-ami-2023.9.{made:%Y%m%d}.0-kernel-6.1-x86_64"
    description = "Amazon Linux 2023 AMI 2023.9 x86_64 HVM kernel-6.1"
    return _Image(image, name, AMAZON, made, deprecated, description)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
