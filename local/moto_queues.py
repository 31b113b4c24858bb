"""
Queues that do not wait, and whose dead letters can be moved back.

A sweep's looks are spread over a quarter of an hour, which no demo or test waits
for: what is delayed can be received at once. When each was to be received stays to
be read in moto's own message.
"""

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.sqs.models import Message
from moto.sqs.responses import SQSResponse

from local.patching import add, replace


def install() -> None:
    """Let nobody wait, and let dead letters be moved."""
    replace(Message, "delayed", False)  # noqa: FBT003 - in a property's place
    add(SQSResponse, "start_message_move_task", _start_message_move_task)


def _start_message_move_task(self: Any) -> ActionResult:
    """
    Move the messages of a dead-letter queue back at once.

    As AWS does, only where queues have it as theirs: what other services put into
    a queue cannot be moved.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """
    name = self._get_param("SourceArn").rpartition(":")[2]
    backend = self.sqs_backend
    dead = backend.get_queue(name)
    sources = backend.list_dead_letter_source_queues(name)
    if len(sources) != 1 or self._get_param("DestinationArn"):
        raise ServiceException(
            "InvalidParameterValue",
            "Source queue must be configured as a Dead Letter Queue of one queue.",
        )
    for message in dead.messages:
        backend.send_message(sources[0].name, message.body)
    dead._messages.clear()  # noqa: SLF001 - moto has no other way
    return ActionResult({"TaskHandle": "moved"})
