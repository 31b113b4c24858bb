"""SG-003: a VPC's default group that has rules or is in use."""

from collections.abc import Iterable, Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Rule
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_SHOWN = 5
_LISTED = 20


@check(
    "SG-003",
    "Default security group has rules or is in use",
    severity=Severity.MEDIUM,
    needs={"security_groups", "network_interfaces", "load_balancers"},
    fix="Give what uses it groups of its own, then revoke all its rules.",
    guide=("S07", "S08", "D34"),
    relates=("AWS FSBP EC2.2", "CIS AWS 3.0 5.4"),
)
def default_group(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whatever is launched without naming a group gets the default one.

    So nobody chose what is in it together, and one rule added for one of them is
    added for all. AWS makes it with rules: all from its own members, all out.
    In use with rules it weighs most; with rules and unused, or in use and
    without rules, it only lies in wait.
    """
    inventory = estate.inventory
    users: dict[str, list[str]] = {}
    for interface in inventory.network_interfaces:
        for name in interface.groups:
            users.setdefault(name, []).append(interface.instance or interface.id)
    for balancer in inventory.load_balancers:
        for name in balancer.groups:
            users.setdefault(name, []).append(balancer.name)
    for group in inventory.security_groups:
        used_by = list(dict.fromkeys(users.get(group.id, ())))
        if group.name != "default" or not (group.rules or used_by):
            continue
        rules = "; ".join(rules_as_text(group.rules)) or "none"
        use = ", ".join(used_by[:_SHOWN])
        if len(used_by) > _SHOWN:
            use += f" and {len(used_by) - _SHOWN} more"
        yield Problem(
            resource=group.id,
            message=f"{group.id} is the default group of {group.vpc}. Rules: {rules}. "
            f"Used by: {use or 'nothing'}.",
            severity=Severity.MEDIUM if group.rules and used_by else Severity.LOW,
            fix="\n".join(_commands(inventory.region, group.rules)) or None,
            evidence={
                "group": group.id,
                "vpc": group.vpc,
                "rules": list(rules_as_text(group.rules)),
                "used_by": used_by[:_LISTED],
                "use_count": len(used_by),
            },
        )


def _commands(region: str, rules: Iterable[Rule]) -> Iterator[str]:
    listed = tuple(rules)
    yield from revoke_commands(region, [r for r in listed if not r.is_egress])
    yield from revoke_commands(region, [r for r in listed if r.is_egress])
