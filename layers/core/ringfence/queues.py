"""Sending to queues, and having a message back sooner than the queue would."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
LONGEST_WAIT_S = 900

HEARTBEAT = "ringfence:heartbeat"

_AT_ONCE = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class QueueError(RuntimeError):
    """SQS did not take all messages, though it answered."""


def send(
    client: Any,
    url: str,
    messages: Sequence[M],
    *,
    wait_s: Callable[[M], int] = lambda _: 0,
) -> None:
    """
    Send all *messages*, or raise; some may then have been sent.

    Each is received after its own *wait_s*, at most `LONGEST_WAIT_S`.
    """
    for batch in _batches(messages):
        entries = [
            {
                "Id": str(number),
                "MessageBody": message.model_dump_json(),
                "DelaySeconds": wait_s(message),
            }
            for number, message in enumerate(batch)
        ]
        answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        if failed := answer.get("Failed"):
            codes = ", ".join(sorted({item["Code"] for item in failed}))
            raise QueueError(f"SQS refused {len(failed)} messages: {codes}")


def return_soon(client: Any, url: str, waits_s: Mapping[str, int]) -> None:
    """
    Let messages that this function gives back, by receipt, come again so soon.

    The queue's own visibility timeout is made for functions that died. A message
    that SQS refuses to return early comes back when that is over.
    """
    for batch in _batches(list(waits_s.items())):
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": wait_s}
            for number, (receipt, wait_s) in enumerate(batch)
        ]
        client.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def mark(client: Any, url: str, value: str) -> None:
    """
    Tag a queue with *value*: the write whose event is to prove that events arrive.

    It is among SQS's management events, which trails record.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html
    """
    client.tag_queue(QueueUrl=url, Tags={HEARTBEAT: value})


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
