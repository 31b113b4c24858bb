"""AMI-003: an instance whose image is gone."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.images import (
    NEEDS,
    doubts,
    evidence_of,
    label,
    launched,
    severity,
)


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
    The instance cannot be launched again: its image is deregistered or not shared.

    After a failure, or when scaling out, there is nothing to start from, and
    nobody can say any more what was in it.
    It weighs one step more where the internet reaches the instance.
    """
    region = estate.inventory.region
    for instance, image in launched(estate):
        if image.state != "gone":
            continue
        yield Problem(
            resource=instance.id,
            message=f"{label(instance)} runs from {image.id}, which is deregistered or "
            "no longer shared with this account.",
            severity=severity(estate, instance, Severity.MEDIUM),
            fix=f"aws ec2 create-image --region {region} --instance-id {instance.id} "
            f"--name {instance.id}-rescue --no-reboot\n"
            "That keeps what is there; then move to a current image.",
            evidence=evidence_of(instance, image),
        )
    yield from doubts(estate)
