"""Policy documents of IAM's language, of identities and of resources."""

import json
from dataclasses import dataclass

from ringfence.inventory.answers import MalformedError, Raw, inner, rows, text


@dataclass(frozen=True, slots=True)
class Condition:
    """*key* is in small letters: IAM does not tell letters apart there."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """
    One statement; of each pair of lists the policy gives one.

    *principals* hold ``*``, ARNs, accounts and services, whatever their kind.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """

    allows: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    not_principals: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


def read_document(raw: Raw, key: str) -> tuple[Statement, ...]:
    """
    The statements of the policy under *key*, none when absent.

    It is an object, as the SDK makes of IAM's, or text, as other services give it.
    """
    value = raw.get(key)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise MalformedError(f"{key} is not JSON") from None
    if not isinstance(value, dict):
        raise MalformedError(f"{key} is not a policy")
    listed = value.get("Statement")
    body = value if isinstance(listed, list) else {"Statement": [listed]}
    return tuple(_statement(item) for item in rows(body, "Statement"))


def _statement(raw: Raw) -> Statement:
    effect = text(raw, "Effect")
    if effect not in {"Allow", "Deny"}:
        raise MalformedError("Effect is neither Allow nor Deny")
    return Statement(
        allows=effect == "Allow",
        actions=_texts(raw, "Action"),
        not_actions=_texts(raw, "NotAction"),
        resources=_texts(raw, "Resource"),
        not_resources=_texts(raw, "NotResource"),
        principals=_principals(raw, "Principal"),
        not_principals=_principals(raw, "NotPrincipal"),
        conditions=_conditions(inner(raw, "Condition")),
    )


def _texts(raw: Raw, key: str) -> tuple[str, ...]:
    """One text or a list of them; numbers and truth values as JSON writes them."""
    value = raw.get(key)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    found = []
    for item in listed:
        if isinstance(item, (bool, int, float)):
            item = json.dumps(item)  # noqa: PLW2901 - one value in two spellings
        if not isinstance(item, str):
            raise MalformedError(f"{key} is not text")
        found.append(item)
    return tuple(found)


def _principals(raw: Raw, key: str) -> tuple[str, ...]:
    value = raw.get(key)
    if not isinstance(value, dict):
        return _texts(raw, key)
    return tuple(name for kind in value for name in _texts(value, kind))


def _conditions(raw: Raw) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, key.lower(), _texts(keys, key))
        for operator in raw
        for keys in (inner(raw, operator),)
        for key in keys
    )
