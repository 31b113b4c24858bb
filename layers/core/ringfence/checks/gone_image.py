"""AMI-003: an instance whose image is gone."""

from collections.abc import Iterator
from datetime import datetime

from ringfence.atlassian_images import atlassian_image
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Image
from ringfence.subjects.hosts import Host, severity
from ringfence.subjects.images import (
    NEEDS,
    UNUSABLE,
    described,
    doubts,
    evidence_of,
    launched,
)

_DISABLED = "Instance runs from an image that is disabled"


@check(
    "AMI-003",
    "Instance runs from an image that is gone",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Move the product to an instance of an image that is there.",
    guide=("S20", "D32", "D78"),
)
def gone_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The instance cannot be launched again: its image is deregistered, no longer
    shared, or disabled by its owner.

    After a failure, or when scaling out, there is nothing to start from, and
    nobody can say any more what was in it. Its age is then told from what is left:
    when the instance was launched first, and when Atlassian's templates named it.
    It weighs one step more where the internet reaches the instance, one less where
    it is stopped. The instances of an Auto Scaling group are one finding.
    """
    region = estate.inventory.region
    for host, image in launched(estate):
        if image.state not in UNUSABLE:
            continue
        is_gone = image.state == "gone"
        what = "is deregistered or no longer shared with this account"
        instance = host.instances[0].id
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            title=None if is_gone else _DISABLED,
            message=f"{host.label} runs from {described(image)}, which "
            f"{what if is_gone else 'its owner has disabled'}."
            f"{_age(host, image) if is_gone else ''}",
            severity=severity(estate, host.instances, Severity.MEDIUM),
            fix=f"aws ec2 create-image --region {region} --instance-id {instance} "
            f"--name {instance}-rescue --no-reboot\n"
            "That keeps what is there; then move to a current image.",
            evidence=evidence_of(host, image) | _launch(host),
        )
    yield from doubts(estate)


def _age(host: Host, image: Image) -> str:
    """Say what is left to tell the age of *image* by; a lower bound, never an age."""
    bounds = []
    first = _first(host)
    if first:
        bounds.append(f"it was launched here by {first:%Y-%m-%d}")
    known = atlassian_image(image.id)
    if known:
        bounds.append(f"Atlassian's templates named it on {known.by:%Y-%m-%d}")
    return f" It is at least this old: {', and '.join(bounds)}." if bounds else ""


def _first(host: Host) -> datetime | None:
    told = (instance.created_at for instance in host.instances)
    return min((one for one in told if one), default=None)


def _launch(host: Host) -> dict[str, object]:
    first = _first(host)
    return {"launched_by": first.isoformat() if first else None}
