"""
A CloudTrail record in EventBridge's envelope: what cannot be missed, and the rest.

What a record lacks of time, account and Region, its envelope tells. The fields are
described at
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from ringfence.changes.model import ChangeError
from ringfence.changes.styles import members, opened, text

_NAME = re.compile(r"[\w.:/-]{1,128}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_CLASSIC = "2012-06-01"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    A call as CloudTrail tells it.

    *asked* and *answered* are out of their wrapping, and empty where they were
    omitted. *identity* is who called. Nothing in them is certain to be there.
    """

    event_id: str
    event_name: str
    event_source: str
    at: datetime
    account: str
    region: str
    has_failed: bool
    version: str
    source_ip: str
    agent: str
    from_console: bool
    identity: dict[str, Any]
    asked: dict[str, Any]
    answered: dict[str, Any]

    @property
    def is_classic(self) -> bool:
        """Whether a call to Elastic Load Balancing is of its first generation."""
        if self.version:
            return self.version == _CLASSIC
        return bool(members(self.asked, "loadBalancerName"))


def read_record(event: Any) -> Record:
    """Read an EventBridge event of CloudTrail's; raise `ChangeError` for others."""
    detail = event.get("detail") if isinstance(event, dict) else None
    if not isinstance(detail, dict):
        raise ChangeError("not an EventBridge event: 'detail' is missing or no object")
    fields = _Fields(event, detail)
    identity = detail.get("userIdentity")
    return Record(
        event_id=fields.needed("eventID", "id", _name),
        event_name=fields.needed("eventName", None, _name),
        event_source=fields.needed("eventSource", None, _name),
        at=fields.needed("eventTime", "time", _time),
        account=fields.needed("recipientAccountId", "account", _account),
        region=fields.needed("awsRegion", "region", _region),
        has_failed=detail.get("errorCode") not in (None, ""),
        version=text(detail.get("apiVersion")),
        source_ip=text(detail.get("sourceIPAddress")),
        agent=text(detail.get("userAgent")),
        from_console=text(detail.get("sessionCredentialFromConsole")).lower() == "true",
        identity=identity if isinstance(identity, dict) else {},
        asked=opened(detail.get("requestParameters")),
        answered=opened(detail.get("responseElements")),
    )


class _UnreadableError(ValueError):
    """A field holds what it cannot."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """The record and its envelope, which tells what the record does not."""

    event: Mapping[str, Any]
    detail: Mapping[str, Any]

    def needed(
        self, name: str, outside: str | None, read: Callable[[Any], _Value]
    ) -> _Value:
        """Give what cannot be missed."""
        try:
            return read(self.detail.get(name))
        except _UnreadableError as error:
            why = str(error)
        if outside:
            try:
                return read(self.event.get(outside))
            except _UnreadableError:
                pass  # the record's own field is what is missing
        raise ChangeError(f"not a CloudTrail record: detail.{name} ({why})")


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        found = text(value)
        if not found:
            raise _UnreadableError("missing")
        if not pattern.fullmatch(found):
            raise _UnreadableError("malformed")
        return found

    return read


_name = _matching(_NAME)
_region = _matching(_REGION)
_account = _matching(_ACCOUNT)


def _time(value: Any) -> datetime:
    """Read a time; one without a zone is in UTC, as all of CloudTrail's are."""
    try:
        told = datetime.fromisoformat(text(value))
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _UnreadableError("no time") from None
