"""RF-012: an event rule of Ringfence's own that does not hand over what it is for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ringfence.changes.told import few
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.watch import OwnRule

_AGAIN = (
    "Undo what was changed outside CloudFormation: aws cloudformation "
    "create-change-set --region {region} --stack-name {stack} --change-set-name mend "
    "--use-previous-template --deployment-mode REVERT_DRIFT "
    "--capabilities {capabilities}\n"
    "Then: aws cloudformation execute-change-set --region {region} "
    "--stack-name {stack} --change-set-name mend"
)
_OLD = "\nIf member.yaml is older there than Ringfence's stack, update its StackSet."


@check(
    "RF-012",
    "A rule of Ringfence's own hands no changes over",
    severity=Severity.CRITICAL,
    needs={"own_rules"},
    fix="Enable the rule again, or have CloudFormation make it anew.",
    guide=("D10", "D64"),
)
def idle_rule(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What the rule is for reaches nobody: such changes are noticed by the sweep only.

    A rule is idle when it is disabled, gone, or does not hand events over as they
    are to where it should; or when its pattern was narrowed, so that it leaves out
    calls that it is for. What it takes on a condition, such as who made the call,
    counts as left out; a pattern that takes more is fine.

    The rules of Ringfence's stack are judged, and those of member.yaml wherever
    that is deployed. In Regions that are not swept those are that hand on changes
    of global services, such as IAM, with the place where these are read.

    A Region that has none of them, and had none in the last two weeks, is one where
    member.yaml is not deployed: nothing is told. Where all are gone that were there,
    it is one finding; if that was meant, it closes after those weeks.

    Not seen are policies that keep events out, of the queue or of the bus, and a
    role of member.yaml that was spoiled: the heartbeat (RF-013) sees what concerns
    its own rule, and the stack's alarms see deliveries that fail.
    """
    by_region: defaultdict[str, list[OwnRule]] = defaultdict(list)
    for rule in estate.inventory.own_rules:
        by_region[rule.region].append(rule)
    for region, rules in by_region.items():
        afar = f"/{region}" if region != estate.inventory.region else ""
        if len(rules) > 1 and all(rule.is_enabled is None for rule in rules):
            what = f"All of Ringfence's event rules in {region} are gone"
            yield _problem(f"rules{afar}", what, rules)
            continue
        for rule in rules:
            if wrong := "; it ".join(_wrong(rule)):
                where = f" in {region}" if afar else ""
                what = f"Ringfence's event rule {rule.name}{where} {wrong}"
                yield _problem(f"rule{afar}/{rule.name}", what, [rule])


def _wrong(rule: OwnRule) -> Iterator[str]:
    if rule.is_enabled is None:
        yield "is gone"
        return
    if not rule.feeds:
        to = "the change queue" if rule.is_of_stack else "Ringfence's bus"
        yield f"does not hand over to {to} any more"
    if not rule.is_enabled:
        yield "is disabled"
    if rule.lacks:
        yield f"leaves out {few(rule.lacks)}"


def _problem(resource: str, what: str, rules: Sequence[OwnRule]) -> Problem:
    return Problem(
        resource=resource,
        message=f"{what}: such changes are noticed by the next sweep only.",
        fix="\n".join(dict.fromkeys(line for rule in rules for line in _fix(rule))),
        evidence={
            "rules": [
                {
                    "rule": rule.name,
                    "is_enabled": rule.is_enabled,
                    "has_target": rule.feeds,
                    "leaves_out": list(rule.lacks),
                }
                for rule in rules
            ]
        },
    )


def _fix(rule: OwnRule) -> Iterator[str]:
    """The commands that mend all that is wrong with *rule*."""
    if rule.is_enabled is None or rule.lacks:
        yield _again(rule)
        return
    if not rule.feeds:
        target = rule.target
        role = f",RoleArn={target.role}" if target.role else ""
        yield (
            f"aws events put-targets --region {rule.region} --rule {rule.name} "
            f"--targets Id={target.id},Arn={target.arn}{role}"
        )
    if not rule.is_enabled:
        yield f"aws events enable-rule --region {rule.region} --name {rule.name}"


def _again(rule: OwnRule) -> str:
    if rule.is_of_stack:
        capabilities = "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"
        return _AGAIN.format(
            region=rule.region, stack="STACK", capabilities=capabilities
        )
    again = _AGAIN.format(
        region=rule.region, stack="MEMBER", capabilities="CAPABILITY_NAMED_IAM"
    )
    return again + _OLD
