"""
Who may do what in the embedded AWS: authorises, records and, on demand, fails calls.

Replaces moto's authorisation of a signed request by `local.permissions`, so that
resources and conditions count. It works once moto's IAM enforcement is on.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSRequest
from moto.iam.access_control import IAMRequestBase
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from werkzeug.exceptions import HTTPException

from local.patching import replace
from local.permissions import Need, Place, is_allowed, is_trusted, needs

# The services whose errors are XML; EC2's is of its own kind.
_XML = frozenset(
    {
        "cloudformation",
        "cloudfront",
        "elasticloadbalancing",
        "iam",
        "route53",
        "sns",
        "sts",
    }
)
_ZONE = re.compile(r"/hostedzone/([^/?]+)")


class Refusal(HTTPException):
    """An error in the words and the protocol of the service that was called."""

    def __init__(self, service: str, code: str, message: str, status: int) -> None:
        """Fail a call to *service* with *code*."""
        super().__init__(_error_body(service, code, message))
        self.code = status


@dataclass
class Guard:
    """
    The calls that were authorised, and the faults that are still to be met.

    In the Regions that are *disabled* for an account, nobody of it gets an answer.
    """

    calls: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)
    disabled: set[str] = field(default_factory=set)  # <account>/<Region>
    lock: threading.Lock = field(default_factory=threading.Lock)

    def authorise(self, request: Any) -> None:
        """Let *request* (moto's `IAMRequestBase`) pass, or raise a `Refusal`."""
        service, _, operation = request._action.partition(":")  # noqa: SLF001
        place = Place(request.account_id, request._region)  # noqa: SLF001
        key = request._access_key  # noqa: SLF001
        asked = needs(service, operation, _parameters(request), place)
        for need in asked:
            self._meet_fault(service, need.action)
        if f"{place.account}/{place.region}" in self.disabled:
            code = "AuthFailure" if service == "ec2" else "UnrecognizedClientException"
            raise Refusal(service, code, "The Region is not enabled.", 401)
        policies = [_document(policy) for policy in key.collect_policies()]
        context = {
            "aws:RequestedRegion": place.region,
            "aws:PrincipalAccount": place.account,
            "aws:PrincipalArn": key.arn,
            "aws:ResourceAccount": place.account,
            "aws:SecureTransport": "true",
        }
        context |= _leading_key(service, _parameters(request))
        for need in asked:
            allowed = is_allowed(policies, need, context) and _trusts(
                need, key, _parameters(request)
            )
            self._record(key.arn, need, is_allowed=allowed)
            if not allowed:
                raise _denial(service, key.arn, need)

    def report(self) -> list[dict[str, Any]]:
        """Say who did what how often, as JSON-ready rows."""
        with self.lock:
            return [
                {
                    "principal": principal,
                    "action": action,
                    "resource": resource,
                    "allowed": allowed,
                    "times": times,
                }
                for (principal, action, resource, allowed), times in self.calls.items()
            ]

    def _record(self, arn: str, need: Need, *, is_allowed: bool) -> None:
        with self.lock:
            self.calls[arn.split("/")[1], need.action, need.resource, is_allowed] += 1

    def _meet_fault(self, service: str, action: str) -> None:
        with self.lock:
            fault = next((item for item in self.faults if item["action"] == action), {})
            if not fault:
                return
            fault["times"] -= 1
            if fault["times"] <= 0:
                self.faults.remove(fault)
        raise Refusal(service, fault["code"], "Asked for by a test.", 400)


def install(guard: Guard) -> None:
    """Make *guard* decide about every signed request that moto gets."""
    original = IAMRequestBase._create_aws_request  # noqa: SLF001

    def check(request: Any, _: str) -> None:
        guard.authorise(request)

    def as_signed(request: Any) -> AWSRequest:
        """Give what was signed; moto takes query and headers of a GET for its body."""
        signed: AWSRequest = original(request)
        if signed.method == "GET":
            signed.data = {}
            headers = set(request._headers.keys())  # noqa: SLF001
            values = _values(request)
            signed.params = {k: v for k, v in values.items() if k not in headers}
        return signed

    replace(IAMRequestBase, "check_action_permitted", check)
    replace(IAMRequestBase, "_create_aws_request", as_signed)


def _parameters(request: Any) -> Mapping[str, Any]:
    """
    Give the call's parameters: a JSON body, else the form's or query's values.

    Route 53 has the zone in the path.
    """
    zone = _ZONE.search(request._path)  # noqa: SLF001
    if zone:
        return {"HostedZoneId": zone[1]}
    body = request._body  # noqa: SLF001
    if body and body.lstrip()[:1] in (b"{", "{"):
        parameters: Mapping[str, Any] = json.loads(body)
        return parameters
    return _values(request)


def _leading_key(service: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Give the partition that a request to our one table with partitions is about."""
    item = parameters.get("Item") or parameters.get("Key") or {}
    if service != "dynamodb" or "place" not in item:
        return {}
    return {"dynamodb:LeadingKeys": item["place"]["S"]}


def _values(request: Any) -> dict[str, Any]:
    """Give the form's or the query's values."""
    return {
        name: value[0] if isinstance(value, list) else value
        for name, value in request._data.items()  # noqa: SLF001
    }


def _document(policy: Any) -> Mapping[str, Any]:
    """Give the document of a policy in any of the forms in which moto keeps it."""
    if hasattr(policy, "versions"):
        policy = next(item for item in policy.versions if item.is_default).document
    if isinstance(policy, dict) and "policy_document" in policy:
        policy = policy["policy_document"]
    document: Mapping[str, Any] = (
        json.loads(policy) if isinstance(policy, str) else policy
    )
    return document


def _trusts(need: Need, key: Any, parameters: Mapping[str, Any]) -> bool:
    """Whether the role that is to be assumed is there and trusts the caller."""
    if need.action != "sts:AssumeRole" or need.resource == "*":
        return True
    account = need.resource.split(":")[4]
    try:
        role = iam_backends[account]["aws"].get_role_by_arn(need.resource)
    except NotFoundException:
        return False
    caller = key.arn
    if ":assumed-role/" in caller:
        name = caller.split("/")[1]
        caller = f"arn:aws:iam::{caller.split(':')[4]}:role/{name}"
    policy = json.loads(role.assume_role_policy_document)
    said = {"sts:ExternalId": str(parameters.get("ExternalId", ""))}
    return is_trusted(policy, caller, said)


def _denial(service: str, arn: str, need: Need) -> Refusal:
    code = "AccessDenied" if service in _XML else "AccessDeniedException"
    if service == "ec2":
        code = "UnauthorizedOperation"
    return Refusal(
        service,
        code,
        f"User: {arn} is not authorized to perform: {need.action} "
        f"on resource: {need.resource}",
        403,
    )


def _error_body(service: str, code: str, message: str) -> str:
    inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if service == "ec2":
        tail = "<RequestID>00000000-0000-4000-8000-000000000000</RequestID>"
        return f"<Response><Errors>{inner}</Errors>{tail}</Response>"
    if service in _XML:
        tail = "<RequestId>00000000-0000-4000-8000-000000000000</RequestId>"
        return f"<ErrorResponse>{inner}{tail}</ErrorResponse>"
    return json.dumps({"__type": code, "code": code, "message": message})
