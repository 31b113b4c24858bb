"""SG-006: a security group that nothing carries."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.carriers import carriers
from ringfence.subjects.serving import serving


@check(
    "SG-006",
    "Security group is not used",
    severity=Severity.INFORMATIONAL,
    needs={"security_groups", "network_interfaces", "load_balancers"},
    uses={"group_associations"},
    fix="Delete the group if no launch template or idle function names it.",
    guide=("S08", "D31"),
)
def unused_group(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Old groups with old rules are attached again by mistake.

    Unused is a group that no interface and no load balancer carries, and that no
    rule of a used group in its VPCs refers to. A launch template, or a function
    that has not run for weeks, may still name it: look before you delete it.
    The default group cannot be deleted and is SG-003's.
    """
    inventory = estate.inventory
    used = carriers(inventory)
    served = serving(inventory)
    referred = {
        (vpc, rule.source)
        for group in inventory.security_groups
        if group.id in used
        for rule in group.rules
        for vpc in served.get(group.id, ())
    }
    for group in inventory.security_groups:
        if (
            group.name == "default"
            or group.id in used
            or any((vpc, group.id) in referred for vpc in served.get(group.id, ()))
        ):
            continue
        count = len(group.rules)
        yield Problem(
            resource=group.id,
            message=f"{group.id} ({group.name}) has {count or 'no'} "
            f"{'rule' if count == 1 else 'rules'}, and nothing carries it.",
            fix=f"aws ec2 delete-security-group --region {inventory.region} "
            f"--group-id {group.id}",
            evidence={"group": group.id, "vpc": group.vpc, "rule_count": count},
        )
