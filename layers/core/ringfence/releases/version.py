"""
Versions as Atlassian writes them, in the order in which they were released.

``9.0.0-m12``, ``-eap2``, ``-alpha1``, ``-beta2`` and ``-rc1`` come before 9.0.0;
``2.2.6a`` and ``3.2.1_01``, patches of long ago, after what they patch; 8.19 is
8.19.0. What is written in another way is no version: guessing would make a
vulnerable one look fixed.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_WRITTEN = re.compile(
    r"v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,5})"
    r"(?:[-.]?(?P<before>od|m|alpha|eap|beta|rc)[-.]?(?P<count>\d{0,9}(?:-\d{1,9})?)"
    r"|(?P<letter>[a-z])"
    r"|_(?P<patch>\d{1,9}))?",
    re.IGNORECASE | re.ASCII,
)
_STAGES = ("od", "m", "alpha", "eap", "beta", "rc", "", "patch")
_LONGEST = 60


class VersionError(ValueError):
    """What is written is not a version of an Atlassian product."""


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """A version; equal to every other way of writing it."""

    numbers: tuple[int, ...]
    stage: int = _STAGES.index("")
    count: tuple[int, ...] = ()
    text: str = field(default="", compare=False)

    @property
    def line(self) -> str:
        """``major.minor``: the feature release that it belongs to."""
        major, minor = (*self.numbers, 0, 0)[:2]
        return f"{major}.{minor}"

    @property
    def is_preview(self) -> bool:
        """Whether it came before the release that it is named after."""
        return self.stage < _STAGES.index("")

    def __str__(self) -> str:
        """Give it as it was written."""
        return self.text


@lru_cache(maxsize=10_000)
def version(text: str) -> Version:
    """Read *text*, or raise `VersionError`."""
    stripped = text.strip()
    found = _WRITTEN.fullmatch(stripped) if len(stripped) <= _LONGEST else None
    if found is None:
        raise VersionError(
            f"{text[:_LONGEST]!a} is not a version such as 9.4.1 or 9.5.0-rc1"
        )
    numbers = tuple(int(number) for number in found["numbers"].split("."))
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    stage, count = "", ""
    if found["before"]:
        stage, count = found["before"].lower(), found["count"]
    elif found["letter"]:
        stage, count = "patch", str(ord(found["letter"].lower()) - ord("a") + 1)
    elif found["patch"]:
        stage, count = "patch", found["patch"]
    counted = tuple(int(part) for part in count.split("-") if part)
    return Version(numbers, _STAGES.index(stage), counted, stripped)
