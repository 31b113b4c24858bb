"""AMI-001: an instance of an image that is older than the policy accepts."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import replacing, severity
from ringfence.subjects.images import (
    NEEDS,
    described,
    doubts,
    evidence_of,
    launched,
    newest_command,
)


@check(
    "AMI-001",
    "Instance runs from an old image",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Launch the instance again from a current image.",
    guide=("S19", "S20", "D17", "D32"),
)
def old_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What was fixed since an image was made is missing from every launch of it.

    Amazon Linux 2023 applies no updates at launch, so the image's age is the
    patches' age; older ones apply some at the first boot only.
    How old is too old is the policy's: `thresholds.image_age_days`.
    It weighs one step more where the internet reaches the instance, one less where
    it is stopped. The instances of an Auto Scaling group are one finding.
    An image that is gone has no date: `AMI-003` says what is known of its age.
    """
    inventory = estate.inventory
    days = estate.policy.thresholds.image_age_days
    oldest = inventory.taken_at - timedelta(days=days)
    for host, image in launched(estate):
        if image.created_at is None or image.created_at >= oldest:
            continue
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            message=f"{host.label} runs from {described(image)}, made on "
            f"{image.created_at:%Y-%m-%d}; the policy accepts {days} days.",
            severity=severity(estate, host.instances, Severity.LOW),
            fix=f"{newest_command(inventory.region, image)}\n"
            f"{replacing(host, inventory.region)}",
            evidence=evidence_of(host, image),
        )
    yield from doubts(estate)
