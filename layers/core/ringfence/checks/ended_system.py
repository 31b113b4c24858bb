"""AMI-004: an instance whose operating system gets no more security updates."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Image
from ringfence.subjects.images import (
    AMAZON_LINUX_COMMAND,
    NEEDS,
    doubts,
    evidence_of,
    label,
    launched,
    severity,
)


class System(NamedTuple):
    """
    An operating system, the last day of its updates, and how its images are known.

    *name* and *description* are regular expressions, searched for without regard
    to case; either may tell it.
    """

    title: str
    ends: date
    name: str
    description: str


# Dates: https://endoflife.date/ (amazon-linux, ubuntu, rhel, centos), read 2026-08-22.
# Ubuntu's are those of standard support; Ubuntu Pro's images get updates for longer
# and are listed first. Atlassian's own images are built on Amazon Linux 1.
SYSTEMS = (
    System(
        "Amazon Linux 1",
        date(2023, 12, 31),
        r"^amzn-ami-|^Atlassian (Bitbucket|Confluence|Crowd|Jira|Stash) \d{4}\.",
        r"^Amazon Linux AMI|based off Amazon Linux AMI",
    ),
    System(
        "Amazon Linux 2",
        date(2026, 6, 30),
        r"^amzn2-ami-",
        r"^Amazon Linux 2 ",
    ),
    System(
        "Amazon Linux 2023",
        date(2029, 6, 30),
        r"^al2023-ami-",
        r"^Amazon Linux 2023 ",
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
        )
        for version, ends in (
            ("6", date(2020, 11, 30)),
            ("7", date(2024, 6, 30)),
            ("8", date(2021, 12, 31)),
        )
    ),
)


@check(
    "AMI-004",
    "Operating system gets no more security updates",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Move the product to an instance of a supported system.",
    guide=("S19", "S20", "S21", "D16", "D17", "D19"),
)
def ended_system(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Flaws found after a system's last day stay open for ever.

    The system is told from the image's name and description as its maker writes
    them; an image that says neither is left alone, and so is a system that was
    upgraded in place. Atlassian's own images are all Amazon Linux 1.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    systems: dict[str, System | None] = {}
    for instance, image in launched(estate):
        if image.id not in systems:
            systems[image.id] = system_of(image)
        system = systems[image.id]
        if system is None or inventory.taken_at.date() <= system.ends:
            continue
        yield Problem(
            resource=instance.id,
            message=f"{label(instance)} runs {system.title} ({image.id}, "
            f"{image.name}), whose updates ended on {system.ends:%Y-%m-%d}.",
            severity=severity(estate, instance, Severity.MEDIUM),
            fix=f"{AMAZON_LINUX_COMMAND.format(region=inventory.region)}\n"
            "Launch from what it prints, move the product over, then: "
            f"aws ec2 terminate-instances --region {inventory.region} "
            f"--instance-ids {instance.id}",
            evidence=evidence_of(instance, image)
            | {"system": system.title, "updates_ended": system.ends.isoformat()},
        )
    yield from doubts(estate)


def system_of(image: Image) -> System | None:
    """Tell the operating system of *image*; None: it does not say."""
    for system in SYSTEMS:
        if re.search(system.name, image.name, re.IGNORECASE) or re.search(
            system.description, image.description, re.IGNORECASE
        ):
            return system
    return None
