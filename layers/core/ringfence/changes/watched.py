"""
Which calls each event rule is for, and which of them a pattern leaves out.

The rules are named as in the template, whose patterns a test holds to this. What
AWS answers as a rule's pattern is never compared as text: each call that the rule is
for is asked whether the pattern surely takes it. So order does not matter, and a
pattern may take more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ringfence.changes.events import EVENTS
from ringfence.changes.styles import listed_flat

Call = tuple[str, str]  # event source and name

# EC2's calls are parted among three rules: where in the table each part begins.
_PARTS = {
    "EC2ChangeRule": "AssociateSecurityGroupVpc",
    "NetworkChangeRule": "AssociateRouteTable",
    "LaunchChangeRule": "CreateVpcEndpoint",
}
# Services whose calls all come by one rule.
_SERVICES = {
    "LaunchChangeRule": ("autoscaling",),
    "LoadBalancingChangeRule": ("elasticloadbalancing", "wafv2"),
    "CertificateChangeRule": ("acm", "iam"),
    "EdgeChangeRule": ("route53", "cloudfront", "globalaccelerator"),
    "DataChangeRule": ("rds", "elasticfilesystem", "es", "backup"),
    "TrailChangeRule": ("cloudtrail",),
    "OwnChangeRule": ("events", "ssm"),
}
_HEARTBEAT = "HeartbeatRule"
_OF_TARGETS = frozenset({"PutTargets", "RemoveTargets"})
_DETAIL = "AWS API Call via CloudTrail"
_ABSENT: Final = object()  # what an event surely lacks


def _calls() -> Iterator[tuple[str, Call]]:
    source, rule = "ec2.amazonaws.com", ""
    begins = {name: rule for rule, name in _PARTS.items()}
    for name in EVENTS[source]:
        rule = begins.get(name, rule)
        yield rule, (source, name)
    for rule, services in _SERVICES.items():
        for service in services:
            source = f"{service}.amazonaws.com"
            for name in EVENTS[source]:
                yield rule, (source, name)
    yield _HEARTBEAT, ("sqs.amazonaws.com", "TagQueue")


RULES: Mapping[str, tuple[Call, ...]] = {
    rule: tuple(call for of, call in _calls() if of == rule)
    for rule in dict.fromkeys(rule for rule, _ in _calls())
}
# Those of an account that is watched: it has neither policy nor heartbeat.
FORWARDED = tuple(rule for rule in RULES if rule != _HEARTBEAT)
# Those of them that matter in a Region that is not swept, see `worldwide`.
ABOUT_ALL_REGIONS = (
    "CertificateChangeRule",
    "EdgeChangeRule",
    "TrailChangeRule",
    "OwnChangeRule",
)


@dataclass(frozen=True, slots=True)
class Own:
    """
    What Ringfence has in one place: the names of its event *rules*.

    In its own it has the *policy* and the *queue* of changes, too, by their names.
    """

    rules: tuple[str, ...]
    policy: str = ""
    queue: str = ""


def left_out(rule: str, pattern: Any, own: Own) -> tuple[str, ...]:
    """
    Name the calls that *rule* is for and *pattern* does not surely take.

    What a pattern takes on a condition that is not understood, or that is about
    more than is known of a call, counts as left out.
    """
    return tuple(
        dict.fromkeys(
            name
            for source, name in RULES[rule]
            for asked in _asked(source, name, own)
            if not _takes(pattern, _event(source, name, asked))
        )
    )


def _event(source: str, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of every such call that succeeds, whoever makes it."""
    return {
        "source": f"aws.{source.partition('.')[0]}",
        "detail-type": _DETAIL,
        "detail": {
            "eventSource": source,
            "eventName": name,
            "errorCode": _ABSENT,
            "requestParameters": asked,
        },
    }


def _asked(source: str, name: str, own: Own) -> tuple[Mapping[str, Any], ...]:
    """What the calls ask for that a rule must take: all, or what is our own."""
    match source:
        case "events.amazonaws.com":
            key = "rule" if name in _OF_TARGETS else "name"
            return tuple({key: rule} for rule in own.rules)
        case "ssm.amazonaws.com" if not own.policy:
            return ()
        case "ssm.amazonaws.com":
            several = name == "DeleteParameters"
            return ({"names": [own.policy]} if several else {"name": own.policy},)
        case "sqs.amazonaws.com":
            return ({"queueUrl": f"https://sqs/{own.queue}"},)
    return ({},)


def _takes(pattern: Any, known: Mapping[str, Any]) -> bool:
    """
    Whether *pattern* takes whatever event has all that is *known*.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    if not isinstance(pattern, dict):
        return False
    return all(
        any(_takes(one, known) for one in listed_flat(wanted))
        if key == "$or"
        else _is_met(wanted, known.get(key))
        for key, wanted in pattern.items()
    )


def _is_met(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, Mapping) and _takes(wanted, value)
    values = value if isinstance(value, list) else [value]
    return any(_meets(one, each) for one in listed_flat(wanted) for each in values)


def _meets(wanted: Any, value: Any) -> bool:
    """Whether *value*, None where it is not known, is as is *wanted*."""
    match wanted:
        case {"exists": bool(exists)}:
            return value is not None and exists == (value is not _ABSENT)
        case {"prefix": str(prefix)}:
            return isinstance(value, str) and value.startswith(prefix)
        case {"suffix": str(suffix)}:
            return isinstance(value, str) and value.endswith(suffix)
        case str():
            return bool(wanted == value)
    return False
