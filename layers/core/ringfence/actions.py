"""
Custom actions of Security Hub: what a person chose to have done with a finding.

An event holds one finding as it was then, its note included, and does not tell
who chose the action. Only Security Hub can send events from ``aws.securityhub``.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ringfence.finding import Severity
from ringfence.messages import (
    Account,
    MessageError,
    QueueMessage,
    Region,
    read_json,
)

OURS = "Ringfence"  # whom our own notes are by

_ACTION = re.compile(r"arn:[\w-]+:securityhub:([\w-]+):(\d{12}):action/custom/(\w+)")
_ID = re.compile(r"ringfence/(\d{12})/([a-z0-9-]+)/([A-Z]+-\d{3}/.+)", re.DOTALL)
_LONGEST = 511  # a longer id ends in a digest, and no longer tells the finding


class Deed(StrEnum):
    """What is to be done; the value is the action's id in Security Hub."""

    RE_EVALUATE = "RingfenceReevaluate"
    ACCEPT = "RingfenceAccept30"


class _FromAws(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Note(_FromAws):
    """What somebody wrote to a finding."""

    text: str = Field(alias="Text", min_length=1)
    by: str = Field(alias="UpdatedBy", min_length=1, max_length=2048)
    at: AwareDatetime = Field(alias="UpdatedAt")

    @property
    def is_ours(self) -> bool:
        """Whether Ringfence wrote it, to say how to accept."""
        return self.by == OURS


class _Severity(_FromAws):
    label: Severity = Field(alias="Label")


class _Provided(_FromAws):
    severity: _Severity = Field(alias="Severity")


class _Finding(_FromAws):
    id: str = Field(alias="Id", max_length=_LONGEST)
    product: str = Field(alias="ProductArn")
    account: Account = Field(alias="AwsAccountId")
    provided: _Provided = Field(alias="FindingProviderFields")
    note: Note | None = Field(None, alias="Note")  # None: nobody wrote one


class _Detail(_FromAws):
    findings: tuple[_Finding]


class _Event(_FromAws):
    id: str = Field(min_length=1, max_length=64)
    kind: Literal["Security Hub Findings - Custom Action"] = Field(alias="detail-type")
    source: Literal["aws.securityhub"]
    account: Account
    region: Region
    time: AwareDatetime
    resources: tuple[str]
    detail: _Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """
    One deed asked for one finding, at a time; *id* is the event's.

    *account*, *region* and *key* name the finding as the table does. In the Region
    that findings are aggregated in, they are another Region's or account's.
    *severity* is what we had said of it when the person saw it.
    """

    id: str
    deed: Deed
    at: AwareDatetime
    account: str
    region: str
    key: str
    finding: str
    product: str
    severity: Severity
    note: Note | None  # None: nobody wrote one

    @property
    def place(self) -> str:
        """The table's partition of the finding."""
        return f"{self.account}/{self.region}"


def read_actions(
    messages: Iterable[QueueMessage], account: str
) -> tuple[dict[Action, QueueMessage], dict[QueueMessage, str]]:
    """Read what was chosen in *account*; also give what is unreadable, and why."""
    actions: dict[Action, QueueMessage] = {}
    unread: dict[QueueMessage, str] = {}
    for message in messages:
        try:
            actions[_action(read_json(_Event, message.body), account)] = message
        except MessageError as error:
            unread[message] = str(error)
    return actions, unread


def _action(event: _Event, account: str) -> Action:
    """Give what *event* asks for, or raise `MessageError`."""
    (chosen,), (finding,) = event.resources, event.detail.findings
    arn = _ACTION.fullmatch(chosen)
    here = event.region, event.account
    if not arn or here != (arn[1], arn[2]) or event.account != account:
        raise MessageError(f"resources.0: no custom action of this account, {account}")
    if arn[3] not in tuple(Deed):
        raise MessageError("resources.0: not one of Ringfence's actions")
    named = _ID.fullmatch(finding.id)
    if not named:
        raise MessageError("detail.findings.0.Id: not a finding of Ringfence's")
    owner, region, key = named.groups()
    product = rf"arn:[\w-]+:securityhub:{region}:{owner}:product/{owner}/default"
    if finding.account != owner or not re.fullmatch(product, finding.product):
        raise MessageError("detail.findings.0: not of the place that its Id names")
    return Action(
        id=event.id,
        deed=Deed(arn[3]),
        at=event.time,
        account=owner,
        region=region,
        key=key,
        finding=finding.id,
        product=finding.product,
        severity=finding.provided.severity.label,
        note=finding.note,
    )
