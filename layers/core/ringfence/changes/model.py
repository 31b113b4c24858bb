"""A change and a cause, as they travel with findings and alerts."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict


class ChangeError(ValueError):
    """A message is no CloudTrail event; the text names the field."""


class Change(BaseModel):
    """
    One write to AWS as CloudTrail tells it: a hint, never a verdict.

    *ids* are the EC2 ids that lead to the VPCs to be re-read; None where the
    record does not tell them all, which means the whole Region. *adds* and
    *removes* are rule ids that must (or must no longer) be visible once AWS shows
    the change. *what* says in words what changed, *undo* holds the commands that
    undo it, none where the record does not tell how it was before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    event_source: str
    event_name: str
    at: datetime
    account: str
    region: str
    who: str
    source_ip: str = ""
    agent: str = ""
    is_console: bool = False
    used_mfa: bool | None = None  # None: the record does not tell
    ids: frozenset[str] | None = None
    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    met: frozenset[str] | None = frozenset()
    what: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()


class PlacedChange(BaseModel):
    """A change to be judged in one of several Regions: that is the change's own now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["placed"] = "placed"
    change: Change

    @classmethod
    def of(cls, change: Change, region: str) -> Self:
        """Say that *change* is to be judged in *region*, as a change by itself."""
        event_id = f"{change.event_id}/{region}"
        told = {"region": region, "event_id": event_id}
        return cls(change=change.model_copy(update=told))


class Cause(BaseModel):
    """
    What made Ringfence look: a sweep, a probe, some changes, or a person.

    Or a sweep's roster, by which the doors of all accounts are tried.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["sweep", "roster", "change", "probe", "asked"]
    id: str
    changes: tuple[Change, ...] = ()
    not_visible: bool = False  # AWS did not show the change yet when we judged
