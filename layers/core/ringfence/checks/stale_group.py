"""AMI-006: an Auto Scaling group that would launch an image that nobody should."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import group_resource
from ringfence.inventory.launching import AutoScalingGroup, Plan
from ringfence.inventory.records import Image
from ringfence.subjects.hosts import hosts
from ringfence.subjects.images import described, facts_of
from ringfence.subjects.launches import faults, in_words, renewing


@check(
    "AMI-006",
    "Auto Scaling group would launch an outdated image",
    severity=Severity.LOW,
    needs={"auto_scaling_groups", "images", "instances"},
    fix="Put a current image into what the group launches from.",
    guide=("S20", "D17", "D32"),
)
def stale_group(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Today's instances may be new; the next one to replace a failed one is not.

    Told are images that are gone, disabled, deprecated, older than the policy
    accepts, or of a system without updates, and a template that is gone itself.
    Where the group's instances run from that image already, they are told (`AMI-001`
    to `AMI-004`), and the group is not told again. A group that may have no instance
    launches nothing, and an image that a parameter names at launch is what the
    parameter says then.
    """
    images = {image.id: image for image in estate.inventory.images}
    running = {(host.group, host.image) for host in hosts(estate.inventory)}
    for group in estate.inventory.auto_scaling_groups:
        if group.greatest == 0:
            continue
        told: set[str] = set()
        for plan in group.plans:
            if plan.image.startswith("resolve:") or plan.image in told:
                continue
            told.add(plan.image)
            if not plan.image:
                yield _nothing(estate, group, plan)
            elif plan.image not in images:
                because = f"the image {plan.image} was not read"
                yield Doubt(group_resource(group.name), because)
            elif (group.name, plan.image) not in running:
                yield from _told(estate, group, plan, images[plan.image])


def _nothing(estate: Estate, group: AutoScalingGroup, plan: Plan) -> Problem:
    return Problem(
        resource=group_resource(group.name),
        discriminator="no-image",
        message=f"Auto Scaling group {group.name} can launch nothing: {plan.source} "
        "is gone or names no image.",
        severity=Severity.MEDIUM,
        fix=renewing(estate, None, plan.template),
        evidence={"group": group.name, "source": plan.source},
    )


def _told(
    estate: Estate, group: AutoScalingGroup, plan: Plan, image: Image
) -> Iterator[Problem]:
    found = faults(estate, image)
    if found:
        yield Problem(
            resource=group_resource(group.name),
            discriminator=image.id,
            message=f"Auto Scaling group {group.name} launches {described(image)} next "
            f"({plan.source}). It {in_words(found)}.",
            severity=found[0].severity,
            fix=renewing(estate, image, plan.template)
            + _unpinning(estate, group, plan),
            evidence={"group": group.name, "source": plan.source, **facts_of(image)},
        )


def _unpinning(estate: Estate, group: AutoScalingGroup, plan: Plan) -> str:
    """Give the command without which a group stays at the version that it names."""
    if plan.template is None or not plan.source.rpartition(" ")[2].isdecimal():
        return ""
    return (
        f"\naws autoscaling update-auto-scaling-group --region "
        f"{estate.inventory.region} --auto-scaling-group-name '{group.name}' "
        f"--launch-template 'LaunchTemplateId={plan.template},Version=$Default'"
    )
