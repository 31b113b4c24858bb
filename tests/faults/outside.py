"""What is published to: a hub by Security Hub's rules, a topic, dead letters."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import (
    BasePersistenceLayer,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import (
    DataRecord,
)

from local.security_hub import Hub
from ringfence.parked import ParkedPlaces
from ringfence.publish.stream import Outlets, publish
from tests.faults.dynamodb import Client, Memory
from tests.faults.turns import Killed
from tests.publish.fakes import Document, FakeQueue, FakeTopic, refusal
from tests.render.samples import ACCOUNT, REGION


class Sent(BasePersistenceLayer):
    """Remembers alerts in memory, as the idempotency table does."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.records: dict[str, DataRecord] = {}

    def lapse(self) -> None:
        """Let the time pass that an invocation has to send an alert."""
        self.records = {
            key: record
            for key, record in self.records.items()
            if record.status == "COMPLETED"
        }

    def _get_record(self, idempotency_key: str) -> DataRecord:
        if idempotency_key not in self.records:
            raise IdempotencyItemNotFoundError
        return self.records[idempotency_key]

    def _put_record(self, data_record: DataRecord) -> None:
        if data_record.idempotency_key in self.records:
            raise IdempotencyItemAlreadyExistsError
        self.records[data_record.idempotency_key] = data_record

    def _update_record(self, data_record: DataRecord) -> None:
        self.records[data_record.idempotency_key] = data_record

    def _delete_record(self, data_record: DataRecord) -> None:
        self.records.pop(data_record.idempotency_key)


@dataclass
class Trouble:
    """
    What goes wrong during one invocation.

    *kill* is the number of the call to Security Hub at whose start (and
    *kill_after*, at whose end) the process dies; *refused* the codes with which
    calls fail as a whole; *failing* those ids that fail within a call.
    """

    kill: int | None = None
    kill_after: bool = False
    hub_refuses: str = ""
    topic_refuses: str = ""
    queue_refuses: str = ""
    failing: frozenset[str] = frozenset()


@dataclass
class SecurityHub:
    """`local.security_hub` as a client, which troubles find."""

    hub: Hub = field(default_factory=lambda: Hub(ACCOUNT, REGION, is_enabled=True))
    trouble: Trouble = field(default_factory=Trouble)
    calls: int = 0

    def batch_import_findings(self, *, Findings: list[Document]) -> Document:  # noqa: N803
        """Import, but what fails."""
        self._begin("BatchImportFindings")
        good = [item for item in Findings if item["Id"] not in self.trouble.failing]
        failed = [item["Id"] for item in Findings if item not in good]
        answer: Document = {"FailedFindings": []}
        if good:
            answer = self.hub.import_findings(good, caller=ACCOUNT, now=_now())
        answer["FailedFindings"] += [
            {"Id": name, "ErrorCode": "InternalFailure", "ErrorMessage": "!"}
            for name in failed
        ]
        self._end()
        return answer

    def batch_update_findings(
        self,
        *,
        FindingIdentifiers: list[dict[str, str]],  # noqa: N803
        **changes: Any,
    ) -> Document:
        """Update, but what fails."""
        self._begin("BatchUpdateFindings")
        failing = self.trouble.failing
        good = [one for one in FindingIdentifiers if one["Id"] not in failing]
        answer: Document = {"UnprocessedFindings": []}
        if good:
            answer = self.hub.update_findings(good, changes, now=_now())
        answer["UnprocessedFindings"] += [
            {"FindingIdentifier": one, "ErrorCode": "InternalException"}
            for one in FindingIdentifiers
            if one["Id"] in failing
        ]
        self._end()
        return answer

    def get_paginator(self, operation: str) -> "SecurityHub":
        """Only findings are paged."""
        assert operation == "get_findings"
        return self

    def paginate(self, *, Filters: Document, **_: Any) -> Iterator[Document]:  # noqa: N803
        """Give one finding a page."""
        self._begin("GetFindings")
        for finding in self.hub.get_findings(Filters):
            yield {"Findings": [finding]}

    def _begin(self, operation: str) -> None:
        self.calls += 1
        if self.calls == self.trouble.kill and not self.trouble.kill_after:
            raise Killed
        if self.trouble.hub_refuses:
            raise refusal(operation, self.trouble.hub_refuses)

    def _end(self) -> None:
        if self.calls == self.trouble.kill:
            raise Killed


class _Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


@dataclass
class Outside:
    """All that `publish` works with."""

    hub: SecurityHub = field(default_factory=SecurityHub)
    topic: FakeTopic = field(default_factory=FakeTopic)
    queue: FakeQueue = field(default_factory=FakeQueue)
    sent: Sent = field(default_factory=Sent)

    def publish(self, records: list[Document], trouble: Trouble) -> list[str]:
        """Invoke the function once; `Killed` when the process dies."""
        self.sent.lapse()
        self.hub.trouble, self.hub.calls = trouble, 0
        self.topic.refusing = trouble.topic_refuses
        self.queue.refusing = trouble.queue_refuses
        outlets = Outlets(
            security_hub=cast("Any", lambda account, region: self.hub),
            parked=ParkedPlaces(cast("Any", Client(Memory())), "findings"),
            sns=cast("Any", self.topic),
            topic="arn:aws:sns:eu-west-1:123456789012:alerts",
            sqs=cast("Any", self.queue),
            dead_letters="https://sqs.example/123456789012/dead-letters",
            sent=self.sent,
            pause=lambda attempt: None,
        )
        answer = publish(records, outlets, cast("Any", _Context()))
        return [item["itemIdentifier"] for item in answer["batchItemFailures"]]

    def told(self) -> Counter[tuple[str, int]]:
        """Count how often each version of each finding was told to people."""
        told: Counter[tuple[str, int]] = Counter()
        for message in self.topic.messages:
            alert = json.loads(json.loads(message["Message"])["sqs"])
            told.update(
                (item["finding"]["resource"], item["version"])
                for item in alert["items"]
            )
        return told


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251 - a note's time, which nothing is judged by
