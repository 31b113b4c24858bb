"""AMI-002: an instance of an image that its owner has deprecated."""

from collections.abc import Iterator

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
    It weighs one step more where the internet reaches the instance, one less where
    it is stopped. The instances of an Auto Scaling group are one finding.
    """
    inventory = estate.inventory
    for host, image in launched(estate):
        since = image.deprecated_at
        if since is None or since > inventory.taken_at:
            continue
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            message=f"{host.label} runs from {described(image)}, which its "
            f"owner deprecated on {since:%Y-%m-%d}.",
            severity=severity(estate, host.instances, Severity.LOW),
            fix=f"{newest_command(inventory.region, image)}\n"
            f"{replacing(host, inventory.region)}",
            evidence=evidence_of(host, image),
        )
    yield from doubts(estate)
