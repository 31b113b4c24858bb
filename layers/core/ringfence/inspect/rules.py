"""Ringfence's own event rules, as EventBridge has them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.inventory import Inventory
from ringfence.inventory.answers import crash
from ringfence.inventory.watch import OwnRule
from ringfence.snapshot import MALFORMED, Gap

PART = "own_rules"

_GONE = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class OwnRules:
    """The *names* of the stack's event rules, and the *queue* that they feed."""

    names: tuple[str, ...]
    queue: str

    def seen_in(self, inventory: Inventory, events: Any) -> Inventory:
        """*inventory* with what *events*, a client of EventBridge, says of them."""
        found: list[OwnRule] = []
        for name in self.names:
            rule = self._rule(events, name, inventory.region)
            if isinstance(rule, Gap):
                gaps = {**inventory.gaps, PART: (rule,)}
                return replace(inventory, gaps=gaps)
            found.append(rule)
        read = inventory.read | {PART}
        return replace(inventory, read=read, own_rules=tuple(found))

    def _rule(self, events: Any, name: str, region: str) -> OwnRule | Gap:
        operation = "events.describe_rule"
        try:
            state = events.describe_rule(Name=name)["State"]
            is_enabled = not state.startswith("DISABLED")
            operation = "events.list_targets_by_rule"
            targets = _targets(events, name)
        except ClientError as error:
            told = error.response["Error"]
            if told["Code"] == _GONE:
                return self._made(name, region, is_enabled=None, feeds=False)
            return Gap(operation, told["Code"], told.get("Message", ""), name)
        except BotoCoreError as error:
            return Gap(operation, type(error).__name__, str(error), name)
        except (AttributeError, LookupError, TypeError) as error:
            return Gap(operation, MALFORMED, crash(error), name)
        feeds = self.queue in targets
        return self._made(name, region, is_enabled=is_enabled, feeds=feeds)

    def _made(
        self, name: str, region: str, *, is_enabled: bool | None, feeds: bool
    ) -> OwnRule:
        return OwnRule(
            name=name,
            region=region,
            is_enabled=is_enabled,
            feeds=feeds,
            queue=self.queue,
        )


# Of whoever runs without a stack of its own.
NO_RULES = OwnRules(names=(), queue="")


def _targets(events: Any, name: str) -> set[str]:
    pages: Iterable[Any] = events.get_paginator("list_targets_by_rule").paginate(
        Rule=name
    )
    return {target["Arn"] for page in pages for target in page["Targets"]}
