"""
Web ACLs of AWS WAF: what stands before load balancers, and what of it stops requests.

Of a web ACL's content only what is judged is kept, in a snapshot too (`kept`): the
text that rules look for and the headers that they add are often shared secrets, such
as the one by which CloudFront is told from others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    rows,
    text,
    text_or_empty,
    texts,
)

LISTED = "wafv2.list_web_acls"
PROTECTED = "wafv2.list_resources_for_web_acl"
CONTENT = "wafv2.get_web_acl"
LOGGING = "wafv2.list_logging_configurations"

_MANAGED = "ManagedRuleGroupStatement"
_REFERENCE = "RuleGroupReferenceStatement"
_SQL = "SqliMatchStatement"
# What of statements says whose rules they bring in, and how much one client may ask.
_PLAIN = (
    *("VendorName", "Name", "Version", "ARN", "ExcludedRules"),
    *("Limit", "AggregateKeyType"),
)
_BEFORE_AND_AFTER = (
    "PreProcessFirewallManagerRuleGroups",
    "PostProcessFirewallManagerRuleGroups",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AclRule:
    """
    One rule of a web ACL, or a group of rules that it brings in.

    *action* is AWS's (``Block``, ``Allow``, ``Count``, ``Captcha``, …), empty for a
    group. *managed* is a managed group's vendor and name, *group* the ARN of another
    one. *is_counting*: all that the group says is only counted; *counted* are those
    of its rules of which that alone is true. *is_narrowed*: the group sees only some
    requests. *looks_for_sql*: a rule of the ACL's own against SQL injection.
    """

    name: str
    action: str = ""
    managed: str = ""
    group: str = ""
    is_counting: bool = False
    counted: tuple[str, ...] = ()
    is_narrowed: bool = False
    looks_for_sql: bool = False

    @property
    def stops(self) -> bool:
        """Whether a request may end here; what is new at AWS is taken for that."""
        if self.managed or self.group:
            return not self.is_counting
        return self.action not in ("Allow", "Count")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAcl:
    """A web ACL that protects *balancers*; *id* is the ARN, as theirs are."""

    id: str
    name: str
    blocks_by_default: bool = False
    rules: tuple[AclRule, ...] = ()
    balancers: tuple[str, ...] = ()
    is_firewall_managers: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether no request can end here."""
        return not self.blocks_by_default and not any(rule.stops for rule in self.rules)


@dataclass(frozen=True, slots=True)
class AclLog:
    """Where the requests that a web ACL saw are written to."""

    acl: str
    destinations: tuple[str, ...]


def read_web_acls(answers: Answers) -> tuple[WebAcl, ...]:
    """Those that protect a load balancer."""
    if not all(answers.has(name) for name in (LISTED, PROTECTED, CONTENT)):
        return ()
    return tuple(_web_acls(answers))


def _web_acls(answers: Answers) -> Iterator[WebAcl]:
    for arn, name in answers.each(LISTED, "WebACLs", _summary):
        balancers = answers.one_of(PROTECTED, arn, _resources)
        acl = answers.one_of(CONTENT, name, _acl) if balancers else None
        if balancers and acl:  # neither is gone since
            yield replace(acl, balancers=tuple(sorted(balancers)))


def _resources(raw: Raw) -> tuple[str, ...]:
    return texts(raw, "ResourceArns")


def read_acl_logs(answers: Answers) -> tuple[AclLog, ...]:
    """All of the Region; one that is logged for two owners may be there twice."""
    if not answers.has(LOGGING):
        return ()
    return answers.each(LOGGING, "LoggingConfigurations", _log)


def _log(raw: Raw) -> AclLog:
    return AclLog(text(raw, "ResourceArn"), texts(raw, "LogDestinationConfigs"))


def _summary(raw: Raw) -> tuple[str, str]:
    return text(raw, "ARN"), text(raw, "Id")


def _acl(raw: Raw) -> WebAcl:
    acl = inner(raw, "WebACL")
    before, after = (
        tuple(_brought_in(item) for item in rows(acl, key)) for key in _BEFORE_AND_AFTER
    )
    own = sorted(rows(acl, "Rules"), key=_priority)
    return WebAcl(
        id=text(acl, "ARN"),
        name=text(acl, "Name"),
        blocks_by_default=_kind(inner(acl, "DefaultAction")) == "Block",
        rules=(*before, *map(_rule, own), *after),
        is_firewall_managers=flag(acl, "ManagedByFirewallManager"),
    )


