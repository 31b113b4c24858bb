"""RF-012: an event rule of Ringfence's own that hands no changes over."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.watch import OwnRule

_AGAIN = (
    "Undo what was changed outside CloudFormation: aws cloudformation "
    "create-change-set --region {region} --stack-name STACK --change-set-name mend "
    "--use-previous-template --deployment-mode REVERT_DRIFT "
    "--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND\n"
    "Then: aws cloudformation execute-change-set --region {region} "
    "--stack-name STACK --change-set-name mend"
)


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

    A rule is idle when it is disabled, gone, or lacks the change queue among its
    targets. That its pattern was narrowed is not seen, nor is a queue policy that
    keeps it out: of those the heartbeat (RF-013) sees what concerns its own rule,
    and the stack's alarms see deliveries that fail.
    """
    for rule in estate.inventory.own_rules:
        if rule.is_enabled is None:
            yield _problem(rule, "is gone", _AGAIN.format(region=rule.region))
        elif not rule.feeds:
            yield _problem(
                rule,
                "does not hand over to the change queue any more",
                f"aws events put-targets --region {rule.region} --rule {rule.name} "
                f"--targets Id=queue,Arn={rule.queue}",
            )
        elif not rule.is_enabled:
            yield _problem(
                rule,
                "is disabled",
                f"aws events enable-rule --region {rule.region} --name {rule.name}",
            )


def _problem(rule: OwnRule, state: str, fix: str) -> Problem:
    return Problem(
        resource=f"rule/{rule.name}",
        message=f"Ringfence's event rule {rule.name} {state}: the changes that it is "
        "for are noticed by the next sweep only.",
        fix=fix,
        evidence={
            "rule": rule.name,
            "is_enabled": rule.is_enabled,
            "has_target": rule.feeds,
        },
    )
