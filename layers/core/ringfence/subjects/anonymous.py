"""
What a resource's own policy lets callers do who show nobody's credentials.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ringfence.inventory.statements import Condition, Statement
from ringfence.subjects.policies import is_about

# A condition with one of these keys is met by no stranger; but with an operator of
# "IfExists", or one that negates, it is. Then a Deny stops all of them.
_SHUTTING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
    }
)
_SHUTTING_OPERATORS = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
)
# Conditions that any caller can meet.
_OPEN_KEYS = frozenset(
    {"aws:securetransport", "elasticfilesystem:accessedviamounttarget"}
)
_WHOLE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True)
class Admission:
    """
    Who gets in without credentials: callers from *cidrs*.

    *unjudged* are conditions that could not be judged, by which it may be more
    callers, or fewer; empty where *cidrs* are surely all.
    """

    cidrs: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()


def admission(
    statements: Iterable[Statement], actions: Iterable[str], resource: str
) -> Admission:
    """Give who may do any of *actions* on *resource* without credentials."""
    listed = tuple(statements)
    found = [_of(listed, action, resource) for action in actions]
    return Admission(
        tuple(dict.fromkeys(cidr for one in found for cidr in one.cidrs)),
        tuple(dict.fromkeys(what for one in found for what in one.unjudged)),
    )


def _of(statements: Iterable[Statement], action: str, resource: str) -> Admission:
    about = [
        item
        for item in statements
        if is_about(item, action, resource) and _is_for_everybody(item)
    ]
    allowed = [_met(item.conditions) for item in about if item.allows]
    denied = [_spared(item.conditions) for item in about if not item.allows]
    cidrs = tuple(cidr for one in allowed for cidr in one.cidrs)
    if not any(one.unjudged for one in allowed) and not cidrs:
        return Admission()
    unjudged = [what for one in allowed for what in one.unjudged]
    if set(_WHOLE) <= set(cidrs):
        cidrs, unjudged = _WHOLE, []  # more than all it cannot be
    for spared in denied:
        if not spared.cidrs and not spared.unjudged:
            return Admission()
        if cidrs == _WHOLE and spared.cidrs:
            cidrs = spared.cidrs
        unjudged += spared.unjudged
    return Admission(cidrs, tuple(unjudged))


def _is_for_everybody(statement: Statement) -> bool:
    return "*" in statement.principals or bool(statement.not_principals)


def _met(conditions: Iterable[Condition]) -> Admission:
    """Give the strangers that meet all *conditions*."""
    cidrs: tuple[str, ...] = _WHOLE
    unjudged = []
    for condition in conditions:
        if condition.key in _OPEN_KEYS:
            continue
        if condition.operator == "IpAddress" and condition.key == "aws:sourceip":
            cidrs = condition.values
        elif condition.operator in _SHUTTING_OPERATORS and _shuts(condition):
            return Admission()
        else:
            unjudged.append(f"{condition.operator} {condition.key}")
    return Admission((), tuple(unjudged)) if unjudged else Admission(cidrs)


def _spared(conditions: Iterable[Condition]) -> Admission:
    """Give the strangers that a Deny with *conditions* does not stop."""
    listed = tuple(conditions)
    if not listed:
        return Admission()
    if any(condition.key in _OPEN_KEYS for condition in listed):
        return Admission(_WHOLE)  # whoever comes as it wants is not stopped
    if len(listed) == 1:
        (only,) = listed
        if only.operator == "NotIpAddress" and only.key == "aws:sourceip":
            return Admission(only.values)
        negated = only.operator.removesuffix("IfExists").replace("Not", "")
        if "Not" in only.operator and negated in _SHUTTING_OPERATORS and _shuts(only):
            return Admission()
    return Admission(
        (), tuple(f"Deny with {item.operator} {item.key}" for item in listed)
    )


def _shuts(condition: Condition) -> bool:
    """Whether the key is one that strangers have not, and a value asks for it."""
    return condition.key in _SHUTTING_KEYS and "*" not in condition.values
