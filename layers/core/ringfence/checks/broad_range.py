"""SG-009: a rule for a public range that is too large to be anybody's own."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Rule, SecurityGroup
from ringfence.openings import NEEDS, GroupOpenness, Strangers, is_wide
from ringfence.openings.kinds import Known
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError
from ringfence.services import service_ports
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

# A /16 is more than any office has; for IPv6 a /32 is what a provider gets.
_BROAD_IPV4 = 2**16
_BROAD_IPV6 = 2**96
_ALL_PORTS = (0, 65535)


@check(
    "SG-009",
    "Security group lets in a broad public range",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Name the addresses that need it instead of a whole provider's range.",
    guide=("S07", "D31", "D34"),
)
def broad_range(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    In a provider's range anybody can rent an address for an hour.

    Told is an inbound rule for TCP, UDP or all protocols that lets in 65,536 or
    more public IPv4 addresses (a /16; for IPv6 a /32) which the policy does not
    trust, on a port that may not face the internet.
    It is quiet about 0.0.0.0/0 and ::/0 and whatever SG-001 and SG-002 tell, and
    where packets get through the rule: EXP-001 to EXP-005 tell that.
    It weighs one step less where the group is unused or the ports are not known
    to be sensitive.
    """
    strangers = estate.strangers
    used = estate.used
    for group in estate.inventory.security_groups:
        known = Known(estate.profile_of(group.id))
        try:
            broad = [r for r in group.rules if _is_broad(strangers, r)]
            judged = estate.groups.of(group) if broad else None
        except UnreadableError as reason:
            yield Doubt(group.id, str(reason))
            continue
        told = [
            rule
            for rule in broad
            if judged
            and not _is_public(known, rule)
            and not _is_told(judged, rule)
            and not any(used.passes(rule, p, _ports(rule)) for p in _protocols(rule))
        ]
        if told:
            yield _problem(estate, group, told, is_used=group.id in used.groups)


def _problem(
    estate: Estate, group: SecurityGroup, told: list[Rule], *, is_used: bool
) -> Problem:
    is_grave = is_used and any(_is_sensitive(rule) for rule in told)
    opens = list(rules_as_text(told))
    state = estate.used.state_of(group.id, "nothing is reached through it now")
    return Problem(
        resource=group.id,
        message=f"{group.id} ({group.name}) lets in ranges that are too large to "
        f"be anybody's own: {'; '.join(opens)}. State: {state}.",
        severity=Severity.MEDIUM if is_grave else Severity.LOW,
        fix="\n".join(revoke_commands(estate.inventory.region, told)),
        evidence={
            "group": group.id,
            "is_used": is_used,
            "rules": [rule.id for rule in told if rule.id],
            "opens": opens,
        },
    )


def _is_broad(strangers: Strangers, rule: Rule) -> bool:
    """Whether *rule* lets in many strangers, but does not say everybody."""
    if rule.is_egress or rule.source.endswith("/0") or not _protocols(rule):
        return False
    who = strangers.of(rule)
    return sets.size(who.ipv4) >= _BROAD_IPV4 or sets.size(who.ipv6) >= _BROAD_IPV6


def _is_public(known: Known, rule: Rule) -> bool:
    low, high = _ports(rule)
    return not is_wide((low, high)) and all(
        known.may_face_internet(protocol, port)
        for protocol in _protocols(rule)
        for port in range(low, high + 1)
    )


def _is_told(judged: GroupOpenness, rule: Rule) -> bool:
    """Whether SG-001 or SG-002 tells of the rule's ports."""
    for protocol in _protocols(rule):
        for ports in sets.intersection(judged.broad_ports(protocol), (_ports(rule),)):
            if is_wide(ports) or _has_service(protocol, ports):
                return True
    return False


def _is_sensitive(rule: Rule) -> bool:
    return any(_has_service(protocol, _ports(rule)) for protocol in _protocols(rule))


def _has_service(protocol: str, ports: tuple[int, int]) -> bool:
    return any(ports[0] <= port <= ports[1] for port in service_ports(protocol))


def _protocols(rule: Rule) -> tuple[str, ...]:
    """Give the protocols with ports that *rule* is for."""
    if rule.protocol == "all":
        return ("tcp", "udp")
    return (rule.protocol,) if rule.protocol in ("tcp", "udp") else ()


def _ports(rule: Rule) -> tuple[int, int]:
    return rule.ports or _ALL_PORTS
