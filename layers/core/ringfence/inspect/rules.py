"""Ringfence's own event rules, as EventBridge has them."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.changes.watched import FORWARDED, Own, left_out
from ringfence.changes.worldwide import TELLING_REGIONS
from ringfence.clients import CONNECTIONS
from ringfence.inventory.answers import crash
from ringfence.inventory.watch import OwnRule, Target
from ringfence.snapshot import MALFORMED, Gap

_GONE = "ResourceNotFoundException"
# What would make something else of an event on its way.
_REWRITING = frozenset({"Input", "InputPath", "InputTransformer"})


@dataclass(frozen=True, slots=True)
class OwnRules:
    """
    The event rules of one place, and the *target* that they feed.

    *names* are their own names, by what they are for; *policy* and *queue* are
    as in `Own`. *others* are rules of other places, whose tampering is heard of here.
    """

    names: Mapping[str, str]
    target: Target
    policy: str = ""
    queue: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def of_stack(
        cls, names: Mapping[str, str], queue: str, policy: str, forwarding: "Forwarding"
    ) -> "OwnRules":
        """Those of Ringfence's stack, which feed the *queue* of that ARN."""
        target = Target(id="queue", arn=queue)
        others = tuple(forwarding.names().values())
        return cls(names, target, policy, queue.rpartition(":")[2], others)

    def told_by(self, events: Any, region: str) -> tuple[OwnRule, ...] | Gap:
        """What *events*, a client of EventBridge in *region*, says of them."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            asked = [
                pool.submit(self._rule, events, rule, region) for rule in self.names
            ]
            answers = [one.result() for one in asked]
        gap = next((one for one in answers if isinstance(one, Gap)), None)
        return gap or tuple(one for one in answers if isinstance(one, OwnRule))

    def _rule(self, events: Any, rule: str, region: str) -> OwnRule | Gap:
        name = self.names[rule]
        gone = OwnRule(
            name=name, region=region, is_enabled=None, feeds=False, target=self.target
        )
        operation = "events.describe_rule"
        try:
            told = events.describe_rule(Name=name)
            is_enabled = not told["State"].startswith("DISABLED")
            pattern = json.loads(told.get("EventPattern", "null"))
            operation = "events.list_targets_by_rule"
            feeds = any(map(self._is_fed, _targets(events, name)))
        except ClientError as error:
            why = error.response["Error"]
            if why["Code"] == _GONE:
                return gone
            return Gap(operation, why["Code"], why.get("Message", ""), name)
        except BotoCoreError as error:
            return Gap(operation, type(error).__name__, str(error), name)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            return Gap(operation, MALFORMED, crash(error), name)
        names = (*self.names.values(), *self.others)
        own = Own(names, self.policy, self.queue)
        return replace(
            gone,
            is_enabled=is_enabled,
            feeds=feeds,
            lacks=left_out(rule, pattern, own),
        )

    def _is_fed(self, target: Mapping[str, Any]) -> bool:
        """Whether *target* is ours, and gets events as they are."""
        wanted = (self.target.arn, self.target.role)
        found = (target["Arn"], target.get("RoleArn", ""))
        return wanted == found and not _REWRITING & target.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """
    The rules of member.yaml, by which other places hand their changes on.

    Their names begin with *prefix*; they feed the bus of Ringfence's own *account*
    and *region*.
    """

    prefix: str
    account: str
    region: str
    partition: str

    def of(self, account: str, rules: Iterable[str] = FORWARDED) -> OwnRules:
        """Those of *rules* in any Region of *account*, but for Ringfence's own."""
        arn = f"arn:{self.partition}"
        bus = f"{arn}:events:{self.region}:{self.account}:event-bus/default"
        role = f"{arn}:iam::{account}:role/{self.prefix}-forward"
        target = Target(id="ringfence", arn=bus, role=role)
        return OwnRules(self.names(rules), target)

    def names(self, rules: Iterable[str] = FORWARDED) -> dict[str, str]:
        """The names of *rules*, wherever they are."""
        return {rule: f"{self.prefix}-{rule}" for rule in rules}

    def telling_regions(self) -> tuple[str, ...]:
        """Where services that belong to no Region tell, in this partition."""
        return TELLING_REGIONS if self.partition == "aws" else ()


# Of whoever runs without a stack of its own.
NO_RULES = OwnRules({}, Target(id="", arn=""))


def any_left(rules: Iterable[OwnRule]) -> bool:
    """Whether some of *rules* is there at all."""
    return any(rule.is_enabled is not None for rule in rules)


def _targets(events: Any, name: str) -> Iterable[Mapping[str, Any]]:
    pages: Iterable[Any] = events.get_paginator("list_targets_by_rule").paginate(
        Rule=name
    )
    for page in pages:
        yield from page["Targets"]
