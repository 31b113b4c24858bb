"""
The wire between botocore and AWS, on which one call fails as it is told to.

It stands where moto answers, below botocore's retries: what is lost never reaches
moto, what is unanswered was done all the same.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectTimeoutError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

FOR_GOOD = 1_000  # more attempts than anybody makes

_ANSWER: Any = BotocoreStubber.__call__
_XML = (
    "<ErrorResponse><Error><Code>{code}</Code><Message>!</Message></Error>"
    "<RequestId>1</RequestId></ErrorResponse>"
)
_EC2 = (
    "<Response><Errors><Error><Code>{code}</Code><Message>!</Message></Error></Errors>"
    "<RequestID>1</RequestID></Response>"
)


@dataclass(frozen=True)
class Fault:
    """
    How a call fails, *attempts* times in a row.

    With *is_done*, AWS does what it was asked before. *status* and *code* are
    answered; *error* is raised instead; *reasons* say why a transaction was
    cancelled; *spoilt* is put into a good answer.
    """

    name: str
    attempts: int = FOR_GOOD
    is_done: bool = False
    status: int = 500
    code: str = "InternalFailure"
    error: Callable[..., Exception] | None = None  # None: an answer
    reasons: tuple[str, ...] = ()
    spoilt: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return self.name


BURST = Fault("a burst of throttling", 3, status=400, code="ThrottlingException")
FAULTS = (
    BURST,
    Fault("throttled", status=400, code="ThrottlingException"),
    Fault("no capacity", status=400, code="ProvisionedThroughputExceededException"),
    Fault("500"),
    Fault("503 though done", is_done=True, status=503, code="ServiceUnavailable"),
    Fault("no connection", error=ConnectTimeoutError),
    Fault("no answer though done", is_done=True, error=ReadTimeoutError),
    Fault("half an answer", is_done=True, error=ResponseStreamingError),
    Fault("half an answer, once", 1, is_done=True, error=ResponseStreamingError),
)


@dataclass
class Wire:
    """Lets the call number *number* of the operations *only* fail by *fault*."""

    number: int = 0
    fault: Fault = BURST
    only: tuple[str, ...] = ()
    hit: str = ""
    made: list[str] = field(default_factory=list)
    _attempts: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def arm(self, number: int, fault: Fault, only: tuple[str, ...]) -> None:
        """Let one call fail; *hit* says which one it was."""
        self.number, self.fault, self.only, self.hit = number, fault, only, ""
        self._attempts.clear()
        self._numbers.clear()
        self.made.clear()

    def disarm(self) -> None:
        """Let nothing fail any more."""
        self.number = 0

    def answer(self, stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        """Do what moto does, or fail."""
        _, service, operation = event_name.split(".")
        call = f"{service}.{operation}"
        fault = self._fault(call, str(request.headers.get("amz-sdk-invocation-id")))
        if fault is None:
            return _ANSWER(stubber, event_name, request, **rest)
        if fault.is_done or fault.spoilt:
            real = _ANSWER(stubber, event_name, request, **rest)
            if fault.spoilt:
                return _spoilt(real, fault.spoilt)
        if fault.error:
            raise fault.error(endpoint_url=request.url, error="cut")
        return _refusal(service, fault, request.url)

    def _fault(self, call: str, invocation: str) -> Fault | None:
        if not any(call.startswith(prefix) for prefix in self.only):
            return None
        with self._lock:
            if invocation not in self._numbers:
                self._numbers[invocation] = len(self._numbers) + 1
                self.made.append(call)
            if self._numbers[invocation] != self.number:
                return None
            self.hit = call
            self._attempts[invocation] = self._attempts.get(invocation, 0) + 1
            return (
                self.fault
                if self._attempts[invocation] <= self.fault.attempts
                else None
            )


def _refusal(service: str, fault: Fault, url: str) -> AWSResponse:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": fault.code}
    told: dict[str, Any] = {"__type": fault.code, "message": "!"}
    if fault.reasons:
        told["CancellationReasons"] = [{"Code": code} for code in fault.reasons]
    body = json.dumps(told)
    if service == "ec2":
        body = _EC2.format(code=fault.code)
    elif service == "sns":
        body = _XML.format(code=fault.code)
    return _response(url, fault.status, headers, body.encode())


def _spoilt(real: AWSResponse, by: Mapping[str, Any]) -> AWSResponse:
    answer = json.loads(real.content) | by
    headers = {"Content-Type": "application/json"}
    return _response(real.url, 200, headers, json.dumps(answer).encode())


def _response(url: str, status: int, headers: Any, body: bytes) -> AWSResponse:
    raw: Any = MockRawResponse(body)
    return AWSResponse(url, status, headers, raw)
