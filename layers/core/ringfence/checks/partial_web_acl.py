"""WAF-003: a web ACL before a product that lacks what the guides ask for."""

from collections.abc import Iterable, Iterator, Mapping

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.webacls import AclRule, WebAcl
from ringfence.subjects.webacls import NEEDS, change_commands, evidence_of, judged

_OF_AWS = "AWS/"
_SQL = "AWSManagedRulesSQLiRuleSet"
# Against floods alone: it says nothing of other attacks.
# https://docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response-rg.html
_OF_SHIELD = "/ShieldMitigationRuleGroup"
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
_WANTED: Mapping[str, str] = {
    "AWSManagedRulesCommonRuleSet": "common attacks",
    "AWSManagedRulesKnownBadInputsRuleSet": "inputs known to be bad",
    _SQL: "SQL injection",
    "AWSManagedRulesAmazonIpReputationList": "addresses of bad reputation",
}


@check(
    "WAF-003",
    "Web ACL lacks usual protections",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Add AWS's managed rule groups that are missing, at first in Count.",
    guide=("D57",),
)
def partial_web_acl(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A few rules of one's own do not know the attacks of the week.

    Wanted are AWS's managed rule groups against common attacks, inputs known to be
    bad, SQL injection and addresses of bad reputation; one finding names those that
    are missing or only count. Quiet where somebody else's group, or one of the
    owner's, acts: what is in it is not looked at. So is a web ACL that blocks
    whatever no rule allows. A group's single rules may count.
    """
    for item in judged(estate):
        if isinstance(item, Doubt):
            yield item
            continue
        acl = item.acl
        if acl.is_idle or acl.blocks_by_default or any(map(_is_opaque, acl.rules)):
            continue
        missing = [name for name in _WANTED if not _has(acl.rules, name)]
        if missing:
            yield Problem(
                resource=acl.id,
                message=f"The web ACL {acl.name} before {item.before} does not "
                f"protect from {_listed(acl, missing)}.",
                fix=change_commands(estate, acl, _advice(missing)),
                evidence=evidence_of(acl) | {"missing": missing},
            )


def _is_opaque(rule: AclRule) -> bool:
    is_somebodys = bool(rule.managed) and not rule.managed.startswith(_OF_AWS)
    is_owners = bool(rule.group) and _OF_SHIELD not in rule.group
    return rule.stops and (is_somebodys or is_owners)


def _has(rules: Iterable[AclRule], wanted: str) -> bool:
    """Whether something does what the group *wanted* does."""
    return any(
        rule.managed == _OF_AWS + wanted or (wanted == _SQL and rule.looks_for_sql)
        for rule in rules
        if rule.stops
    )


def _listed(acl: WebAcl, missing: Iterable[str]) -> str:
    counting = {rule.managed for rule in acl.rules if rule.is_counting}
    told = (
        f"{_WANTED[name]} ({name}"
        + (" only counts)" if _OF_AWS + name in counting else ")")
        for name in missing
    )
    return ", ".join(told)


def _advice(missing: Iterable[str]) -> str:
    return (
        f"Add {', '.join(missing)}, at first with "
        '"OverrideAction": {"Count": {}}. Pushes, attachments and imports are larger '
        "than SizeRestrictions_BODY of the common rules lets in: leave that rule in "
        "Count."
    )
