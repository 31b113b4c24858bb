"""What the image checks share: running instances with their images."""

import re
from collections.abc import Iterator

from ringfence import reach
from ringfence.estate import Estate
from ringfence.finding import Doubt, Severity
from ringfence.inventory.records import Image, Instance
from ringfence.subjects.arrivals import are_asked, arrivals

NEEDS = reach.NEEDS | {"images", "instances"}

_DATE = re.compile(r"20\d\d[.-]?[01]\d[.-]?[0-3]\d")
_GONE = frozenset({"terminated", "shutting-down"})


def launched(estate: Estate) -> Iterator[tuple[Instance, Image]]:
    """Give every instance that is there with its image."""
    images = {image.id: image for image in estate.inventory.images}
    for instance in estate.inventory.instances:
        if instance.state not in _GONE and instance.image in images:
            yield instance, images[instance.image]


def doubts(estate: Estate) -> Iterator[Doubt]:
    """Give every instance of whose image nothing was read."""
    images = {image.id for image in estate.inventory.images}
    for instance in estate.inventory.instances:
        if instance.state not in _GONE and instance.image not in images:
            yield Doubt(instance.id, f"the image {instance.image} was not read")


def label(instance: Instance) -> str:
    """Give ``<id> (<name>)``, or the id alone."""
    name = instance.tags.get("Name")
    return f"{instance.id} ({name})" if name else instance.id


def severity(estate: Estate, instance: Instance, base: Severity) -> Severity:
    """
    Give *base*, one step worse where strangers are known to reach *instance*.

    Who has to log in at a load balancer first is no stranger.
    """
    is_reached = not are_asked(arrivals(estate, instance.id))
    return base.stepped(1) if is_reached else base


def evidence_of(instance: Instance, image: Image) -> dict[str, object]:
    """Give what was read of the image, JSON-ready."""
    return {
        "instance": instance.id,
        "image": image.id,
        "name": image.name,
        "description": image.description,
        "owner": image.owner,
        "state": image.state,
        "created_at": image.created_at.isoformat() if image.created_at else None,
        "deprecated_at": (
            image.deprecated_at.isoformat() if image.deprecated_at else None
        ),
    }


def newest_command(region: str, image: Image) -> str:
    """Give the command that finds the newest image of the same name and owner."""
    stem = _DATE.split(image.name, maxsplit=1)[0]
    return (
        f"aws ec2 describe-images --region {region} --owners {image.owner or 'self'} "
        f"--filters 'Name=name,Values={stem}*' "
        "--query 'sort_by(Images,&CreationDate)[-1].[ImageId,Name,CreationDate]'"
    )


AMAZON_LINUX_COMMAND = (
    "aws ssm get-parameter --region {region} --name /aws/service/"
    "ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 "
    "--query Parameter.Value --output text"
)
