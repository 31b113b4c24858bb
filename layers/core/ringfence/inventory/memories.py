"""What earlier sweeps saw and AWS does not say: it is remembered, not read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenImage:
    """An image that was in use and there at *seen_at*."""

    id: str
    name: str = ""
    owner: str = ""
    created_at: datetime | None = None  # None: not told
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """
    The patches that an instance lacks.

    *since* holds the end of the scan that missed each first, by the patch's id.
    """

    instance: str
    since: Mapping[str, datetime] = field(default_factory=dict)
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """
    The images that an Auto Scaling group ran, each with when that was seen first.

    Those of when the group itself was seen first all have that time.
    """

    group: str
    since: Mapping[str, datetime] = field(default_factory=dict)
    seen_at: datetime


Memory = SeenImage | Lacking | Ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Memories:
    """All that is remembered of an account and Region, but for looks."""

    images: Mapping[str, SeenImage] = field(default_factory=dict)
    lacking: Mapping[str, Lacking] = field(default_factory=dict)
    ran: Mapping[str, Ran] = field(default_factory=dict)
