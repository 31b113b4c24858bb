"""What the image checks share: what runs with its image, wording, commands."""

from collections.abc import Iterator

from ringfence import reach
from ringfence.atlassian_images import atlassian_image
from ringfence.estate import Estate
from ringfence.finding import Doubt
from ringfence.inventory.records import Image
from ringfence.inventory.series import stem
from ringfence.subjects.hosts import Host, hosts

NEEDS = reach.NEEDS | {"images", "instances"}

# Of these an image cannot be launched.
UNUSABLE = frozenset({"gone", "disabled"})


def launched(estate: Estate) -> Iterator[tuple[Host, Image]]:
    """Give everything that is there with its image."""
    images = {image.id: image for image in estate.inventory.images}
    for host in hosts(estate.inventory):
        if host.image in images:
            yield host, images[host.image]


def doubts(estate: Estate) -> Iterator[Doubt]:
    """Give everything of whose image nothing was read, a group once."""
    images = {image.id for image in estate.inventory.images}
    unread = {
        host.resource: host.image
        for host in hosts(estate.inventory)
        if host.image not in images
    }
    for resource, image in unread.items():
        yield Doubt(resource, f"the image {image} was not read")


def described(image: Image) -> str:
    """Give ``<id> (<name>)``; of one that is gone, what is known from elsewhere."""
    if image.name:
        return f"{image.id} ({image.name})"
    known = atlassian_image(image.id)
    if known:
        return f"{image.id} (Atlassian's for {known.product}, {known.by.year})"
    return image.id


def evidence_of(host: Host, image: Image) -> dict[str, object]:
    """Give what was read of the image, JSON-ready."""
    subject = {"group": host.group} if host.group else {"instance": host.resource}
    return {**subject, **facts_of(image)}


def facts_of(image: Image) -> dict[str, object]:
    """Give *image* itself, JSON-ready."""
    return {
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
    return (
        f"aws ec2 describe-images --region {region} --owners {image.owner or 'self'} "
        f"--filters 'Name=name,Values={stem(image.name)}*' "
        "--query 'sort_by(Images,&CreationDate)[-1].[ImageId,Name,CreationDate]'"
    )


AMAZON_LINUX_COMMAND = (
    "aws ssm get-parameter --region {region} --name /aws/service/"
    "ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 "
    "--query Parameter.Value --output text"
)
