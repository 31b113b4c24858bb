"""
Alerts to SNS: plain text for people, JSON for machines, attributes for filters.

A message and its attributes together take 256 KB
(https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
"""

import json
from typing import TYPE_CHECKING, Any

from ringfence.alerts import Alert
from ringfence.finding import Severity
from ringfence.render.text import subject, text

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_MESSAGE_BYTES = 230_000  # attributes count as well
_MACHINES = ("sqs", "http", "https", "lambda")
_NAMES = 100
_ACCOUNTS = 1_000


def publish(
    client: "SNSClient", topic: str, alert: Alert, *, docs_url: str = ""
) -> None:
    """Publish *alert* to *topic*, with as many of its items as fit."""
    client.publish(
        TopicArn=topic,
        Subject=subject(alert),
        MessageStructure="json",
        Message=_message(alert, docs_url),
        MessageAttributes=attributes(alert),
    )


def attributes(alert: Alert) -> "dict[str, MessageAttributeValueTypeDef]":
    """
    Give what a subscription's filter policy can ask for; nothing empty.

    A digest over several accounts or Regions names each of them, up to `_ACCOUNTS`:
    a policy that asks for one of them matches a list that has it.
    https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
    """
    labels = {Severity(name) for by in alert.counts.values() for name in by}
    texts = {
        "account": alert.account,
        "region": alert.region,
        "kind": alert.cause.kind,
        "severity": max(labels, key=lambda item: item.rank).value if labels else "",
    }
    lists = {"check": alert.checks[:_NAMES], "product": alert.products[:_NAMES]}
    if not alert.account:
        lists["account"] = alert.accounts[:_ACCOUNTS]
    if not alert.region:
        lists["region"] = alert.regions[:_NAMES]
    told: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": "String", "StringValue": value}
        for name, value in texts.items()
        if value
    }
    for name, values in lists.items():
        if values:
            value = json.dumps(values)
            told[name] = {"DataType": "String.Array", "StringValue": value}
    return told


def _message(alert: Alert, docs_url: str) -> str:
    """Write one text per protocol; leave out the last items until it fits."""
    kept = len(alert.items)
    while True:
        part = alert.model_copy(update={"items": alert.items[:kept]})
        message = _written(part, len(alert.items) - kept, docs_url)
        if not kept or len(message.encode()) <= _MESSAGE_BYTES:
            return message
        kept //= 2


def _written(alert: Alert, items_left_out: int, docs_url: str) -> str:
    words = text(alert, docs_url=docs_url)
    machine: dict[str, Any] = alert.model_dump(mode="json") | {
        "subject": subject(alert),
        "text": words,
        "items_left_out": items_left_out,
    }
    as_text = json.dumps(machine)
    message = {"default": words, "email": words, "sms": subject(alert)}
    return json.dumps(message | dict.fromkeys(_MACHINES, as_text))
