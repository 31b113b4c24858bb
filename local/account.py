"""A whole account in the embedded AWS: estate, deployed stack, and an inbox."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import estate, images
from local.cloudtrail import Person
from local.deploy import Stack, deploy
from local.ledger import Estate
from local.runner import Runner, running
from local.server import Server, started

TEMPLATE = Path(__file__).parent.parent / "template.yaml"

Finding = dict[str, Any]


@dataclass
class Account:
    """What a demonstration and the end-to-end tests work with."""

    server: Server
    stack: Stack
    runner: Runner
    estate: Estate
    person: Person
    inbox: str
    received: list[dict[str, Any]] = field(default_factory=list)

    def sweep(self) -> None:
        """Let the schedules be due, and everything that follows happen."""
        self.runner.start_schedule("SweepSchedule")
        self.runner.settle()
        self.runner.start_schedule("SweepEndSchedule")
        self.runner.settle()

    def findings(self) -> dict[str, Finding]:
        """Read all findings back from Security Hub, by id."""
        pages = self.server.client("securityhub").get_paginator("get_findings")
        return {
            finding["Id"]: finding
            for page in pages.paginate()
            for finding in page["Findings"]
        }

    def active(self) -> dict[str, Finding]:
        """Give the findings that are open: active and not passed."""
        return {
            name: finding
            for name, finding in self.findings().items()
            if finding["RecordState"] == "ACTIVE"
            and finding["Compliance"]["Status"] != "PASSED"
        }

    def alerts(self) -> list[dict[str, Any]]:
        """Take what came to the inbox since last asked: SNS's own envelopes."""
        sqs = self.server.client("sqs")
        new: list[dict[str, Any]] = []
        while messages := sqs.receive_message(
            QueueUrl=self.inbox, MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                envelope = json.loads(message["Body"])
                new.append(envelope | {"Message": json.loads(envelope["Message"])})
                sqs.delete_message(
                    QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"]
                )
        self.received += new
        return new

    def told(self) -> set[tuple[str, str]]:
        """Give (check, name) of each open finding on a resource of the estate."""
        names = {resource: name for name, resource in self.estate.ids.items()}
        return {
            (finding_check(finding), names.get(finding_resource(finding), "?"))
            for finding in self.active().values()
        }

    def set_policy(self, text: str) -> None:
        """Let the owner edit the policy."""
        self.server.client("ssm").put_parameter(
            Name=self.stack.ids["PolicyParameter"], Value=text, Overwrite=True
        )

    def waiting(self, queue: str) -> int:
        """Count the messages in the queue with the logical id *queue*."""
        answer = self.server.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.ids[queue],
            AttributeNames=["ApproximateNumberOfMessages"],
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def finding_check(finding: Mapping[str, Any]) -> str:
    """Give the check's code, from the id ``ringfence/<account>/<region>/<CHECK>/…``."""
    check: str = finding["Id"].split("/")[3]
    return check


def finding_resource(finding: Mapping[str, Any]) -> str:
    """Give the resource's id as the finding's own id names it."""
    resource: str = finding["Id"].split("/", 4)[4]
    if resource.startswith("arn:"):
        return resource
    return resource.partition("/")[0]


@contextmanager
def opened(
    folder: Path, say: Callable[[str], None] = lambda _: None
) -> Iterator[Account]:
    """Set all of it up, with IAM enforced; *folder* holds logs and images."""
    now = datetime.now(UTC)  # noqa: TID251 - the edge's clock
    folder.mkdir(parents=True, exist_ok=True)
    images.write(folder / "images.json", now)
    with started(folder) as server:
        say(f"embedded AWS is up at {server.url}")
        stack = deploy(
            server, TEMPLATE, parameters={"ReleaseFeeds": "off", "UserData": "on"}
        )
        say(f"deployed template.yaml: {len(stack.functions)} functions")
        server.client("securityhub").enable_security_hub()
        built = estate.build(server, now)
        say(f"built the demo estate: {len(built.ids)} resources by name")
        inbox = _subscribe(server, stack)
        server.enforce()
        say("IAM is enforced from now on")
        with running(server, stack) as runner:
            account = Account(server, stack, runner, built, Person(server), inbox)
            account.set_policy(estate.POLICY)
            yield account


def _subscribe(server: Server, stack: Stack) -> str:
    """Subscribe a queue to the alerts."""
    sqs = server.client("sqs")
    url: str = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    server.client("sns").subscribe(
        TopicArn=stack.ids["AlertTopic"],
        Protocol="sqs",
        Endpoint=wanted["Attributes"]["QueueArn"],
    )
    return url
