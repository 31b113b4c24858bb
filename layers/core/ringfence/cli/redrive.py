"""``ringfence redrive``: what lies in a stack's dead-letter queues, tried again."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from ringfence.alerts import ALERT_PREFIX
from ringfence.cli.account import Place, now, place
from ringfence.cli.outcome import CLEAN, UnreadError, WrongInputError, number
from ringfence.transitions import ROW_PREFIX

_MOVED = ("SweepDeadLetterQueue", "ChangeDeadLetterQueue", "ProbeDeadLetterQueue")
_PUBLISHED = "PublishDeadLetterQueue"
_SWEPT = ("ScheduleDeadLetterQueue", "RuleDeadLetterQueue")
_TABLE = "FindingsTable"


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "redrive",
        help="try again what lies in a deployed stack's dead-letter queues",
        description="Give dead messages back to the queues that they came from, and "
        "let the findings table be published once more. Mend the cause first: the "
        "messages, and the functions' logs, say what it was. Doing so twice repeats "
        "no alert and changes no finding.",
    )
    parser.add_argument("--stack", required=True, help="the stack's name")
    parser.add_argument("--region", help="the stack's Region")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Say for each queue what is in it and what becomes of it."""
    here = place(chosen.region)
    try:
        for line in _redriven(_Stack.of(chosen.stack, here), now()):
            print(line)
    except ClientError as error:
        told = error.response["Error"]
        raise UnreadError(f"{told['Code']}: {told['Message']}") from error
    return CLEAN


@dataclass(frozen=True, slots=True)
class _Stack:
    """A stack's resources by their logical ids, and the clients that reach them."""

    ids: dict[str, str]
    sqs: Any
    dynamodb: Any

    @classmethod
    def of(cls, name: str, here: Place) -> "_Stack":
        """Look up the stack *name*, or say that it is none of ours."""
        cloudformation = here.session.client("cloudformation")
        pages = cloudformation.get_paginator("list_stack_resources")
        ids = {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for page in pages.paginate(StackName=name)
            for item in page["StackResourceSummaries"]
        }
        missing = {*_MOVED, _PUBLISHED, *_SWEPT, _TABLE} - ids.keys()
        if missing:
            raise WrongInputError(
                f"{name} is no stack of Ringfence's: it has no {min(missing)}."
            )
        session = here.session
        return cls(ids, session.client("sqs"), session.client("dynamodb"))


def _redriven(stack: _Stack, at: datetime) -> Iterator[str]:
    for queue in (*_MOVED, _PUBLISHED, *_SWEPT):
        asked = stack.sqs.get_queue_attributes(
            QueueUrl=stack.ids[queue],
            AttributeNames=["QueueArn", "ApproximateNumberOfMessages"],
        )["Attributes"]
        count = int(asked["ApproximateNumberOfMessages"])
        if not count:
            yield f"{queue}: empty."
            continue
        there = f"{queue}: {number(count, 'message')}"
        if queue in _MOVED:
            stack.sqs.start_message_move_task(SourceArn=asked["QueueArn"])
            yield f"{there}, being moved back to where they came from."
            continue
        if queue == _PUBLISHED:
            again = _published_again(stack, at)
            yield f"{there}; published once more: {number(again, 'row')} of the table."
        else:
            yield f"{there}; the next sweep sees what they were about."
        yield f"  Read them, then: aws sqs purge-queue --queue-url {stack.ids[queue]}"


def _published_again(stack: _Stack, at: datetime) -> int:
    """
    Let the table's stream tell every finding and every alert once more.

    An attribute that nobody reads makes a record of each; the version stays, so
    that Security Hub ignores what it has, and an alert is known by its id for as
    long as it is kept.
    """
    pages = stack.dynamodb.get_paginator("scan").paginate(
        TableName=stack.ids[_TABLE],
        FilterExpression="(begins_with(#item, :finding) OR begins_with(#item, :alert))"
        " AND (attribute_not_exists(expires) OR expires > :now)",
        ProjectionExpression="place, #item",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={
            ":finding": {"S": ROW_PREFIX},
            ":alert": {"S": ALERT_PREFIX},
            ":now": {"N": str(int(at.timestamp()))},
        },
    )
    told = 0
    for page in pages:
        for key in page["Items"]:
            told += _touched(stack, key, at)
    return told


def _touched(stack: _Stack, key: dict[str, Any], at: datetime) -> bool:
    """Touch an item; False when it is gone meanwhile."""
    try:
        stack.dynamodb.update_item(
            TableName=stack.ids[_TABLE],
            Key=key,
            UpdateExpression="SET told_again_at = :at",
            ConditionExpression="attribute_exists(place)",
            ExpressionAttributeValues={":at": {"S": at.isoformat()}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
