"""
How Ringfence itself notices changes: its event rules, and its heartbeat.

Nothing of this is in a snapshot: it is read where Ringfence runs, by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """
    An event rule of this stack's, and whether it *feeds* the change queue.

    *is_enabled* is None where there is no such rule any more; *queue* is the ARN
    of the queue.
    """

    name: str
    region: str
    is_enabled: bool | None
    feeds: bool
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """
    A harmless write of Ringfence's own, whose event has to come round.

    *waiting_since* is when a sweep began to wait for one of which no event, nor that
    of a later one, has come; *came_at* when the last one was made that did.
    """

    waiting_since: datetime | None = None  # None: nothing is waited for
    came_at: datetime | None = None  # None: none has ever come
    patience: timedelta = timedelta(hours=2)
