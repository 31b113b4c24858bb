"""What travels through the queues, as strict models. Nothing here does I/O."""

from datetime import UTC
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

Account = Annotated[str, Field(pattern=r"^\d{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]


class MessageError(ValueError):
    """A message cannot be used; the text names the field, never its value."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, text: str) -> Self:
        """Read JSON, or raise `MessageError`."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise MessageError(_in_words(error)) from None


class Start(_Message):
    """The schedule's input: when the sweep was to start."""

    scheduled_at: AwareDatetime

    @property
    def sweep(self) -> str:
        """The sweep's id: the same whenever it is started for the same time."""
        return self.scheduled_at.astimezone(UTC).strftime("sweep-%Y%m%dT%H%M%SZ")


class SweepRequest(_Message):
    """One account and Region to be re-read."""

    kind: Literal["sweep"] = "sweep"
    sweep: str = Field(min_length=1, max_length=100)
    account: Account
    region: Region


class ProbeRequest(_Message):
    """One endpoint to be looked at, and the place that its findings belong to."""

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(ge=1, le=65535)
    account: Account
    region: Region


class _FromAws(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


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


def read_start(event: Any) -> Start:
    """Read the schedule's input, or raise `MessageError`."""
    try:
        return Start.model_validate(event)
    except ValidationError as error:
        raise MessageError(_in_words(error)) from None


def read_queue_event(event: Any) -> tuple[QueueMessage, ...]:
    """Read the messages of an SQS event, or raise `MessageError`."""
    try:
        return QueueEvent.model_validate(event).messages
    except ValidationError as error:
        raise MessageError(_in_words(error)) from None


def failures(messages: list[QueueMessage]) -> dict[str, Any]:
    """The answer that keeps *messages* in the queue and lets the others go."""
    return {"batchItemFailures": [{"itemIdentifier": item.id} for item in messages]}


def _in_words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'message'}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    )
