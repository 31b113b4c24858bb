"""
What Lambda does between a queue or a stream and a function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and with-ddb.html; a
retry comes at once here, where AWS waits. Everything that AWS does under the
function's role is done under it here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from local.deploy import Source
from local.function_process import FunctionProcess
from local.runtime_api import Answer
from local.server import REGION, Server

_RECEIVES = 10  # the most that one ReceiveMessage gives


class Poller(Protocol):
    """Feeds one function from one source."""

    def poll(self) -> bool:
        """Hand one batch over; False when there was none."""

    def left(self) -> int:
        """Count what waits in the source."""


class QueuePoller:
    """Feeds a function from an SQS queue."""

    def __init__(
        self, server: Server, source: Source, process: FunctionProcess
    ) -> None:
        """Feed *process* from *source*."""
        self._source = source
        self._process = process
        self._sqs = server.client("sqs", by=process.function.credentials)
        # AWS gives a message back when its visibility ends; we do not wait for it.
        self._hurry = server.client("sqs")
        name = source.arn.rpartition(":")[2]
        self.url = self._hurry.get_queue_url(QueueName=name)["QueueUrl"]

    def poll(self) -> bool:
        """Hand one batch over; False when there was none."""
        messages = self._receive()
        if not messages:
            return False
        answer = self._process.invoke(
            {"Records": [self._record(message) for message in messages]}
        )
        failed = failed_ids(answer, self._source, [m["MessageId"] for m in messages])
        for message in messages:
            receipt = {"QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                self._hurry.change_message_visibility(**receipt, VisibilityTimeout=0)
            else:
                self._sqs.delete_message(**receipt)
        return True

    def left(self) -> int:
        """Count what waits in the queue, is delayed, or is being worked on."""
        answer = self._sqs.get_queue_attributes(
            QueueUrl=self.url, AttributeNames=["All"]
        )
        return sum(
            int(value)
            for name, value in answer["Attributes"].items()
            if name.startswith("ApproximateNumberOfMessages")
        )

    def _receive(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        while len(messages) < self._source.batch_size:
            answer = self._sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(
                    _RECEIVES, self._source.batch_size - len(messages)
                ),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not answer.get("Messages"):
                break
            messages += answer["Messages"]
        return messages

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.arn,
            "awsRegion": REGION,
        }


class StreamPoller:
    """Feeds a function from a DynamoDB stream, in order, from its beginning."""

    def __init__(
        self, server: Server, source: Source, process: FunctionProcess
    ) -> None:
        """Feed *process* from *source*."""
        self._source = source
        self._process = process
        signer = process.function.credentials
        self._streams = server.client("dynamodbstreams", by=signer)
        self._sqs = server.client("sqs", by=signer)
        self._batches: list[_Batch] = []
        self._streams.list_streams(TableName=source.arn.split("/")[1])
        stream = self._streams.describe_stream(StreamArn=source.arn)
        [shard] = stream["StreamDescription"]["Shards"]
        self._shard = shard["ShardId"]
        self._iterator = self._streams.get_shard_iterator(
            StreamArn=source.arn,
            ShardId=self._shard,
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]

    def poll(self) -> bool:
        """Hand one batch over; False when there was none."""
        if not self._batches and not self._read():
            return False
        if self._batches:
            self._hand_over(self._batches.pop(0))
        return True

    def left(self) -> int:
        """Count the records that were read and not yet taken."""
        return sum(len(batch.records) for batch in self._batches)

    def _read(self) -> bool:
        """Read on in the stream; False at its end."""
        answer = self._streams.get_records(
            ShardIterator=self._iterator, Limit=self._source.batch_size
        )
        self._iterator = answer["NextShardIterator"]
        records = [self._record(record) for record in answer["Records"]]
        wanted = [record for record in records if self._is_wanted(record)]
        if wanted:
            self._batches.append(_Batch(wanted, tries=0))
        return bool(records)

    def _hand_over(self, batch: "_Batch") -> None:
        answer = self._process.invoke({"Records": batch.records})
        numbers = [_number(record) for record in batch.records]
        failed = failed_ids(answer, self._source, numbers)
        if not failed:
            return
        first = min(numbers.index(number) for number in failed)
        if answer.error and self._source.bisects and len(numbers) > 1:
            middle = len(numbers) // 2
            halves = batch.records[:middle], batch.records[middle:]
            self._batches[:0] = [_Batch(half, batch.tries) for half in halves]
            return
        # A report moves the checkpoint; what comes before it was taken.
        rest = _Batch(batch.records[first:], batch.tries + 1 if first == 0 else 0)
        if 0 <= self._source.retries < rest.tries:
            self._give_up(rest)
        else:
            self._batches.insert(0, rest)

    def _give_up(self, batch: "_Batch") -> None:
        """Say to the failure destination which records were not taken."""
        if self._source.on_failure is None:
            return
        numbers = [_number(record) for record in batch.records]
        notice = {
            "requestContext": {
                "functionArn": self._process.function.arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": batch.tries,
            },
            "DDBStreamBatchInfo": {
                "shardId": self._shard,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
                "streamArn": self._source.arn,
            },
        }
        queue = self._source.on_failure.rpartition(":")[2]
        url = self._sqs.meta.endpoint_url
        account = self._source.on_failure.split(":")[4]
        self._sqs.send_message(
            QueueUrl=f"{url}/{account}/{queue}", MessageBody=json.dumps(notice)
        )

    def _record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        change = dict(record["dynamodb"])
        created = change.get("ApproximateCreationDateTime")
        if isinstance(created, datetime):
            change["ApproximateCreationDateTime"] = created.timestamp()
        return {
            **record,
            "awsRegion": REGION,  # moto says us-east-1 of any
            "dynamodb": change,
            "eventSourceARN": self._source.arn,
        }

    def _is_wanted(self, record: Mapping[str, Any]) -> bool:
        filters = [json.loads(pattern) for pattern in self._source.filters]
        return not filters or any(matches(pattern, record) for pattern in filters)


class _Batch:
    """Records that are handed over together, and how often that failed."""

    def __init__(self, records: list[dict[str, Any]], tries: int) -> None:
        self.records = records
        self.tries = tries


def failed_ids(answer: Answer, source: Source, ids: list[str]) -> set[str]:
    """
    Tell which of *ids* come again after *answer*.

    All do when the function failed, and when its report is malformed or names
    an item that was not in the batch.
    """
    if answer.error is not None:
        return set(ids)
    if not source.reports_failures or not answer.payload:
        return set()
    report = answer.payload.get("batchItemFailures")
    if report is None:
        return set()
    failed = {item.get("itemIdentifier") for item in report}
    return set(ids) if failed - set(ids) else failed


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether *event* passes a filter; only the comparisons that are used."""
    for name, wanted in pattern.items():
        value = event.get(name) if isinstance(event, Mapping) else None
        if isinstance(wanted, Mapping):
            if not matches(wanted, value):
                return False
        elif not any(_is(value, one) for one in wanted):
            return False
    return True


def _is(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(value == wanted)
    [(comparison, operand)] = wanted.items()
    match comparison:
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "exists":
            return (value is not None) is bool(operand)
        case _:
            raise NotImplementedError(f"The filter {comparison} is not known here.")


def _number(record: Mapping[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number
