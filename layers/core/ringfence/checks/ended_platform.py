"""PATCH-007: an instance whose agent reports a system without updates."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import running_instances, severity
from ringfence.subjects.images import AMAZON_LINUX_COMMAND
from ringfence.subjects.nodes import NEEDS, nodes_of
from ringfence.subjects.systems import system_of, system_on


@check(
    "PATCH-007",
    "Instance reports a system that gets no more updates",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Move the product to an instance of a supported system.",
    guide=("S19", "S21", "D16", "D17"),
)
def ended_platform(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    An image with a name of the house's own hides which system is in it.

    Its agent of Systems Manager tells. Where the image's name tells it too, `AMI-004`
    does, and this is quiet. Whether a subscription prolongs the updates (Ubuntu Pro,
    Red Hat's add-ons) is not reported; then waive it.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    nodes = nodes_of(inventory)
    images = {image.id: image for image in inventory.images}
    for instance in running_instances(inventory):
        node = nodes.get(instance.id)
        system = system_on(node.system, node.version) if node else None
        if system is None or inventory.taken_at.date() <= system.ends:
            continue
        image = images.get(instance.image)
        if image and system_of(image):
            continue
        yield Problem(
            resource=instance.id,
            message=f"{estate.label(instance.id)} reports {system.title}, whose "
            f"updates ended on {system.ends:%Y-%m-%d}.",
            severity=severity(estate, (instance,), Severity.MEDIUM),
            fix=f"{AMAZON_LINUX_COMMAND.format(region=inventory.region)}\n"
            "Launch from what it prints, move the product over, then: "
            f"aws ec2 terminate-instances --region {inventory.region} "
            f"--instance-ids {instance.id}",
            evidence={
                "instance": instance.id,
                "system": system.title,
                "updates_ended": system.ends.isoformat(),
            },
        )
