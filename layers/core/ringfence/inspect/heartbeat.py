"""
The heartbeat: a harmless write whose event has to come round as a change's does.

`plan` makes one at each start, `queues.mark`; a sweep remembers that it is waited
for, and its event is known here from all others.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ringfence.messages import QueueMessage

_NAME = "TagQueue"
_LONGEST = timedelta(hours=3)
_SLACK = timedelta(minutes=5)  # a sweep does not read at the same minute as the last


def patience(period: timedelta) -> timedelta:
    """For how long a heartbeat may be missing where a sweep is made every *period*."""
    return min(2 * period - _SLACK, _LONGEST)


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source: Literal["sqs.amazonaws.com"] = Field(alias="eventSource")
    name: Literal["TagQueue"] = Field(alias="eventName")
    at: AwareDatetime = Field(alias="eventTime")


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    detail: _Record


def part(
    messages: Iterable[QueueMessage],
) -> tuple[list[datetime], list[QueueMessage]]:
    """
    Part the heartbeats among *messages*, by when they were made, from the rest.

    Which queue was tagged is the event rule's to tell: no other event of SQS gets
    into the queue. Whoever tags it, its event has come the way of a change.
    """
    made: list[datetime] = []
    rest: list[QueueMessage] = []
    for message in messages:
        at = _made_at(message.body)
        if at is None:
            rest.append(message)
        else:
            made.append(at)
    return made, rest


def _made_at(body: str) -> datetime | None:
    """When the heartbeat of *body* was made; None: it is none, whatever it is."""
    if _NAME not in body:  # nearly always: nothing is read twice
        return None
    try:
        return _Event.model_validate_json(body).detail.at
    except ValidationError:
        return None
