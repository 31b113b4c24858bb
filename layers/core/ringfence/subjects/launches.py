"""What is wrong with an image that will be launched, and how to launch another."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from ringfence.estate import Estate
from ringfence.finding import Severity
from ringfence.inventory.records import Image
from ringfence.subjects.images import AMAZON_LINUX_COMMAND, newest_command
from ringfence.subjects.systems import system_of


class Fault(NamedTuple):
    """One reason not to launch an image, as the end of a sentence."""

    severity: Severity
    because: str


def faults(estate: Estate, image: Image) -> tuple[Fault, ...]:
    """Give why nobody should launch *image*, the gravest first; none: it is fine."""
    found = sorted(_faults(estate, image), key=lambda fault: -fault.severity.rank)
    return tuple(found)


def _faults(estate: Estate, image: Image) -> Iterator[Fault]:
    now = estate.inventory.taken_at
    days = estate.policy.thresholds.image_age_days
    system = system_of(image)
    if image.state == "gone":
        yield Fault(
            Severity.MEDIUM,
            "is deregistered or no longer shared with this account, so that nothing "
            "can be launched",
        )
    if image.state == "disabled":
        yield Fault(Severity.MEDIUM, "is disabled, so that nothing can be launched")
    if system and now.date() > system.ends:
        yield Fault(
            Severity.MEDIUM,
            f"holds {system.title}, whose updates ended on {system.ends:%Y-%m-%d}",
        )
    if image.deprecated_at and image.deprecated_at <= now:
        since = image.deprecated_at
        yield Fault(Severity.LOW, f"was deprecated on {since:%Y-%m-%d}")
    if image.created_at and image.created_at < now - timedelta(days=days):
        yield Fault(
            Severity.LOW,
            f"was made on {image.created_at:%Y-%m-%d}, while the policy accepts "
            f"{days} days",
        )


def in_words(found: tuple[Fault, ...]) -> str:
    """Give *found* as one list."""
    return "; it ".join(fault.because for fault in found)


def renewing(estate: Estate, image: Image | None, template: str | None) -> str:
    """Give the commands that find a better image and put it into *template*."""
    region = estate.inventory.region
    system = system_of(image) if image else None
    has_ended = system is not None and estate.inventory.taken_at.date() > system.ends
    find = (
        newest_command(region, image)
        if image is not None and image.name and not has_ended
        else AMAZON_LINUX_COMMAND.format(region=region)
    )
    if template is None:
        return (
            f"{find}\nPut what it prints into a launch template, and let the group "
            "use that: a launch configuration cannot be changed."
        )
    return (
        f"{find}\n"
        f"aws ec2 create-launch-template-version --region {region} "
        f"--launch-template-id {template} --source-version '$Latest' "
        """--launch-template-data '{"ImageId":"WHAT-IT-PRINTS"}'\n"""
        f"aws ec2 modify-launch-template --region {region} "
        f"--launch-template-id {template} --default-version NEW-VERSION"
    )
