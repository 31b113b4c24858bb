"""Series of images: what a maker publishes again and again under one kind of name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ringfence.inventory.answers import Answers
from ringfence.inventory.compute import read_image
from ringfence.inventory.records import Image

NEWER = "ec2.describe_images.series"
IMAGES = "ec2.describe_images"

_DATE = re.compile(r"(?<!\d)20\d\d[.-]?[01]\d[.-]?[0-3]\d")
_LAST_NUMBER = re.compile(r"\d+$")
_BUILD = re.compile(r"(?<![\d.])\d+(?![\d.])")
_SHORTEST = 4


# Series of which a public parameter names the newest image.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
# https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
_AMAZON = re.compile(r"al2023-ami-2023\.[\d.]+-kernel-[\d.]+-(x86_64|arm64)")
_UBUNTU = re.compile(
    r"ubuntu/images/hvm-ssd(?:-gp3)?/ubuntu-\w+-([\d.]+)-(amd64|arm64)-server-[\d.]+"
)


@dataclass(frozen=True, slots=True)
class Series:
    """
    What the images of one series have in common.

    Their names begin with *begins*, before a date or a last number, and go on with
    *ends*, in which numbers of builds do not count; versions do: one of 9.4 is no
    successor of one of 9.3. All else of them that a launch depends on is *kind*.
    """

    owner: str
    begins: str
    ends: str
    kind: tuple[str, ...]


def stem(name: str) -> str:
    """Give what the names of an image's series begin with: all before the date."""
    return _DATE.split(name, maxsplit=1)[0]


def series_of(image: Image) -> Series | None:
    """Give the series that *image* is one of, by its name; None: of none."""
    dated = _DATE.search(image.name)
    found = dated or _LAST_NUMBER.search(image.name)
    if not found or found.start() < _SHORTEST:
        return None
    ends = _BUILD.sub("#", image.name[found.end() :])
    kind = (image.platform, image.architecture, image.virtualization)
    return Series(image.owner, image.name[: found.start()], ends, kind)


def parameter_of(image: Image) -> str | None:
    """Give the public parameter that names the newest of its kind; None: none does."""
    if amazon := _AMAZON.fullmatch(image.name):
        return (
            "/aws/service/ami-amazon-linux-latest/"
            f"al2023-ami-kernel-default-{amazon[1]}"
        )
    if ubuntu := _UBUNTU.fullmatch(image.name):
        volume = "gp3" if float(ubuntu[1]) >= 24 else "gp2"  # noqa: PLR2004 - 24.04 on
        return (
            f"/aws/service/canonical/ubuntu/server/{ubuntu[1]}/stable/current/"
            f"{ubuntu[2]}/hvm/ebs-{volume}/ami-id"
        )
    return None


def names_by_owner(answers: Answers) -> Mapping[str, frozenset[str]]:
    """Give how the names of the series in use begin, where no parameter tells more."""
    found: dict[str, set[str]] = defaultdict(set)
    for image in answers.each(IMAGES, "Images", read_image):
        series = series_of(image)
        if series and series.owner and parameter_of(image) is None:
            found[series.owner].add(series.begins)
    return {owner: frozenset(names) for owner, names in found.items()}


def read_newer_images(answers: Answers) -> tuple[Image, ...]:
    """Those of the series in use that can be launched, as far as asked for."""
    if not answers.has(NEWER):
        return ()
    found = answers.each(NEWER, "Images", read_image)
    return tuple(image for image in found if image.state == "available")
