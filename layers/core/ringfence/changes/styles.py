"""
CloudTrail's ways to write down what was asked and answered, read as one.

Old EC2 calls wrap each list in ``{"items": […]}``, an empty one being ``{}``, and
single values in ``{"value": …}``. Newer ones stand in one key of their own, a list of
one is a bare object, and members carry their number as ``tag``, plain ones
``{"tag": 1, "content": …}``. All others are the service's own JSON. The keys' case
varies. See
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
Nothing here goes deeper than it is told to: a record may be nested at will.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WRAPPED = re.compile(r"\w+(Request|Req|Response)")
_ID = re.compile(r"(?:sg|i|eni|subnet|vpc|rtb|acl|igw|nat)-[0-9a-f]{8,17}")
_ANSWER = "answer."
_HUGE = 10**18  # no number of a record has more digits


class UntoldError(ValueError):
    """A place of the record does not hold what it should."""


def opened(value: Any) -> dict[str, Any]:
    """
    Give the parameters or the answer of a call, out of their wrapping.

    Nothing for what is no object, or was too large for CloudTrail, which then says
    ``{"omitted": true}``.
    """
    if not isinstance(value, dict) or "omitted" in value:
        return {}
    if len(value) == 1:
        [(key, inner)] = value.items()
        if isinstance(inner, dict) and _WRAPPED.fullmatch(key):
            return {} if "omitted" in inner else inner
    return value


def members(value: Any, key: str) -> list[Any]:
    """Give all that *value* holds under *key*, whatever the key's case."""
    if not isinstance(value, dict):
        return []
    folded = key.lower()
    return [
        inner
        for name, inner in value.items()
        if name.lower() == folded and inner is not None
    ]


def listed(value: Any) -> list[Any]:
    """Give a list in any of the styles as a list; a single value is a list of one."""
    if isinstance(value, dict):
        if "items" in value:
            return listed_flat(value["items"])
        if len(value) == 1 and "item" in value:  # in answers of newer calls
            return listed_flat(value["item"])
        return [value] if value else []
    return listed_flat(value)


def listed_flat(value: Any) -> list[Any]:
    """Give an array as it is, nothing as an empty one, all else as one of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """
    Give a scalar in any of the styles as text; nothing for what is none.

    Halves of surrogate pairs, which JSON can hold and UTF-8 cannot, are replaced.
    """
    if isinstance(value, dict):
        inner = [value[key] for key in ("value", "content") if key in value]
        value = inner[0] if len(inner) == 1 else None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) < _HUGE:
        return str(value)
    return encodable(value) if isinstance(value, str) else ""


def encodable(value: str) -> str:
    """Give *value* with what UTF-8 cannot hold replaced by question marks."""
    return value.encode("utf-8", "replace").decode()


def texts(value: Any, path: str) -> tuple[str, ...]:
    """Give the texts at *path*, as far as there are any."""
    found = [value]
    for key in path.split("."):
        found = [
            item
            for one in found
            for inner in members(one, key)
            for item in listed(inner)
        ]
    return tuple(filter(None, map(text, found)))


def first(value: Any, path: str) -> str:
    """Give the first text at *path*, nothing where there is none."""
    return next(iter(texts(value, path)), "")


def ids_at(places: str, asked: Any, answered: Any) -> frozenset[str]:
    """
    Give the EC2 ids at the first of *places* that is told.

    Raises `UntoldError` where none is, or one holds anything but ids: what else it
    stands for would be missed.
    """
    for place in places.split("|"):
        is_answer = place.startswith(_ANSWER)
        root = answered if is_answer else asked
        found = frozenset(_ids_at(root, place.removeprefix(_ANSWER).split(".")))
        if found:
            return found
    raise UntoldError(places)


def _ids_at(root: Mapping[str, Any], path: list[str]) -> Iterator[str]:
    found: list[Any] = [root]
    for depth, key in enumerate(path):
        below = [
            [item for inner in members(one, key) for item in listed(inner)]
            for one in found
        ]
        if depth and not all(below):  # one of a list lacks what the others have
            raise UntoldError(key)
        found = [item for some in below for item in some]
    for item in found:
        identity = text(item)
        if not _ID.fullmatch(identity):
            raise UntoldError(path[-1])
        yield identity
