"""AMI-003: an instance whose image is gone."""

from collections.abc import Iterator
from datetime import datetime

from ringfence.atlassian_images import atlassian_image
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Image
from ringfence.subjects.hosts import Host, severity
from ringfence.subjects.images import (
    NEEDS,
    UNUSABLE,
    described,
    doubts,
    evidence_of,
    launched,
)

_DISABLED = "Instance runs from an image that is disabled"


@check(
    "AMI-003",
    "Instance runs from an image that is gone",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    uses={"origins", "volumes"},
    fix="Move the product to an instance of an image that is there.",
    guide=("S20", "D32", "D78"),
)
def gone_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The instance cannot be launched again: its image is deregistered, no longer
    shared, or disabled by its owner.

    After a failure, or when scaling out, there is nothing to start from, and
    nobody can say any more what was in it. Its age is then told from what is left:
    the day on which it was made, where an earlier sweep saw it, else the snapshot
    that it consisted of, where that is still there; else a lower bound: when the
    instance was launched first, and when Atlassian's templates named it.
    It weighs one step more where the internet reaches the instance, one less where
    it is stopped. The instances of an Auto Scaling group are one finding.
    """
    region = estate.inventory.region
    ages = _Ages(estate.inventory)
    for host, image in launched(estate):
        if image.state not in UNUSABLE:
            continue
        is_gone = image.state == "gone"
        what = "is deregistered or no longer shared with this account"
        instance = host.instances[0].id
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            title=None if is_gone else _DISABLED,
            message=f"{host.label} runs from {ages.described(image)}, which "
            f"{what if is_gone else 'its owner has disabled'}."
            f"{ages.of(host, image) if is_gone else ''}",
            severity=severity(estate, host.instances, Severity.MEDIUM),
            fix=f"aws ec2 create-image --region {region} --instance-id {instance} "
            f"--name {instance}-rescue --no-reboot\n"
            "That keeps what is there; then move to a current image.",
            evidence=evidence_of(host, image) | ages.evidence(host, image),
        )
    yield from doubts(estate)


class _Ages:
    """What is left to tell the age of an image by that is gone, the best first."""

    def __init__(self, inventory: Inventory) -> None:
        self._remembered = inventory.memories.images
        self._made = {one.id: one.started_at for one in inventory.origins}
        self._origins = {
            (attachment.instance, attachment.device): volume.snapshot
            for volume in inventory.volumes
            for attachment in volume.attachments
        }

    def described(self, image: Image) -> str:
        """Give ``<id> (<name>)``, by its remembered name where AWS tells none."""
        remembered = self._remembered.get(image.id)
        if remembered and remembered.name and not image.name:
            return f"{image.id} ({remembered.name})"
        return described(image)

    def of(self, host: Host, image: Image) -> str:
        """Say how old *image* is, or at least is, and how that is known."""
        remembered = self._remembered.get(image.id)
        if remembered and remembered.created_at:
            return (
                f" It was made on {remembered.created_at:%Y-%m-%d}, as remembered "
                f"from {remembered.seen_at:%Y-%m-%d}."
            )
        snapshot, made = self._origin(host)
        if made:
            return (
                f" It was made on about {made:%Y-%m-%d}, which is when its snapshot "
                f"{snapshot} was begun."
            )
        bounds = []
        first = _first(host)
        if first:
            bounds.append(f"it was launched here by {first:%Y-%m-%d}")
        known = atlassian_image(image.id)
        if known:
            bounds.append(f"Atlassian's templates named it on {known.by:%Y-%m-%d}")
        return f" It is at least this old: {', and '.join(bounds)}." if bounds else ""

    def evidence(self, host: Host, image: Image) -> dict[str, object]:
        """Give all of it, JSON-ready."""
        remembered = self._remembered.get(image.id)
        snapshot, made = self._origin(host)
        return {
            "launched_by": _text(_first(host)),
            "remembered_creation": _text(remembered.created_at if remembered else None),
            "snapshot": snapshot or None,
            "snapshot_begun": _text(made),
        }

    def _origin(self, host: Host) -> tuple[str, datetime | None]:
        """Give the snapshot that an instance's root volume was made from, and when."""
        for instance in host.instances:
            snapshot = self._origins.get((instance.id, instance.root_device), "")
            if made := self._made.get(snapshot):
                return snapshot, made
        return "", None


def _first(host: Host) -> datetime | None:
    told = (instance.created_at for instance in host.instances)
    return min((one for one in told if one), default=None)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
