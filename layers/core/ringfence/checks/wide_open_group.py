"""SG-002: a group that opens everything, or close to it, to the internet."""

from collections.abc import Iterator

from ringfence import reach
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Ports, Rule, SecurityGroup
from ringfence.openings import GroupOpenness, is_wide
from ringfence.subjects.awakening import is_told_awake, used_later
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_ALL_PORTS = (0, 65535)


@check(
    "SG-002",
    "Security group opens a wide range of ports to the internet",
    severity=Severity.MEDIUM,
    needs=reach.NEEDS,
    fix="Revoke the rule; open only the ports and ranges that are needed.",
    guide=("S07", "D31", "D34"),
    relates=("AWS FSBP EC2.18", "AWS FSBP EC2.19"),
)
def wide_open_group(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Who opens all ports, or more than 1024, did not ask which are needed.

    The group's inbound rules are judged together: sources that together are the
    internet, ports that together are a wide range.
    It is quiet where such a range is reached through the group: EXP-001 to
    EXP-005 tell that, of the resource, and EXP-010 where it will be once a
    stopped instance starts. A group that nothing uses weighs one
    step less.
    """
    inventory = estate.inventory
    used, later = estate.used, used_later(estate)
    for group in inventory.security_groups:
        judged = estate.groups.of(group)
        if judged.because:
            yield Doubt(group.id, judged.because)
        for protocol, ports in _wide(judged):
            transport = "tcp" if protocol == "all" else protocol
            telling = (used, later) if is_told_awake(transport, ports) else (used,)
            rules = judged.rules_on(transport, ports)
            is_told = any(
                told.passes_wide(rule, transport) for rule in rules for told in telling
            )
            if not is_told:
                is_used = group.id in used.groups
                width = (protocol, ports)
                yield _problem(estate, group, width, rules, is_used=is_used)


def _wide(judged: GroupOpenness) -> Iterator[tuple[str, Ports]]:
    """Give the wide ranges that *judged* opens, ``all`` for every protocol."""
    if judged.opens_everything():
        yield "all", _ALL_PORTS
        return
    for protocol in ("tcp", "udp"):
        for ports in judged.broad_ports(protocol):
            if is_wide(ports):
                yield protocol, ports


def _problem(
    estate: Estate,
    group: SecurityGroup,
    width: tuple[str, Ports],
    rules: tuple[Rule, ...],
    *,
    is_used: bool,
) -> Problem:
    protocol, (low, high) = width
    everything = protocol == "all"
    what = "every protocol and port" if everything else f"{protocol} {low}-{high}"
    nothing = "nothing so wide is reached through it now"
    state = estate.used.state_of(group.id, nothing)
    return Problem(
        resource=group.id,
        discriminator="all" if everything else f"{protocol}-{low}-{high}",
        message=f"{group.id} ({group.name}) opens {what} to the internet: "
        f"{'; '.join(rules_as_text(rules))}. State: {state}.",
        severity=Severity.MEDIUM if is_used else Severity.LOW,
        fix="\n".join(revoke_commands(estate.inventory.region, rules)),
        evidence={
            "group": group.id,
            "is_used": is_used,
            "rules": [rule.id for rule in rules if rule.id],
            "opens": list(rules_as_text(rules)),
        },
    )
