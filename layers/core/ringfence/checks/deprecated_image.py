"""AMI-002: an instance of an image that its owner has deprecated."""

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
    newest_command,
    severity,
)


@check(
    "AMI-002",
    "Instance runs from a deprecated image",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Launch the instance again from the image's successor.",
    guide=("S20", "D17", "D32"),
)
def deprecated_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The owner of a deprecated image says that nobody should launch it any more.

    It still works, but EC2 hides it from new users, and it may go any day.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    for instance, image in launched(estate):
        since = image.deprecated_at
        if since is None or since > inventory.taken_at:
            continue
        yield Problem(
            resource=instance.id,
            message=f"{label(instance)} runs from {image.id} ({image.name}), which its "
            f"owner deprecated on {since:%Y-%m-%d}.",
            severity=severity(estate, instance, Severity.LOW),
            fix=newest_command(inventory.region, image),
            evidence=evidence_of(instance, image),
        )
    yield from doubts(estate)
