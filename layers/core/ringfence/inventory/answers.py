"""
Typed looks into AWS's raw answers.

An absent or null optional key has AWS's meaning of absent; a value of another
type than AWS's is an error that says where it stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from sys import intern
from traceback import extract_tb
from typing import TypeVar

from ringfence.inventory.intervals import parse
from ringfence.snapshot import AnswerError, SnapshotError

Raw = dict[str, object]
Record = TypeVar("Record")


class MalformedError(ValueError):
    """A key is missing or holds what AWS would not say."""


class AbsentError(LookupError):
    """An operation asked per resource was not asked for this one."""

    def __init__(self, operation: str, argument: str) -> None:
        super().__init__(f"{operation}: nothing for {argument}")
        self.operation = operation
        self.argument = argument


def text(raw: Raw, key: str) -> str:
    """The text that AWS always gives."""
    value = raw.get(key)
    if isinstance(value, str):
        return value
    raise _malformed(raw, key, "text")


def text_or_none(raw: Raw, key: str) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _malformed(raw, key, "text")


def text_or_empty(raw: Raw, key: str) -> str:
    return text_or_none(raw, key) or ""


def shared_text(raw: Raw, key: str) -> str:
    """As `text`, one object for all equal values: few CIDRs are in most rules."""
    return intern(text(raw, key))


def cidr(raw: Raw, key: str) -> str:
    """The range or single address that AWS always gives, shared as its text is."""
    value = shared_text(raw, key)
    try:
        parse(value)
    except ValueError:
        raise _malformed(raw, key, "a CIDR or an address") from None
    return value


def cidr_or_none(raw: Raw, key: str) -> str | None:
    return cidr(raw, key) if text_or_none(raw, key) else None


def cidrs(raws: Sequence[Raw], key: str) -> tuple[str, ...]:
    """As `present`, for ranges and addresses."""
    return tuple(cidr(raw, key) for raw in raws if text_or_none(raw, key))


def integer(raw: Raw, key: str) -> int | None:
    value = raw.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _malformed(raw, key, "an integer")


def flag(raw: Raw, key: str) -> bool:
    """Whether AWS says yes; absent is no."""
    value = raw.get(key)
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise _malformed(raw, key, "true or false")


def inner(raw: Raw, key: str) -> Raw:
    """The structure under *key*, empty when absent."""
    return {} if raw.get(key) is None else structure(raw, key)


def structure(raw: Raw, key: str) -> Raw:
    """The structure that AWS always gives."""
    value = raw.get(key)
    if isinstance(value, dict):
        return value
    raise _malformed(raw, key, "an object")


def rows(raw: Raw, key: str) -> Sequence[Raw]:
    """The structures listed under *key*, none when absent."""
    value = raw.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _malformed(raw, key, "a list of objects")
    for row in value:  # no all(…): most lists are short, and each makes a generator
        if not isinstance(row, dict):
            raise _malformed(raw, key, "a list of objects")
    return value


def all_rows(raw: Raw, key: str) -> Sequence[Raw]:
    """As `rows`, for an answer's own list: absent would pass for empty."""
    if raw.get(key) is None:
        raise _malformed(raw, key, "a list of objects")
    return rows(raw, key)


def texts(raw: Raw, key: str) -> tuple[str, ...]:
    """The strings listed under *key*, none when absent."""
    value = raw.get(key)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _malformed(raw, key, "a list of text")


def present(raws: Sequence[Raw], key: str) -> tuple[str, ...]:
    """What *key* says in those of *raws* that have it."""
    found = (text_or_none(raw, key) for raw in raws)
    return tuple(value for value in found if value)


def tags(raw: Raw, key: str = "Tags") -> Mapping[str, str]:
    """AWS's list of pairs as a mapping."""
    return {
        intern(text(pair, "Key")): intern(text_or_empty(pair, "Value"))
        for pair in rows(raw, key)
    }


def moment(raw: Raw, key: str) -> datetime | None:
    """
    A time in UTC: from a datetime (live), ISO 8601 (from disk) or epoch seconds.

    The last is what the AWS CLI's first version printed for JSON services.
    """
    value = raw.get(key)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            value = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise _malformed(raw, key, "a time") from None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    raise _malformed(raw, key, "a time")


def _malformed(raw: Raw, key: str, expected: str) -> MalformedError:
    if key not in raw:
        return MalformedError(f"{key} is missing")
    return MalformedError(f"{key} is not {expected}")


def crash(error: Exception) -> str:
    """Say how our code crashed on an answer, and where."""
    place = extract_tb(error.__traceback__)[-1]
    return f"crashed: {type(error).__name__} at {place.name}:{place.lineno}"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that were read without a gap, by operation."""

    responses: Mapping[str, object]

    def each(
        self, operation: str, key: str, read: Callable[[Raw], Record]
    ) -> tuple[Record, ...]:
        """What *read* makes of every item of *operation*'s merged answer."""
        return tuple(_each(self._answer(operation), key, read, operation))

    def one(self, operation: str, read: Callable[[Raw], Record]) -> Record:
        """What *read* makes of *operation*'s whole answer."""
        return _made(self._answer(operation), "", read, operation)

    def each_of(
        self, operation: str, argument: str, key: str, read: Callable[[Raw], Record]
    ) -> tuple[Record, ...] | None:
        """As `each`, for *argument* alone; None: it was gone when asked for."""
        answer = self._answer_for(operation, argument)
        if answer is None:
            return None
        return tuple(_each(answer, key, read, operation, argument))

    def one_of(
        self, operation: str, argument: str, read: Callable[[Raw], Record]
    ) -> Record | None:
        """What *read* makes of *argument*'s answer; None: it was gone."""
        answer = self._answer_for(operation, argument)
        if answer is None:
            return None
        return _made(answer, "", read, operation, argument)

    def has(self, operation: str, argument: str | None = None) -> bool:
        """Whether *operation* was read (and asked for *argument*, if given)."""
        if operation not in self.responses:
            return False
        return argument is None or argument in self._answer(operation)

    def arguments(self, operation: str) -> tuple[str, ...]:
        """What *operation*, asked per resource, was asked for."""
        return tuple(self._answer(operation))

    def _answer(self, operation: str) -> Raw:
        answer = self.responses[operation]
        if isinstance(answer, dict):
            return answer
        raise AnswerError(operation, "the answer is not an object")

    def _answer_for(self, operation: str, argument: str) -> Raw | None:
        answers = self._answer(operation)
        if argument not in answers:
            raise AbsentError(operation, argument)
        answer = answers[argument]
        if answer is None or isinstance(answer, dict):
            return answer
        raise AnswerError(operation, "not an object", argument)


def _each(
    answer: Raw,
    key: str,
    read: Callable[[Raw], Record],
    operation: str,
    argument: str | None = None,
) -> Iterator[Record]:
    try:
        items = all_rows(answer, key)
    except MalformedError as error:
        raise AnswerError(operation, str(error), argument) from error
    for index, item in enumerate(items):
        yield _made(item, f"{key}[{index}]: ", read, operation, argument)


def _made(
    raw: Raw,
    where: str,
    read: Callable[[Raw], Record],
    operation: str,
    argument: str | None = None,
) -> Record:
    """What *read* makes of *raw*; what it does not understand, says where it is."""
    try:
        return read(raw)
    except MalformedError as error:
        raise AnswerError(operation, f"{where}{error}", argument) from error
    except (AbsentError, SnapshotError):
        raise
    except Exception as error:
        raise AnswerError(operation, f"{where}{crash(error)}", argument) from error
