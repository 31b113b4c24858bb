"""SG-001: a group open to the internet, though nothing is reached through it now."""

from collections.abc import Iterator

from ringfence import reach
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import SecurityGroup
from ringfence.openings import GroupOpenness, Used, is_wide
from ringfence.services import SERVICES, service_ports
from ringfence.subjects.awakening import is_told_awake, used_later
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands


@check(
    "SG-001",
    "Security group opens a sensitive port to the internet",
    severity=Severity.MEDIUM,
    needs=reach.NEEDS,
    fix="Revoke the rule; name the ranges that need it instead.",
    guide=("S07", "D31", "D34"),
    relates=(
        "AWS FSBP EC2.13",
        "AWS FSBP EC2.14",
        "AWS FSBP EC2.18",
        "AWS FSBP EC2.19",
        "CIS AWS 3.0 5.2",
        "CIS AWS 3.0 5.3",
    ),
)
def open_group(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Such a group opens the port on whatever it is attached to next.

    The group's inbound rules are judged together, so 0.0.0.0/1 with 128.0.0.0/1
    is the whole internet, and prefix lists are what is in them.
    Sensitive are administration, data stores and cluster ports.
    It is quiet where packets get through the rule: EXP-001 to EXP-005 tell that,
    of the resource and with its true weight, and EXP-010 tells what will get
    through once a stopped instance starts. Ranges of more than 1024 ports are
    SG-002's. A group that nothing uses weighs one step less.
    """
    inventory = estate.inventory
    used, later = estate.used, used_later(estate)
    for group in inventory.security_groups:
        judged = estate.groups.of(group)
        if judged.because:
            yield Doubt(group.id, judged.because)
        yield from _problems(estate, group, judged, used, later)


def _problems(
    estate: Estate,
    group: SecurityGroup,
    judged: GroupOpenness,
    used: Used,
    later: Used,
) -> Iterator[Problem]:
    if judged.opens_everything():
        return
    is_used = group.id in used.groups
    for protocol in ("tcp", "udp"):
        broad = [ports for ports in judged.broad_ports(protocol) if not is_wide(ports)]
        for port in sorted(service_ports(protocol)) if broad else ():
            if not any(low <= port <= high for low, high in broad):
                continue
            telling = (
                (used, later) if is_told_awake(protocol, (port, port)) else (used,)
            )
            rules = judged.rules_on(protocol, (port, port))
            if any(
                told.passes(rule, protocol, (port, port))
                for rule in rules
                for told in telling
            ):
                continue
            service = SERVICES[protocol, port]
            state = used.state_of(group.id, "nothing is reached through it now")
            yield Problem(
                resource=group.id,
                discriminator=f"{protocol}-{port}",
                message=f"{group.id} ({group.name}) opens {service.name} "
                f"({protocol} {port}) to the internet: "
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