def _priority(raw: Raw) -> int:
    value = raw.get("Priority")
    return value if isinstance(value, int) else 0


def _rule(raw: Raw) -> AclRule:
    statement = inner(raw, "Statement")
    if _MANAGED in statement or _REFERENCE in statement:
        return _group(raw, statement)
    return AclRule(
        name=text(raw, "Name"),
        action=_kind(inner(raw, "Action")),
        looks_for_sql=_looks_for_sql(statement),
    )


def _brought_in(raw: Raw) -> AclRule:
    """Read a group that Firewall Manager puts before or after the ACL's own rules."""
    return _group(raw, inner(raw, "FirewallManagerStatement"))


def _group(raw: Raw, statement: Raw) -> AclRule:
    managed, reference = inner(statement, _MANAGED), inner(statement, _REFERENCE)
    either = managed or reference
    overrides = rows(either, "RuleActionOverrides")
    excluded = [text(item, "Name") for item in rows(either, "ExcludedRules")]
    counted = [
        text(item, "Name")
        for item in overrides
        if _kind(inner(item, "ActionToUse")) == "Count"
    ]
    vendor = text_or_empty(managed, "VendorName")
    return AclRule(
        name=text(raw, "Name"),
        managed=f"{vendor}/{text(managed, 'Name')}" if managed else "",
        group=text_or_empty(reference, "ARN"),
        is_counting=_kind(inner(raw, "OverrideAction")) == "Count",
        counted=tuple(sorted({*excluded, *counted})),
        is_narrowed=managed.get("ScopeDownStatement") is not None,
    )


def _looks_for_sql(statement: Raw) -> bool:
    """Whether SQL injection is enough for *statement*, or is a part of it."""
    both = (inner(statement, key) for key in ("AndStatement", "OrStatement"))
    nested = (item for one in both for item in rows(one, "Statements"))
    return statement.get(_SQL) is not None or any(map(_looks_for_sql, nested))


def _kind(action: Mapping[str, object]) -> str:
    """Give the one member that *action* has; its content says how, not what."""
    return next((name for name, value in action.items() if value is not None), "")


def kept(acl: Mapping[str, Any]) -> dict[str, Any]:
    """What of a web ACL may be kept; what is read of it is the same as of the whole."""
    found = {
        key: acl[key]
        for key in ("Name", "Id", "ARN", "VisibilityConfig", "ManagedByFirewallManager")
        if key in acl
    }
    if "DefaultAction" in acl:
        found["DefaultAction"] = _bare(acl["DefaultAction"])
    for key in ("Rules", *_BEFORE_AND_AFTER):
        if acl.get(key):
            found[key] = [_kept_rule(item) for item in acl[key]]
    return found


def _kept_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    plain = ("Name", "Priority", "VisibilityConfig")
    found = {key: rule[key] for key in plain if key in rule}
    for key in ("Action", "OverrideAction"):
        if rule.get(key):
            found[key] = _bare(rule[key])
    for key in ("Statement", "FirewallManagerStatement"):
        if rule.get(key):
            found[key] = _kept_statement(rule[key])
    return found


def _kept_statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Leave what kind *statement* is of, the groups that it names, and SQL in it."""
    found: dict[str, Any] = {}
    for kind, content in statement.items():
        if content is None:
            continue
        found[kind] = {key: content[key] for key in _PLAIN if content.get(key)}
        if content.get("RuleActionOverrides"):
            found[kind]["RuleActionOverrides"] = [
                {"Name": item["Name"], "ActionToUse": _bare(item["ActionToUse"])}
                for item in content["RuleActionOverrides"]
            ]
        if content.get("ScopeDownStatement"):
            found[kind]["ScopeDownStatement"] = {}
        if content.get("Statements"):
            found[kind]["Statements"] = [
                _kept_statement(item) for item in content["Statements"]
            ]
    return found


def _bare(action: Mapping[str, Any]) -> dict[str, Any]:
    """Leave what *action* is, without the headers and texts that it sends."""
    return {name: {} for name, value in action.items() if value is not None}
