"""AMI-004: an instance whose operating system gets no more security updates."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import replacing, severity
from ringfence.subjects.images import (
    AMAZON_LINUX_COMMAND,
    NEEDS,
    described,
    doubts,
    evidence_of,
    launched,
)
from ringfence.subjects.systems import system_of


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
    upgraded in place. Atlassian's own images are all Amazon Linux 1; they are known
    by their ids even where they are gone.
    It weighs one step more where the internet reaches the instance, one less where
    it is stopped. The instances of an Auto Scaling group are one finding.
    """
    inventory = estate.inventory
    for host, image in launched(estate):
        system = system_of(image)
        if system is None or inventory.taken_at.date() <= system.ends:
            continue
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            message=f"{host.label} runs {system.title}, from {described(image)}; its "
            f"updates ended on {system.ends:%Y-%m-%d}.",
            severity=severity(estate, host.instances, Severity.MEDIUM),
            fix=f"{AMAZON_LINUX_COMMAND.format(region=inventory.region)}\n"
            f"{replacing(host, inventory.region)}",
            evidence=evidence_of(host, image)
            | {"system": system.title, "updates_ended": system.ends.isoformat()},
        )
    yield from doubts(estate)
