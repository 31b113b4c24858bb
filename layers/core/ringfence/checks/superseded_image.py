"""AMI-007: an image in use that has had a successor for long."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Image
from ringfence.subjects.hosts import hosts
from ringfence.subjects.images import (
    UNUSABLE,
    described,
    facts_of,
    newest_command,
    stem,
)

_AMAZON = re.compile(r"al2023-ami-2023\.[\d.]+-kernel-[\d.]+-(x86_64|arm64)")
_UBUNTU = re.compile(
    r"ubuntu/images/hvm-ssd(?:-gp3)?/ubuntu-\w+-([\d.]+)-(amd64|arm64)-server-[\d.]+"
)
_NUMBERS = re.compile(r"[\d._-]+$")
_SHORTEST = 4


@check(
    "AMI-007",
    "Image in use has a successor",
    severity=Severity.INFORMATIONAL,
    needs={"images", "instances", "public_images"},
    fix="Launch from the newest image of the series.",
    guide=("S20", "D17", "D32"),
)
def superseded_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What its maker fixed in the newer image is not in this one.

    The newest of Amazon Linux 2023 and of Ubuntu's long-term versions is the one that
    AWS's public parameters name; of other series (the same owner, and the same name
    up to its date or number) the newest one that this account uses, Atlassian's
    included. A series is not looked up beyond that.
    How much newer a successor must be is the policy's
    `thresholds.newer_image_days`. An image older than `thresholds.image_age_days` is
    told with its instances (`AMI-001`), and so is a deprecated one (`AMI-002`).
    """
    inventory = estate.inventory
    limits = estate.policy.thresholds
    old = inventory.taken_at - timedelta(days=limits.image_age_days)
    newest = _newest(inventory)
    used: dict[str, set[str]] = {}
    for host in hosts(inventory):
        used.setdefault(host.image, set()).add(host.resource)
    for image in inventory.images:
        made = image.created_at
        if image.state in UNUSABLE or image.id not in used or not made or made < old:
            continue
        if image.deprecated_at and image.deprecated_at <= inventory.taken_at:
            continue
        latest = newest.get(_series(image))
        if latest and latest - made > timedelta(days=limits.newer_image_days):
            yield Problem(
                resource=image.id,
                message=f"{described(image)}, made on {made:%Y-%m-%d}, is in use and "
                "not the newest of its series: one came out more than "
                f"{limits.newer_image_days} days later.",
                fix=newest_command(inventory.region, image),
                evidence={**facts_of(image), "used_by": sorted(used[image.id])},
            )


def _newest(inventory: Inventory) -> dict[str, datetime]:
    """When the newest image of each series came out."""
    found = {
        public.parameter: public.published_at
        for public in inventory.public_images
        if public.published_at
    }
    for image in inventory.images:
        series = _series(image)
        if image.created_at and not series.startswith("/"):
            before = found.get(series, image.created_at)
            found[series] = max(before, image.created_at)
    return found


def _series(image: Image) -> str:
    """The public parameter that names the newest of its kind, else owner and name."""
    if amazon := _AMAZON.fullmatch(image.name):
        return (
            "/aws/service/ami-amazon-linux-latest/"
            f"al2023-ami-kernel-default-{amazon[1]}"
        )
    if ubuntu := _UBUNTU.fullmatch(image.name):
        volume = "gp3" if float(ubuntu[1]) >= 24 else "gp2"  # noqa: PLR2004 - 24.04 on
        return (
            f"/aws/service/canonical/ubuntu/server/{ubuntu[1]}/stable/current/"
            f"{ubuntu[2]}/hvm/ebs-{volume}/ami-id"
        )
    begins = _NUMBERS.sub("", stem(image))
    is_series = len(begins) >= _SHORTEST and begins != image.name
    return f"{image.owner} {begins}" if is_series else f"{image.owner} {image.id}"
