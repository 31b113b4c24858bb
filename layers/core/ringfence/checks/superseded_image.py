"""AMI-007: an image in use that has had a successor for long."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Image
from ringfence.inventory.series import Series, parameter_of, series_of
from ringfence.subjects.hosts import hosts
from ringfence.subjects.images import (
    UNUSABLE,
    described,
    facts_of,
    newest_command,
)


@check(
    "AMI-007",
    "Image in use has a successor",
    severity=Severity.INFORMATIONAL,
    needs={"images", "instances", "public_images"},
    uses={"newer_images"},
    fix="Launch from the newest image of the series.",
    guide=("S20", "D17", "D32"),
)
def superseded_image(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What its maker fixed in the newer image is not in this one.

    The newest of Amazon Linux 2023 and of Ubuntu's long-term versions is the one that
    AWS's public parameters name; of other series, Atlassian's and the house's own
    included, the newest that its owner offers to this account: the same name but for
    its date, its last number and the numbers of builds, for the same system and
    processor. A name without a date or a last number is of no series.
    How much newer a successor must be is the policy's
    `thresholds.newer_image_days`. An image older than `thresholds.image_age_days` is
    told with its instances (`AMI-001`), and so is a deprecated one (`AMI-002`).
    """
    inventory = estate.inventory
    limits = estate.policy.thresholds
    old = inventory.taken_at - timedelta(days=limits.image_age_days)
    newest = _Newest(inventory)
    is_blind = "newer_images" in inventory.gaps
    used: dict[str, set[str]] = {}
    for host in hosts(inventory):
        used.setdefault(host.image, set()).add(host.resource)
    for image in inventory.images:
        made = image.created_at
        if image.state in UNUSABLE or image.id not in used or not made or made < old:
            continue
        if image.deprecated_at and image.deprecated_at <= inventory.taken_at:
            continue
        latest = newest.of(image)
        if latest and latest - made > timedelta(days=limits.newer_image_days):
            yield Problem(
                resource=image.id,
                message=f"{described(image)}, made on {made:%Y-%m-%d}, is in use and "
                "not the newest of its series: one came out more than "
                f"{limits.newer_image_days} days later.",
                fix=newest_command(inventory.region, image),
                evidence={**facts_of(image), "used_by": sorted(used[image.id])},
            )
        elif is_blind and series_of(image) and parameter_of(image) is None:
            yield Doubt(image.id, "the newer images of its series were not read")


class _Newest:
    """When the newest image of each series came out, as far as that is known."""

    def __init__(self, inventory: Inventory) -> None:
        now = inventory.taken_at
        self._published = {
            public.parameter: public.published_at
            for public in inventory.public_images
            if public.published_at
        }
        self._made: dict[Series, datetime] = {}
        for image in (*inventory.images, *inventory.newer_images):
            series, made = series_of(image), image.created_at
            is_offered = image.deprecated_at is None or image.deprecated_at > now
            if series and made and is_offered:
                self._made[series] = max(self._made.get(series, made), made)

    def of(self, image: Image) -> datetime | None:
        """Give when the newest image of the series of *image* came out, if told."""
        parameter = parameter_of(image)
        if parameter:
            return self._published.get(parameter)
        series = series_of(image)
        return self._made.get(series) if series else None
