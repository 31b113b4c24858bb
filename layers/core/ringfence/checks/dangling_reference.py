"""SG-007: a rule that refers to a security group which is gone."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands


@check(
    "SG-007",
    "Security group rule refers to a group that is gone",
    severity=Severity.LOW,
    needs={"security_groups", "peerings", "route_tables"},
    fix="Revoke the rule.",
    guide=("S07", "D31", "D34"),
)
def dangling_reference(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Such a rule lets nobody in, and makes people believe that somebody needs it.

    AWS keeps rules that refer to a group of a peered VPC when that group or the
    peering is deleted.
    Told are references to groups that are not in the same VPC, where no peering
    and no transit gateway connects that VPC to any other. Where one does, the
    group may be another account's, and the check is quiet. So may it be in a VPC
    that another account shares: look before you revoke.
    """
    inventory = estate.inventory
    known = {group.id: group.vpc for group in inventory.security_groups}
    connected = _connected(inventory)
    for group in inventory.security_groups:
        if group.vpc is None or group.vpc in connected:
            continue
        stale = [
            rule
            for rule in group.rules
            if rule.source.startswith("sg-") and known.get(rule.source) != group.vpc
        ]
        if not stale:
            continue
        commands = [
            *revoke_commands(inventory.region, [r for r in stale if not r.is_egress]),
            *revoke_commands(inventory.region, [r for r in stale if r.is_egress]),
        ]
        yield Problem(
            resource=group.id,
            message=f"{group.id} ({group.name}) has rules for groups that are not in "
            f"{group.vpc}, which is connected to no other VPC: "
            f"{'; '.join(rules_as_text(stale))}.",
            fix="\n".join(commands),
            evidence={
                "group": group.id,
                "rules": [rule.id for rule in stale if rule.id],
                "refers_to": sorted({rule.source for rule in stale}),
            },
        )


def _connected(inventory: Inventory) -> set[str]:
    """Give the VPCs whose rules may refer to groups of other VPCs."""
    found = {
        vpc
        for peering in inventory.peerings
        if peering.state == "active"
        for vpc in (peering.requester_vpc, peering.accepter_vpc)
    }
    return found | {
        table.vpc
        for table in inventory.route_tables
        for route in table.routes
        if route.target.startswith("tgw-")
    }
