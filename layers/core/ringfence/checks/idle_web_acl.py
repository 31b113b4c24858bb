"""WAF-002: a web ACL before a product that stops no request."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.webacls import WebAcl
from ringfence.subjects.webacls import NEEDS, change_commands, evidence_of, judged


@check(
    "WAF-002",
    "Web ACL stops nothing",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Let the rules act, once what they counted has been looked through.",
    guide=("D03", "D57"),
    relates=("AWS FSBP WAF.10",),
)
def idle_web_acl(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A web ACL that only counts looks like protection and is none.

    Its default action is Allow, and it has no rule, or each of them only allows or
    counts, as is meant for the first days. A group of rules that is not overridden
    as a whole is taken to act: which of its rules do is not looked at.
    """
    for item in judged(estate):
        if isinstance(item, Doubt):
            yield item
        elif item.acl.is_idle:
            yield Problem(
                resource=item.acl.id,
                message=f"The web ACL {item.acl.name} before {item.before} "
                f"{_told(item.acl)}, and allows what no rule stops.",
                fix=change_commands(
                    estate,
                    item.acl,
                    "Look through what was counted, then let groups act "
                    '("OverrideAction": {"None": {}}) and rules stop '
                    '("Action": {"Block": {}}).',
                ),
                evidence=evidence_of(item.acl),
            )


def _told(acl: WebAcl) -> str:
    if not acl.rules:
        return "has no rule"
    counts = any(rule.is_counting or rule.action == "Count" for rule in acl.rules)
    return "only counts" if counts else "only allows"
