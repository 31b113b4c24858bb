"""A small AWS in this process, with what the functions' environment names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws
from moto.sqs.models import sqs_backends

from functions.act import app as act_app
from functions.inspect import app as inspect_app
from functions.plan import app as plan_app
from functions.probe import app as probe_app
from functions.publish import app as publish_app
from local import (
    moto_backups,
    moto_ec2,
    moto_group_associations,
    moto_hosts,
    moto_other_ways,
    moto_public_access,
    moto_queues,
    moto_routes,
)
from local.services import record
from ringfence import clients
from ringfence.inspect.hub import Hub
from ringfence.inspect.policies import Policies
from ringfence.inspect.rules import NO_RULES, OwnRules
from ringfence.members import Members
from ringfence.observations import ObservationsTable
from ringfence.parked import ParkedPlaces
from ringfence.store import FindingsTable
from ringfence.sweeps import SweepBook

EVENTS = Path(__file__).parents[2] / "events"
ACCOUNT = "111122223333"
REGION = "eu-west-1"

ENVIRONMENT = {
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "MOTO_ACCOUNT_ID": ACCOUNT,
    "POWERTOOLS_SERVICE_NAME": "ringfence",
    "POWERTOOLS_METRICS_NAMESPACE": "Ringfence",
    "REGIONS": "",
    "ACCOUNTS": "",
    "EXTERNAL_ID": "ringfence",
    "MEMBER_ROLE": "RingfenceMember",
    "CHANGE_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:change",
    "CHANGE_RULES": "",
    "FINDINGS_TABLE": "findings",
    "POLICY_PARAMETER": "/ringfence/policy",
    "IDEMPOTENCY_TABLE": "idempotency",
    "DOCS_URL": "",
    "PROBES_INSIDE": "false",
    "RELEASE_FEEDS": "off",
    "USER_DATA": "off",
    "SWEEP_PERIOD": "rate(1 hour)",
}


class Context(LambdaContext):
    """What Lambda tells a function about its invocation."""

    def __init__(self) -> None:
        self._function_name = "ringfence"
        self._memory_limit_in_mb = 512
        self._aws_request_id = "8b1a9953-0000-4000-8000-000000000000"
        self._invoked_function_arn = (
            f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ringfence"
        )

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


@dataclass(frozen=True)
class Aws:
    """The stack's resources, as the functions see them."""

    queue_urls: dict[str, str]
    table: str
    parameter: str
    topic: str

    def environment(self) -> dict[str, str]:
        """What the functions' environment says of these resources."""
        return {
            "SWEEP_QUEUE_URL": self.queue_urls["sweep"],
            "CHANGE_QUEUE_URL": self.queue_urls["change"],
            "PROBE_QUEUE_URL": self.queue_urls["probe"],
            "DEAD_LETTER_QUEUE_URL": self.queue_urls["dead"],
            "ALERT_TOPIC_ARN": self.topic,
        }

    def client(self, service: str) -> Any:
        return clients.client(service, REGION)

    def messages(self, queue: str) -> list[Any]:
        """Take what is in *queue*."""
        answer = self.client("sqs").receive_message(
            QueueUrl=self.queue_urls[queue], MaxNumberOfMessages=10
        )
        return [json.loads(item["Body"]) for item in answer.get("Messages", ())]

    def delays(self, queue: str) -> list[int]:
        """How many seconds each message in *queue* was to wait, in order."""
        held: Any = sqs_backends[ACCOUNT][REGION].queues[queue].messages
        sent = ((one.delayed_until, one.sent_timestamp) for one in held)
        return [max(0, round((until - since) / 1000)) for until, since in sent]

    def items(self, prefix: str) -> list[str]:
        """The sort keys in the table that begin with *prefix*."""
        answer = self.client("dynamodb").scan(TableName=self.table)
        keys = (item["item"]["S"] for item in answer["Items"])
        return sorted(key for key in keys if key.startswith(prefix))

    def documents(self, prefix: str) -> list[Any]:
        """What the items hold whose sort key begins with *prefix*, by key."""
        answer = self.client("dynamodb").scan(TableName=self.table)
        found = {
            item["item"]["S"]: json.loads(item["document"]["S"])
            for item in answer["Items"]
            if item["item"]["S"].startswith(prefix)
        }
        return [found[key] for key in sorted(found)]


def event(name: str) -> Any:
    """The recorded event *name*."""
    return json.loads((EVENTS / f"{name}.json").read_text())


class Calls:
    """How often the functions asked AWS for each operation."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, event_name: str, **_: Any) -> None:
        self.made.append(event_name.rpartition(".")[2])


@pytest.fixture
def calls(aws: Aws) -> Iterator[Calls]:
    """The calls that the functions make to EC2."""
    counted = Calls()
    events = clients.client("ec2", REGION).meta.events
    events.register("before-call.ec2.*", counted)
    yield counted
    events.unregister("before-call.ec2.*", counted)


def a_hub(aws: Aws, time: datetime, rules: OwnRules = NO_RULES) -> Hub:
    """Give what an inspection works with, as if it were *time*."""
    dynamodb = aws.client("dynamodb")
    table = FindingsTable(dynamodb, aws.table)
    return Hub(
        account=ACCOUNT,
        region=REGION,
        session=clients.session(),
        policies=Policies(aws.client("ssm"), aws.parameter, table),
        table=table,
        observations=ObservationsTable(dynamodb, aws.table),
        book=SweepBook(dynamodb, aws.table),
        parked=ParkedPlaces(dynamodb, aws.table),
        now=lambda: time,
        members=Members(
            sts=aws.client("sts"),
            role="RingfenceMember-read",
            external_id="ringfence",
            session_name="ringfence-sweep",
            now=lambda: time,
        ),
        rules=rules,
    )


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Give the stack's resources and the environment, for one test."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    forget()
    moto_backups.install()
    moto_ec2.install()
    moto_other_ways.install()
    moto_public_access.install()
    moto_queues.install()
    moto_routes.install()
    moto_group_associations.install()
    moto_hosts.install()
    with mock_aws():
        made = make()
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made
    forget()


def make() -> Aws:
    """Make what the functions work with."""
    sqs = clients.client("sqs", REGION)
    _make_table("findings", "place", "item")
    _make_table("idempotency", "id")
    clients.client("ssm", REGION).put_parameter(
        Name="/ringfence/policy", Type="String", Value="version: 1\n"
    )
    names = ("sweep", "change", "probe", "dead")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
    sns = clients.client("sns", REGION)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail"
    urls["mail"] = sqs.create_queue(QueueName="mail")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    clients.client("securityhub", REGION).enable_security_hub()
    record(lambda service: clients.client(service, REGION))
    return Aws(urls, "findings", "/ringfence/policy", topic)


def _make_table(name: str, *keys: str) -> None:
    clients.client("dynamodb", REGION).create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in keys
        ],
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def forget() -> None:
    """Let go of the environment; clients stay, as they do in a warm function."""
    for kept in (
        plan_app.settings,
        inspect_app.members,
        inspect_app.policies,
        inspect_app.whereabouts,
        inspect_app.sweep_settings,
        inspect_app.change_settings,
        probe_app.settings,
        publish_app.outlets,
        act_app.settings,
    ):
        kept.cache_clear()
