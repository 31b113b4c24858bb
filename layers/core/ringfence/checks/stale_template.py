"""AMI-008: a launch template whose default version names an outdated image."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.launching import DEFAULT
from ringfence.subjects.images import described, facts_of
from ringfence.subjects.launches import faults, in_words, renewing


@check(
    "AMI-008",
    "Launch template names an outdated image",
    severity=Severity.INFORMATIONAL,
    needs={"auto_scaling_groups", "images", "launch_templates"},
    fix="Put a current image into the template, or delete it.",
    guide=("S20", "D32"),
)
def stale_template(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever launches from it tomorrow starts with yesterday's holes.

    Judged is the version that a launch takes unless told otherwise. A template that
    an Auto Scaling group uses is told there (`AMI-006`), and one that names no image,
    or a parameter, is left alone.
    """
    images = {image.id: image for image in estate.inventory.images}
    used = {
        plan.template
        for group in estate.inventory.auto_scaling_groups
        for plan in group.plans
    }
    region = estate.inventory.region
    for template in estate.inventory.launch_templates:
        image = images.get(template.image(DEFAULT))
        if template.id in used or image is None:
            continue
        found = faults(estate, image)
        if found:
            yield Problem(
                resource=template.id,
                message=f"Launch template {template.id} ({template.name}), version "
                f"{template.default}, launches {described(image)}. "
                f"It {in_words(found)}.",
                fix=renewing(estate, image, template.id)
                + f"\nOr: aws ec2 delete-launch-template --region {region} "
                f"--launch-template-id {template.id}",
                evidence={"template": template.id, **facts_of(image)},
            )
