"""
What a call did to web ACLs.

Nothing is undone: what protected a load balancer before, what rules were and where a
log went is in no record. What rules look for is never told: it may be a secret.
"""

from collections.abc import Mapping
from typing import Any

from ringfence.changes.record import Record
from ringfence.changes.styles import first, listed, members, texts
from ringfence.changes.told import Told, few


def associated(record: Record) -> Told:
    what, by = first(record.asked, "resourceArn"), first(record.asked, "webACLArn")
    return Told((f"{what}: now behind the web ACL {by}",) if what and by else ())


def disassociated(record: Record) -> Told:
    what = first(record.asked, "resourceArn")
    return Told((f"{what}: no web ACL any more",) if what else ())


def updated(record: Record) -> Told:
    """Tell what becomes of requests from now on: by default, and by which rules."""
    name, scope = first(record.asked, "name"), first(record.asked, "scope")
    if not name:
        return Told(())
    rules = [item for found in members(record.asked, "rules") for item in listed(found)]
    called = [first(item, "name") for item in rules]
    counting = [first(item, "name") for item in rules if _only_counts(item)]
    parts = [f"web ACL {name} ({scope})" if scope else f"web ACL {name}"]
    default = [
        word
        for word in ("allow", "block")
        if any(members(item, word) for item in members(record.asked, "defaultAction"))
    ]
    parts += [f"{word}s by default" for word in default]
    parts.append(f"rules {few(called)}" if called else "no rules")
    parts += [f"only counted: {few(counting)}"] if counting else []
    return Told(("; ".join(parts),))


def _only_counts(rule: Mapping[str, Any]) -> bool:
    return any(
        members(item, "count")
        for key in ("action", "overrideAction")
        for item in members(rule, key)
    )


def logged(record: Record) -> Told:
    where = "loggingConfiguration"
    what = first(record.asked, f"{where}.resourceArn")
    to = texts(record.asked, f"{where}.logDestinationConfigs")
    return Told((f"{what}: logged to {few(to)}",) if what and to else ())


def logged_no_more(record: Record) -> Told:
    what = first(record.asked, "resourceArn")
    return Told((f"{what}: logged no more",) if what else ())
