"""
A person at work in the account, whose calls CloudTrail records.

moto records nothing: each call is made, and its record put on the event bus in
the serialisations that recorded events show (EC2's own ``{"items": […]}`` for old
calls, one wrapping key for newer ones, plain lower camel case for others). See
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.records import call, now
from local.server import ACCOUNT, REGION, Server

_ROLE = "AWSReservedSSO_Admin_0123456789abcdef"
_SOURCES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
_VERSIONS = {"elbv2": "2015-12-01", "elb": "2012-06-01"}
_WRAPPED = frozenset({"ModifySecurityGroupRules", "ModifyManagedPrefixList"})
_SETS = {
    "Groups": "groupSet",
    "InstanceIds": "instancesSet",
    "SecurityGroupRuleIds": "securityGroupRuleIds",
    "SecurityGroupRules": "securityGroupRuleSet",
    "RevokedSecurityGroupRules": "revokedSecurityGroupRuleSet",
    "UserIdGroupPairs": "groups",
}
_MEMBERS = {"Groups": "groupId", "InstanceIds": "instanceId"}


@dataclass(frozen=True)
class Person:
    """Somebody signed in to the console through IAM Identity Center with MFA."""

    server: Server
    name: str = "alice"
    address: str = "198.51.100.7"

    def do(self, service: str, method: str, **parameters: Any) -> dict[str, Any]:
        """Call *method* of boto3's client *service*, and let CloudTrail record it."""
        client = self.server.client(service)
        answer: dict[str, Any] = getattr(client, method)(**parameters)
        name = client.meta.method_to_api_mapping[method]
        self.put(self.record(service, name, parameters, answer))
        return answer

    def record(
        self,
        service: str,
        name: str,
        parameters: Mapping[str, Any],
        answer: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Give CloudTrail's record of a call that succeeded."""
        source = _SOURCES.get(service, service)
        answered = {k: v for k, v in answer.items() if k != "ResponseMetadata"}
        told = {"apiVersion": _VERSIONS[service]} if service in _VERSIONS else {}
        return call(
            source,
            name,
            account=ACCOUNT,
            region=REGION,
            userIdentity=self._identity(now()),
            sourceIPAddress=self.address,
            userAgent="AWS Internal",
            requestParameters=_request(service, name, parameters),
            responseElements=_lowered(service, answered),
            sessionCredentialFromConsole="true",
            **told,
        )

    def _identity(self, now: str) -> dict[str, Any]:
        return {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLEEXAMPLE123:{self.name}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{_ROLE}/{self.name}",
            "accountId": ACCOUNT,
            "accessKeyId": "ASIAEXAMPLEEXAMPLE12",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLEEXAMPLE123",
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/"
                    f"sso.amazonaws.com/{_ROLE}",
                    "accountId": ACCOUNT,
                    "userName": _ROLE,
                },
                "attributes": {"creationDate": now, "mfaAuthenticated": "true"},
            },
        }

    def put(self, record: Mapping[str, Any]) -> None:
        """Let CloudTrail tell of *record*."""
        service = record["eventSource"].partition(".")[0]
        answer = self.server.client("events").put_events(
            Entries=[
                {
                    "Source": f"aws.{service}",
                    "DetailType": "AWS API Call via CloudTrail",
                    "Detail": json.dumps(record),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"The event bus refused the event: {answer['Entries']}")


def _request(service: str, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if service == "ec2" and name in _WRAPPED:
        return {f"{name}Request": _tagged(parameters)}
    lowered: dict[str, Any] = _lowered(service, parameters)
    return lowered


def _lowered(service: str, value: Any) -> Any:
    """Give *value* in lower camel case, with EC2's lists where it is EC2's."""
    if isinstance(value, Mapping):
        return {
            _key(service, key): _member(service, key, item)
            for key, item in value.items()
        }
    return value.isoformat() if isinstance(value, datetime) else value


def _member(service: str, key: str, value: Any) -> Any:
    if not isinstance(value, list):
        return _lowered(service, value)
    items = [
        {_MEMBERS[key]: item} if key in _MEMBERS else _lowered(service, item)
        for item in value
    ]
    if service != "ec2":
        return items
    return {"items": items} if items else {}


def _key(service: str, key: str) -> str:
    if service == "ec2" and key in _SETS:
        return _SETS[key]
    return key[0].lower() + key[1:]


def _tagged(value: Any) -> Any:
    """Give *value* as newer EC2 calls are recorded: lists without brackets."""
    if isinstance(value, Mapping):
        return {key.removesuffix("s"): _tagged(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items = [
        {**_tagged(item), "tag": number}
        if isinstance(item, Mapping)
        else {"tag": number, "content": item}
        for number, item in enumerate(value, 1)
    ]
    return items[0] if len(items) == 1 else items
