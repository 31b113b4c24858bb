"""Dead letters, given back or published once more."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import moto_queues
from tests.cli.conftest import Ringfence

REGION = "eu-west-1"
WORKING = ("Sweep", "Change", "Probe")
LAST = ("Publish", "Schedule", "Rule")
PLACE = {"S": f"123456789012/{REGION}"}


def template() -> str:
    """As much of the stack as holds messages and findings."""
    resources: dict[str, Any] = {
        f"{name}DeadLetterQueue": {"Type": "AWS::SQS::Queue"} for name in WORKING + LAST
    }
    for name in WORKING:
        dead = {"Fn::GetAtt": [f"{name}DeadLetterQueue", "Arn"]}
        redrive = {"deadLetterTargetArn": dead, "maxReceiveCount": 5}
        resources[f"{name}Queue"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"RedrivePolicy": redrive},
        }
    keys = {"place": "HASH", "item": "RANGE"}
    resources["FindingsTable"] = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": key, "AttributeType": "S"} for key in keys
            ],
            "KeySchema": [
                {"AttributeName": key, "KeyType": kind} for key, kind in keys.items()
            ],
        },
    }
    return json.dumps({"Resources": resources})


class Stack:
    """The deployed stack."""

    def __init__(self) -> None:
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        cloudformation.create_stack(StackName="ringfence", TemplateBody=template())
        listed = cloudformation.list_stack_resources(StackName="ringfence")
        self.ids = {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in listed["StackResourceSummaries"]
        }
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        self.dynamodb: Any = boto3.client("dynamodb", region_name=REGION)

    def put(self, queue: str, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.ids[queue], MessageBody=body)

    def bodies(self, queue: str) -> list[str]:
        answer = self.sqs.receive_message(
            QueueUrl=self.ids[queue], MaxNumberOfMessages=10
        )
        return [message["Body"] for message in answer.get("Messages", ())]

    def keep(self, item: str, **known: Any) -> None:
        self.dynamodb.put_item(
            TableName=self.ids["FindingsTable"],
            Item={"place": PLACE, "item": {"S": item}, **known},
        )

    def touched(self) -> list[str]:
        items = self.dynamodb.scan(TableName=self.ids["FindingsTable"])["Items"]
        return sorted(item["item"]["S"] for item in items if "told_again_at" in item)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    moto_queues.install()
    with mock_aws():
        yield Stack()


def redriven(ringfence: Ringfence) -> list[str]:
    code, output, errors = ringfence(
        "redrive", "--stack", "ringfence", "--region", REGION
    )
    assert (0, "") == (code, errors)
    return output.splitlines()


@pytest.mark.parametrize("name", WORKING)
def test_dead_messages_go_back_to_their_queue(
    stack: Stack, ringfence: Ringfence, name: str
) -> None:
    """What five tries did not help is tried five times more."""
    stack.put(f"{name}DeadLetterQueue", "again")
    lines = redriven(ringfence)

    assert ["again"] == stack.bodies(f"{name}Queue")
    assert [
        f"{name}DeadLetterQueue: 1 message, being moved back to where they came from."
    ] == [line for line in lines if "empty" not in line]


def test_empty_queues_are_left_alone(stack: Stack, ringfence: Ringfence) -> None:
    """Nothing is moved, and nothing is published for no reason."""
    stack.keep("finding/1")
    lines = redriven(ringfence)

    assert 6 == len([line for line in lines if line.endswith(": empty.")])
    assert [] == stack.touched()


def test_what_was_not_published_is_published_again(
    stack: Stack, ringfence: Ringfence
) -> None:
    """Findings and alerts that are kept; nothing else, and nothing that expired."""
    stack.put("PublishDeadLetterQueue", "{}")
    for item in ("finding/1", "pending/1", "look/1"):
        stack.keep(item)
    stack.keep("alert/1", expires={"N": "9000000000"})
    stack.keep("alert/2", expires={"N": "1"})
    lines = redriven(ringfence)

    assert ["alert/1", "finding/1"] == stack.touched()
    assert "published once more: 2 rows" in "\n".join(lines)
    assert ["{}"] == stack.bodies("PublishDeadLetterQueue")


def test_what_only_a_sweep_makes_good_is_said(
    stack: Stack, ringfence: Ringfence
) -> None:
    """SQS moves back only what a queue gave up, not what a rule or schedule did."""
    stack.put("RuleDeadLetterQueue", "{}")
    lines = redriven(ringfence)

    assert "RuleDeadLetterQueue: 1 message; the next sweep" in "\n".join(lines)
    assert f"--queue-url {stack.ids['RuleDeadLetterQueue']}" in "\n".join(lines)


@pytest.mark.usefixtures("stack")
def test_another_stack_is_not_touched(ringfence: Ringfence) -> None:
    """A mistyped name is wrong input, an unknown one AWS's own answer."""
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    other = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    cloudformation.create_stack(StackName="other", TemplateBody=json.dumps(other))

    code, _, errors = ringfence("redrive", "--stack", "other", "--region", REGION)
    unknown, _, told = ringfence("redrive", "--stack", "none", "--region", REGION)

    assert (2, True) == (code, "no stack of Ringfence's" in errors)
    assert (3, True) == (unknown, "none" in told)
