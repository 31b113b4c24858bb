"""What travels through the queues, as strict models. Nothing here does I/O."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ringfence.accounts import Accounts
from ringfence.inventory.looks import Endpoint

Account = Annotated[str, Field(pattern=r"^\d{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]

_SWEEP = "sweep-%Y%m%dT%H%M%SZ"

FEW = 20  # a message takes no more of a kind


class MessageError(ValueError):
    """A message cannot be used; the text names the field, never its value."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _FromAws(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Start(_Message):
    """The schedule's input: when the sweep was to start."""

    scheduled_at: AwareDatetime

    @property
    def sweep(self) -> str:
        """The sweep's id: the same whenever it is started for the same time."""
        return self.scheduled_at.astimezone(UTC).strftime(_SWEEP)


class End(_Message):
    """Ask whether the newest sweep is over."""

    kind: Literal["end"]


class Request(_Message):
    """Something to do for one account and Region."""

    account: Account
    region: Region


class SweepRequest(Request):
    """One account and Region to be re-read."""

    kind: Literal["sweep"] = "sweep"
    sweep: str = Field(min_length=1, max_length=100)

    @property
    def scheduled_at(self) -> datetime | None:
        """When it was to start; None where its id does not tell."""
        try:
            return datetime.strptime(self.sweep, _SWEEP).replace(tzinfo=UTC)
        except ValueError:
            return None


class RosterRequest(Request):
    """
    Which accounts and Regions a sweep is of, and which accounts it leaves out.

    *inactive* are these, with their state; *trouble* is why the organisation does
    not tell all of its accounts.
    """

    kind: Literal["roster"] = "roster"
    sweep: str = Field(min_length=1, max_length=100)
    accounts: tuple[Account, ...]
    regions: tuple[Region, ...]
    inactive: tuple[tuple[Account, str], ...] = ()
    trouble: str = ""


class RenewalRequest(Request):
    """The release data is to be renewed from its feeds."""

    kind: Literal["releases"] = "releases"


Text = Annotated[str, Field(max_length=2048)]
Few = Annotated[tuple[Text, ...], Field(max_length=FEW)]


class ProbeRequest(Request):
    """
    One endpoint to be looked at; its findings belong to the account and Region.

    What is known of it beside *host* and *port* is as in `Endpoint`; it says
    whose the findings are and what is to be expected, never where to dial.
    """

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(ge=0, le=65535)
    addresses: Few = ()
    resource: Text = ""
    product: Text | None = None  # None: not recognised
    owner: Text = ""
    reachability: Literal["internet", "internal"] = "internet"
    is_named: bool = True
    is_promised: bool = True
    found_by: Few = ()

    @classmethod
    def of(cls, endpoint: Endpoint, *, account: str, region: str) -> Self:
        """Ask for a look at *endpoint*."""
        known = asdict(endpoint)
        is_public = known.pop("is_public")
        if len(endpoint.addresses) > FEW:  # some of them would be a wrong expectation
            known["addresses"] = ()
        return cls(
            account=account,
            region=region,
            reachability="internet" if is_public else "internal",
            **known | {"found_by": endpoint.found_by[:FEW]},
        )

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint, as it was asked for."""
        known = self.model_dump(exclude={"account", "region", "reachability"})
        return Endpoint(**known, is_public=self.reachability == "internet")


class _Attributes(_FromAws):
    received: int = Field(1, alias="ApproximateReceiveCount")


class QueueMessage(_FromAws):
    """An SQS message as Lambda hands it over."""

    id: str = Field(alias="messageId")
    receipt: str = Field(alias="receiptHandle")
    body: str
    attributes: _Attributes


class QueueEvent(_FromAws):
    """What Lambda's SQS event source invokes a function with."""

    messages: tuple[QueueMessage, ...] = Field(alias="Records")


class _StreamEvent(_FromAws):
    records: tuple[dict[str, Any], ...] = Field(alias="Records")


def read_start(event: Any) -> Start | End:
    """Read a schedule's input, or raise `MessageError`."""
    is_end = isinstance(event, dict) and "kind" in event
    try:
        return End.model_validate(event) if is_end else Start.model_validate(event)
    except ValidationError as error:
        raise MessageError(_in_words(error)) from None


def read_queue_event(event: Any) -> tuple[QueueMessage, ...]:
    """Read the messages of an SQS event, or raise `MessageError`."""
    try:
        return QueueEvent.model_validate(event).messages
    except ValidationError as error:
        raise MessageError(_in_words(error)) from None


def read_stream_event(event: Any) -> tuple[dict[str, Any], ...]:
    """Read the records of a stream's event, as they are, or raise `MessageError`."""
    try:
        return _StreamEvent.model_validate(event).records
    except ValidationError as error:
        raise MessageError(_in_words(error)) from None


R = TypeVar("R", bound=Request)


def read_requests(
    kind: type[R], messages: Iterable[QueueMessage], accounts: Accounts
) -> tuple[list[R], dict[QueueMessage, str]]:
    """Read what *messages* ask for *accounts*; also what is unreadable, and why."""
    requests: list[R] = []
    unread: dict[QueueMessage, str] = {}
    for message in messages:
        try:
            request = kind.model_validate_json(message.body)
        except ValidationError as error:
            unread[message] = _in_words(error)
            continue
        if request.account in accounts:
            requests.append(request)
        else:
            unread[message] = "account: not one that is watched"
    return requests, unread


def failures(messages: Iterable[QueueMessage]) -> dict[str, Any]:
    """The answer that keeps *messages* in the queue and lets the others go."""
    return {"batchItemFailures": [{"itemIdentifier": item.id} for item in messages]}


def _in_words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'message'}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    )
