"""
How Ringfence itself notices changes: its event rules, and its heartbeat.

Nothing of this is in a snapshot: it is read by the deployed functions alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    Where an event rule hands its events over: a queue, or another account's bus.

    To a bus it does so in a *role*, by its ARN.
    """

    id: str
    arn: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """
    An event rule of Ringfence's own, and whether it *feeds* its *target*.

    *is_enabled* is None where there is no such rule any more. *lacks* are the calls
    that it is for and its pattern leaves out.
    """

    name: str
    region: str
    is_enabled: bool | None
    feeds: bool
    target: Target
    lacks: tuple[str, ...] = ()

    @property
    def is_of_stack(self) -> bool:
        """Whether it is one of the stack's, rather than of member.yaml's."""
        return not self.target.role


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
