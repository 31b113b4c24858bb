"""An AWS that answers from recorded pages, one item at a time."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel

from ringfence.collect import OPERATIONS, collect
from ringfence.collect.operation import Operation
from ringfence.snapshot import Snapshot
from tests.inventory.estate import pages

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

_OPERATIONS = {operation.name: operation for operation in OPERATIONS}
_PLACES = ("NextToken", "Marker", "position", "nextToken", "NextMarker")
_DOCUMENTS = ("AssumeRolePolicyDocument", "Document", "PolicyDocument")

# What an argument chooses among merged items: the item's key and the parameter.
_CHOSEN = {
    "ec2.describe_managed_prefix_lists": ("PrefixListId", "Filters"),
    "elbv2.describe_listeners": ("LoadBalancerArn", "LoadBalancerArn"),
    "elbv2.describe_ssl_policies": ("Name", "Names"),
    "elbv2.describe_tags": ("ResourceArn", "ResourceArns"),
    "opensearch.describe_domains": ("DomainName", "DomainNames"),
}


class _Events:
    """Hands what botocore tells to the AWS of the test that runs."""

    aws: "RecordedAws"

    def made_client(self, **event: Any) -> None:
        self.aws.clients.append(event["event_name"].rpartition(".")[2])

    def building(self, **event: Any) -> None:
        event["context"]["asked"] = dict(event["params"])

    def calling(self, **event: Any) -> Any:
        return self.aws.answer(event["model"], event["context"]["asked"])


_EVENTS = _Events()


@cache
def _session() -> boto3.Session:
    """One for all tests, because reading AWS's models takes half a second."""
    session = boto3.Session(
        aws_access_key_id="AKIA0", aws_secret_access_key="s", region_name="eu-west-1"
    )
    session.events.register("creating-client-class", _EVENTS.made_client)
    session.events.register("before-parameter-build", _EVENTS.building)
    session.events.register("before-call", _EVENTS.calling)
    return session


class RefusedError(Exception):
    """AWS's own refusal, by code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class RecordedAws:
    """
    Answers botocore's clients before anything is sent.

    Parameters are validated by botocore first.
    *trouble* may raise for an operation and its parameters.
    """

    responses: dict[str, Any] = field(default_factory=pages)
    trouble: Callable[[str, Mapping[str, Any]], None] = lambda _name, _asked: None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def session(self) -> boto3.Session:
        _EVENTS.aws = self
        return _session()

    def collect(self, vpcs: frozenset[str] | None = None) -> Snapshot:
        return collect(
            self.session(),
            account="123456789012",
            region="eu-west-1",
            now=lambda: NOW,
            vpcs=vpcs,
            user_data=True,
        )

    def asked(self, name: str) -> list[dict[str, Any]]:
        """The parameters of each call of *name*."""
        return [asked for called, asked in self.calls if called == name]

    def answer(
        self, model: OperationModel, asked: dict[str, Any]
    ) -> tuple[AWSResponse, dict[str, Any]]:
        """What AWS says to one call, as botocore would have parsed it."""
        name = f"{model.service_model.service_name}.{xform_name(model.name)}"
        if "RestorableByUserIds" in asked:
            name += ".public"
        if name == "ec2.describe_images" and "Owners" in asked:
            name += ".series"
        if name == "ec2.describe_snapshots" and _is_by_id(asked):
            name += ".origins"
        with self._lock:
            self.calls.append((name, asked))
        try:
            self.trouble(name, asked)
            answer = self._recorded(name, asked)
        except RefusedError as refused:
            error = {"Code": refused.code, "Message": f"{refused.code} of {name}"}
            return _http(400), {"Error": error, "ResponseMetadata": {}}
        return _http(200), {**answer, "ResponseMetadata": {"RequestId": "r"}}

    def _recorded(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = deepcopy(self.responses[name])
        operation = _OPERATIONS[name]
        if operation.per:
            answer = answer[str(operation.argument(asked))]
            if answer is None:
                raise RefusedError(max(operation.gone))
        key = operation.key
        if name == "wafv2.list_logging_configurations":
            scope = asked.get("LogScope", "CUSTOMER")
            answer = {key: [one for one in answer[key] if one["LogScope"] == scope]}
        if name in _CHOSEN:
            item_key, parameter = _CHOSEN[name]
            chosen = asked[parameter]
            if name == "ec2.describe_managed_prefix_lists":
                (chosen,) = (one["Values"] for one in asked["Filters"])
            answer = {key: [one for one in answer[key] if one[item_key] in chosen]}
        sent: dict[str, Any] = _as_sent(_one_page(operation, answer, asked))
        return sent


def _one_page(
    operation: Operation, answer: dict[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """One item and a token for the next, as AWS may answer at any time."""
    if operation.page is None:
        return answer
    if operation.name == "route53.list_resource_record_sets":
        return _one_record(operation.key, answer, asked)
    start = int(next((asked[key] for key in _PLACES if asked.get(key)), 0))
    items = operation.items(answer)
    token = str(start + 1) if start + 1 < len(items) else None
    tokens = {key: token for key in _PLACES if token}
    page = operation.listed(items[start : start + 1])
    told = page[operation.within] if operation.within else page
    told |= {"IsTruncated": token is not None, **tokens}
    return page


def _as_sent(answer: Any) -> Any:
    """IAM sends policies as text, of which botocore makes objects."""
    if isinstance(answer, list):
        return [_as_sent(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        key: json.dumps(value)
        if key in _DOCUMENTS and isinstance(value, dict)
        else _as_sent(value)
        for key, value in answer.items()
    }


def _one_record(
    key: str, answer: dict[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """One record and what the next one is called, as Route 53 pages."""
    items = answer[key]
    called = [(one["Name"], one["Type"], one.get("SetIdentifier")) for one in items]
    start = 0
    if "StartRecordName" in asked:
        named = (asked["StartRecordName"], asked["StartRecordType"])
        start = called.index((*named, asked.get("StartRecordIdentifier")))
    page: dict[str, Any] = {key: items[start : start + 1], "IsTruncated": False}
    if start + 1 < len(items):
        name, kind, identifier = called[start + 1]
        page |= {"IsTruncated": True, "NextRecordName": name, "NextRecordType": kind}
        page |= {"NextRecordIdentifier": identifier} if identifier else {}
    return page


def _is_by_id(asked: Mapping[str, Any]) -> bool:
    return any(one["Name"] == "snapshot-id" for one in asked.get("Filters", ()))


def _http(status: int) -> AWSResponse:
    return AWSResponse("https://aws.example", status, HTTPHeaders(), None)
