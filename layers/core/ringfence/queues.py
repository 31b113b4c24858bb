"""Sending to queues, and having a message back sooner than the queue would."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

_AT_ONCE = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html


class QueueError(RuntimeError):
    """SQS did not take all messages, though it answered."""


def send(client: Any, url: str, messages: Sequence[BaseModel]) -> None:
    """Send all *messages*, or raise; some may then have been sent."""
    bodies = [message.model_dump_json() for message in messages]
    for batch in _batches(bodies):
        entries = [
            {"Id": str(number), "MessageBody": body}
            for number, body in enumerate(batch)
        ]
        answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        if failed := answer.get("Failed"):
            codes = ", ".join(sorted({item["Code"] for item in failed}))
            raise QueueError(f"SQS refused {len(failed)} messages: {codes}")


def return_soon(client: Any, url: str, receipts: Iterable[str], *, wait_s: int) -> None:
    """
    Let messages that this function gives back be received again after *wait_s*.

    The queue's own visibility timeout is made for functions that died. A message
    that SQS refuses to return early comes back when that is over.
    """
    for batch in _batches(list(receipts)):
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": wait_s}
            for number, receipt in enumerate(batch)
        ]
        client.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
