"""What functions are given, and all that they leave behind."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from functions.inspect import app as inspect_app
from functions.plan import app as plan_app
from functions.probe import app as probe_app
from functions.publish import app as publish_app
from tests.functions.conftest import Aws, Context, event
from tests.functions.test_change import new_group, open_port, told

FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "plan": plan_app.handler,
    "sweep": inspect_app.sweep,
    "change": inspect_app.change,
    "probe": probe_app.handler,
    "publish": publish_app.handler,
}

# The calls that functions keep, tell and send things with.
STATE = (
    "dynamodb.",
    "sqs.",
    "ssm.GetParameter",
    "sns.",
    "securityhub.Batch",
    "securityhub.GetFindings",
)


class Hurried(Context):
    """An invocation whose time is over as soon as it has died."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 1


@dataclass
class Case:
    """A function and what it is given."""

    aws: Aws
    function: str
    event: Any

    def end(self) -> dict[str, Any]:
        """All that the function left behind, but times and versions."""
        rows = self._documents("finding/")
        return {
            "open": sorted(
                (row["finding"]["check"], row["finding"]["resource"])
                for row in rows
                if row["is_open"] and not self._is_own(row["finding"])
            ),
            "told": self._told(),
            "pending": self.aws.items("pending/"),
            "messages": sorted(
                {
                    json.dumps(item, sort_keys=True)
                    for item in self._sent("probe", "sweep")
                }
            ),
            "mail": self._mail(),
            "hub": sorted(
                (item["Id"], item["RecordState"])
                for item in self.aws.client("securityhub").get_findings()["Findings"]
            ),
        }

    def run(self) -> Any:
        """Run the function in this process."""
        context = Hurried() if self.function == "publish" else Context()
        return FUNCTIONS[self.function](self.event, context)

    def reset(self) -> None:
        """Forget all that was left behind; the estate stays."""
        dynamodb = self.aws.client("dynamodb")
        tables = {self.aws.table: ("place", "item"), "idempotency": ("id",)}
        for table, keys in tables.items():
            for item in dynamodb.scan(TableName=table)["Items"]:
                key = {name: item[name] for name in keys}
                dynamodb.delete_item(TableName=table, Key=key)
        for queue in self.aws.queue_urls:
            list(self._sent(queue))
        self.aws.client("securityhub").disable_security_hub()
        self.aws.client("securityhub").enable_security_hub()

    @staticmethod
    def _is_own(finding: Any) -> bool:
        """What was not readable for a while is told, and closed by a sweep."""
        return finding["check"] in {"RF-001", "RF-003"}

    def _documents(self, prefix: str) -> list[Any]:
        items = self.aws.client("dynamodb").scan(TableName=self.aws.table)["Items"]
        return [
            json.loads(item["document"]["S"])
            for item in items
            if item["item"]["S"].startswith(prefix)
        ]

    def _told(self) -> list[tuple[str, str]]:
        return sorted(
            (item["finding"]["check"], item["finding"]["resource"])
            for told in (*self._documents("alert/"), *self._documents("harvest/"))
            for item in told["items"]
            if not self._is_own(item["finding"])
        )

    def _mail(self) -> Counter[str]:
        return Counter(
            json.loads(envelope["Message"])["id"] for envelope in self._sent("mail")
        )

    def _sent(self, *queues: str) -> Iterator[Any]:
        """Take what was sent to *queues* out of them."""
        sqs = self.aws.client("sqs")
        for url in (self.aws.queue_urls[queue] for queue in queues):
            while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
                for message in messages:
                    yield json.loads(message["Body"])
                    receipt = message["ReceiptHandle"]
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=receipt)


def a_plan(aws: Aws) -> Case:
    return Case(aws, "plan", event("plan.scheduled"))


def a_sweep(aws: Aws) -> Case:
    open_port(aws, new_group(aws), 22)
    listed = "endpoints: [{host: jira.example.com}]"
    aws.client("ssm").put_parameter(Name=aws.parameter, Value=listed, Overwrite=True)
    return Case(aws, "sweep", event("sweep.one_region"))


def a_change(aws: Aws) -> Case:
    groups = [new_group(aws) for _ in range(2)]
    messages = told(*((group, open_port(aws, group, 22)) for group in groups))
    return Case(aws, "change", messages)


def a_probe(aws: Aws) -> Case:
    return Case(aws, "probe", event("probe.refused_address"))


def a_publication(aws: Aws) -> Case:
    records = [
        record
        for name in ("publish.opened_finding", "publish.alert")
        for record in event(name)["Records"]
    ]
    return Case(aws, "publish", {"Records": records})
