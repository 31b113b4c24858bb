"""SG-007: a rule that refers to a security group which is gone."""

from collections.abc import Iterator, Mapping

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Rule, SecurityGroup
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands
from ringfence.subjects.serving import serving

# https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
_ENDED = frozenset({"deleting", "deleted", "rejected", "expired", "failed"})


@check(
    "SG-007",
    "Security group rule refers to a group that is gone",
    severity=Severity.LOW,
    needs={"security_groups", "peerings", "route_tables"},
    uses={"group_associations"},
    fix="Revoke the rule.",
    guide=("S07", "D31", "D34"),
)
def dangling_reference(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Such a rule lets nobody in, and makes people believe that somebody needs it.

    AWS keeps rules that refer to a group of a peered VPC when that group or the
    peering is deleted, and then names no account for the group, or says what has
    become of the peering. Told are those, and groups that are not in the VPC of
    the rule, nor associated with one of its group's, where no peering and no transit
    gateway connects it to another.
    A group of another account that AWS still names is not judged: it can be seen
    in that account alone.
    """
    inventory = estate.inventory
    judge = _Judge(inventory)
    for group in inventory.security_groups:
        if group.vpc is None:
            continue
        stale = {
            rule: why for rule in group.rules if (why := judge.why_stale(group, rule))
        }
        if stale:
            yield _problem(inventory.region, group, stale)


def _problem(region: str, group: SecurityGroup, stale: Mapping[Rule, str]) -> Problem:
    commands = [
        *revoke_commands(region, [rule for rule in stale if not rule.is_egress]),
        *revoke_commands(region, [rule for rule in stale if rule.is_egress]),
    ]
    texts = zip(rules_as_text(stale), stale.values(), strict=True)
    return Problem(
        resource=group.id,
        message=f"{group.id} ({group.name}) has rules for groups that nobody has: "
        f"{'; '.join(f'{text} ({why})' for text, why in texts)}.",
        fix="\n".join(commands),
        evidence={
            "group": group.id,
            "rules": [rule.id for rule in stale if rule.id],
            "refers_to": sorted({rule.source for rule in stale}),
        },
    )


class _Judge:
    """Tells stale references, with what the Region's rules share looked up once."""

    def __init__(self, inventory: Inventory) -> None:
        self._vpcs = {group.id: group.vpc for group in inventory.security_groups}
        self._states = {peering.id: peering.state for peering in inventory.peerings}
        self._connected = _connected(inventory)
        self._serving = serving(inventory)
        self._all_known = "group_associations" not in inventory.gaps

    def why_stale(self, group: SecurityGroup, rule: Rule) -> str:
        """Say why nothing can match *rule* of *group*; empty: something may."""
        known = self._vpcs.get(rule.source)
        if not rule.source.startswith("sg-") or known == group.vpc:
            return ""
        told = rule.reference
        if told and told.peering:
            state = told.status or self._states.get(told.peering, "")
            if state in _ENDED:
                return f"the peering {told.peering} is {state}"
        if told and told.account is None and known is None:
            return "the group is deleted"
        is_elsewhere = told and (
            told.peering or told.account not in {None, group.owner}
        )
        if is_elsewhere or group.vpc in self._connected:
            return ""
        if self._meet(group.id, rule.source):
            return ""
        return f"it is not in {group.vpc}, which is connected to no other VPC"

    def _meet(self, one: str, other: str) -> bool:
        """Whether two groups serve in one VPC, or that cannot be told."""
        vpcs = self._serving.get(one, frozenset())
        return not self._all_known or bool(vpcs & self._serving.get(other, frozenset()))


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
