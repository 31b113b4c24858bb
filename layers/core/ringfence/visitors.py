"""What of a change in AWS visitors meet: the listeners, names and certificates."""

from collections.abc import Iterator
from typing import Any

_SOURCES = frozenset(
    {
        "acm.amazonaws.com",
        "elasticloadbalancing.amazonaws.com",
        "iam.amazonaws.com",
        "route53.amazonaws.com",
    }
)

# Where CloudTrail's records of those services name what a call changes.
_NAMING = frozenset(
    {
        "arn",
        "certificateArn",
        "listenerArn",
        "loadBalancerArn",
        "loadBalancerName",
        "name",
        "resourceArn",
    }
)


def met_by_visitors(source: str, asked: Any, answered: Any) -> frozenset[str] | None:
    """
    Give the ARNs and names, in lower case, of what a call to *source* changes.

    None where it changes something and the record does not tell what.
    """
    if source not in _SOURCES:
        return frozenset()
    if not isinstance(asked, dict) or "omitted" in asked:
        return None
    found = {*_named_in(asked), *_named_in(answered)}
    if any(":listener/" in name for name in found):  # one port, not all of them
        found = {name for name in found if ":loadbalancer/" not in name}
    return frozenset(name.lower().removesuffix(".") for name in found) or None


def _named_in(value: Any) -> Iterator[str]:
    """Give the texts at the keys that name something, however deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            for key, inner in one.items():
                if key in _NAMING and isinstance(inner, str):
                    yield inner
                else:
                    left.append(inner)
