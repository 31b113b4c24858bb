"""Operating systems: their last day of updates, and how they are recognised."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ringfence.atlassian_images import atlassian_image
from ringfence.inventory.records import Image


class System(NamedTuple):
    """
    An operating system, the last day of its updates, and how its images are known.

    *name* and *description* are regular expressions, searched for without regard
    to case; either may tell it. *platform* matches what its agent of Systems Manager
    says: the system's name and version. *updates_at_boot*: security updates are
    installed when an instance starts for the first time.
    """

    title: str
    ends: date
    name: str
    description: str
    platform: str = ""
    updates_at_boot: bool = False


# Dates: https://endoflife.date/ (amazon-linux, ubuntu, rhel, centos), read 2026-08-22.
# Ubuntu's are those of standard support; Ubuntu Pro's images get updates for longer
# and are listed first. Atlassian's own images are built on Amazon Linux 1.
# Updates at the first boot: https://repost.aws/knowledge-center/ec2-linux-amazon-ami-updates
# (cloud-init's repo_upgrade: security); Amazon Linux 2023 installs none:
# https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html
SYSTEMS = (
    System(
        "Amazon Linux 1",
        date(2023, 12, 31),
        r"^amzn-ami-|^Atlassian (Bitbucket|Confluence|Crowd|Jira|Stash) \d{4}\.",
        r"^Amazon Linux AMI|based off Amazon Linux AMI",
        r"Amazon Linux( AMI)? 201\d\.\d\d",
        updates_at_boot=True,
    ),
    System(
        "Amazon Linux 2",
        date(2026, 6, 30),
        r"^amzn2-ami-",
        r"^Amazon Linux 2 ",
        r"Amazon Linux 2",
        updates_at_boot=True,
    ),
    System(
        "Amazon Linux 2023",
        date(2029, 6, 30),
        r"^al2023-ami-",
        r"^Amazon Linux 2023 ",
        r"Amazon Linux 2023",
    ),
    *(
        System(
            f"Ubuntu Pro {version}",
            ends,
            rf"ubuntu-pro-.*-{re.escape(version)}-",
            rf"Ubuntu Pro.* {re.escape(version)}",
        )
        for version, ends in (
            ("14.04", date(2024, 4, 2)),
            ("16.04", date(2026, 4, 2)),
            ("18.04", date(2028, 4, 1)),
            ("20.04", date(2030, 4, 2)),
            ("22.04", date(2032, 4, 9)),
            ("24.04", date(2036, 5, 31)),
            ("26.04", date(2036, 4, 30)),
        )
    ),
    *(
        System(
            f"Ubuntu {version}",
            ends,
            rf"ubuntu-.*-{re.escape(version)}-",
            rf"Canonical, Ubuntu, {re.escape(version)}",
            rf"Ubuntu {re.escape(version)}",
        )
        for version, ends in (
            ("12.04", date(2017, 4, 28)),
            ("14.04", date(2019, 4, 2)),
            ("16.04", date(2021, 4, 2)),
            ("18.04", date(2023, 5, 31)),
            ("20.04", date(2025, 5, 31)),
            ("22.04", date(2027, 4, 1)),
            ("24.04", date(2029, 5, 31)),
            ("26.04", date(2031, 4, 30)),
        )
    ),
    *(
        System(
            f"Red Hat Enterprise Linux {version}",
            ends,
            rf"^RHEL-{version}[._]",
            rf"Red Hat Enterprise Linux {version}\b",
            rf"Red Hat Enterprise Linux( Server)? {version}(\.\d+)*",
        )
        for version, ends in (
            ("6", date(2020, 11, 30)),
            ("7", date(2024, 6, 30)),
            ("8", date(2029, 5, 31)),
            ("9", date(2032, 5, 31)),
            ("10", date(2035, 5, 31)),
        )
    ),
    *(
        System(
            f"CentOS {version}",
            ends,
            rf"^CentOS[- ](Linux )?{version}\b",
            rf"^CentOS (Linux )?{version}\b",
            rf"CentOS( Linux)? {version}(\.\d+)*",
        )
        for version, ends in (
            ("6", date(2020, 11, 30)),
            ("7", date(2024, 6, 30)),
            ("8", date(2021, 12, 31)),
        )
    ),
)


# An agent tells NAME and VERSION_ID of /etc/os-release; older ones, and where that
# is missing, what /etc/system-release says, some with a nickname: "7.9 (Maipo)".
# https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/platform/platform_unix.go
_NICKNAME = re.compile(r"\s*\(.*\)$")


def system_of(image: Image) -> System | None:
    """Tell the operating system of *image*; None: it does not say."""
    if atlassian_image(image.id):
        return SYSTEMS[0]
    return _told_by(image.name, image.description)


@lru_cache(maxsize=1024)  # many instances run few images
def _told_by(name: str, description: str) -> System | None:
    for system in SYSTEMS:
        if re.search(system.name, name, re.IGNORECASE) or re.search(
            system.description, description, re.IGNORECASE
        ):
            return system
    return None


def system_on(name: str, version: str) -> System | None:
    """Tell the system that an agent calls *name* and *version*; None: not known."""
    told = f"{name} {_NICKNAME.sub('', version)}"
    return next(
        (
            system
            for system in SYSTEMS
            if system.platform and re.fullmatch(system.platform, told, re.IGNORECASE)
        ),
        None,
    )
