"""SG-005: a rule that opens more ports inside the network than its product has."""

from collections.abc import Iterable, Iterator

from ringfence import identity
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Rule, SecurityGroup
from ringfence.products import Profile
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError, sources_of
from ringfence.reach.sets import Family
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
_ALL_PORTS = (0, 65535)


@check(
    "SG-005",
    "Security group rule opens more ports than the product has",
    severity=Severity.LOW,
    needs=identity.NEEDS | {"prefix_lists"},
    fix="Allow the product's ports one by one, then revoke the range.",
    guide=("S07", "D31"),
)
def needlessly_wide_rule(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A range around a product's port opens whatever else will listen there.

    Judged are groups carried by the instances of one recognised product. Told is
    an inbound rule for TCP or all protocols that covers some port which the
    product offers to others and some that it does not, and whose source is a
    range of private addresses that the policy does not wholly trust.
    Groups as sources are left alone, and so are rules that let anybody in from
    the internet: EXP-001 to EXP-005, SG-001, SG-002 and SG-009 tell those.
    """
    lists = {item.id: item for item in estate.inventory.prefix_lists}

    def is_inside(rule: Rule) -> bool:
        """Whether *rule* lets in untrusted private addresses and no others."""
        if estate.strangers.of(rule):
            return False
        return any(
            sets.difference(
                sources_of(rule, family, lists), estate.trust.ranges[family]
            )
            for family in _FAMILIES
        )

    for group in estate.inventory.security_groups:
        profile = estate.profile_of(group.id)
        if profile is None:
            continue
        needed = {*profile.public, *profile.proxied, *profile.peer}
        try:
            wide = [r for r in group.rules if _is_loose(r, needed) and is_inside(r)]
        except UnreadableError as reason:
            yield Doubt(group.id, str(reason))
            continue
        if wide:
            yield _problem(estate, group, profile, wide, needed)


def _is_loose(rule: Rule, needed: Iterable[int]) -> bool:
    """Whether *rule* opens some of the *needed* TCP ports and others."""
    if rule.is_egress or rule.protocol not in ("tcp", "all"):
        return False
    low, high = rule.ports or _ALL_PORTS
    return 0 < len(_covered(rule, needed)) < high - low + 1


def _covered(rule: Rule, needed: Iterable[int]) -> list[int]:
    low, high = rule.ports or _ALL_PORTS
    return sorted(port for port in needed if low <= port <= high)


def _problem(
    estate: Estate,
    group: SecurityGroup,
    profile: Profile,
    rules: list[Rule],
    needed: Iterable[int],
) -> Problem:
    ports = sorted({port for rule in rules for port in _covered(rule, needed)})
    opens = list(rules_as_text(rules))
    listed = ", ".join(str(port) for port in ports)
    revoke = "\n".join(revoke_commands(estate.inventory.region, rules))
    return Problem(
        resource=group.id,
        message=f"{group.id} ({group.name}) opens more than {profile.title} has: "
        f"{'; '.join(opens)}. Of these it may need TCP {listed}.",
        fix=f"{revoke}\nFirst allow again, port by port, what is needed of {listed}.",
        evidence={
            "group": group.id,
            "rules": [rule.id for rule in rules if rule.id],
            "opens": opens,
            "ports": ports,
        },
    )
