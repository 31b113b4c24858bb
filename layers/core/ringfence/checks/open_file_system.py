"""EXP-014: a shared file system whose NFS port is open beyond its VPC."""

from collections.abc import Iterator, Mapping, Sequence

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.filesystems import FileSystem
from ringfence.inventory.records import NetworkInterface, Rule
from ringfence.openings import NEEDS
from ringfence.reach import Exposure
from ringfence.reach.filters import UnreadableError
from ringfence.subjects import beyond
from ringfence.subjects.anonymous import Admission, admission
from ringfence.subjects.arrivals import arrivals, evidence_of
from ringfence.subjects.beyond import Neighbourhood, Reach
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_NFS = 2049
_ACTIONS = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")


@check(
    "EXP-014",
    "File system is open beyond its VPC",
    severity=Severity.MEDIUM,
    needs=NEEDS | beyond.NEEDS | {"file_systems"},
    fix="Let in only the security group of the product's nodes on TCP 2049.",
    guide=("S02", "S07", "D01", "D20"),
    types=(REACHABILITY, "Effects/Data Exposure"),
)
def open_file_system(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    NFS asks for no password: who gets to a mount target reads and writes it all.

    A shared home holds attachments, repositories and secrets of a product, and is
    for its nodes alone. Told are rules on TCP 2049 of the mount targets' groups for
    more addresses than the VPC's own, its peers' and the trusted ones. A mount
    target has no public IPv4 address: it is medium where the rule is for the whole
    internet, which whatever network is connected is a part of, low where it is for
    other private networks, and high where IPv6 packets of strangers get there.
    A policy that lets nobody mount without IAM credentials weighs one step less.
    """
    inventory = estate.inventory
    interfaces = {item.id: item for item in inventory.network_interfaces}
    near = Neighbourhood(estate)
    for system in inventory.file_systems:
        reaches: list[Reach] = []
        try:
            for target in system.targets:
                interface = _interface(interfaces, target.interface)
                reaches.append(near.reach(interface.vpc, interface.groups, _NFS))
        except UnreadableError as reason:
            yield Doubt(system.arn, str(reason))
            continue
        rules = list(dict.fromkeys(rule for reach in reaches for rule in reach.rules))
        if rules:
            yield _problem(estate, system, reaches, rules)


def _interface(
    interfaces: Mapping[str, NetworkInterface], name: str
) -> NetworkInterface:
    if name not in interfaces:
        raise UnreadableError(f"the network interface {name} could not be read")
    return interfaces[name]


def _problem(
    estate: Estate, system: FileSystem, reaches: Sequence[Reach], rules: Sequence[Rule]
) -> Problem:
    rows = [
        row
        for target in system.targets
        for row in arrivals(estate, target.interface)
        if row.ports and row.ports[0] <= _NFS <= row.ports[1] and row.protocol == "tcp"
    ]
    worst = max((reach.severity for reach in reaches), key=lambda item: item.rank)
    severity = Severity.HIGH if rows else worst
    admitted = _without_credentials(system)
    is_guarded = not admitted.cidrs and not admitted.unjudged
    opens = [
        f"{rule.group}: {text}"
        for rule, text in zip(rules, rules_as_text(rules), strict=True)
    ]
    label = f"{system.id} ({system.name})" if system.name else system.id
    return Problem(
        resource=system.arn,
        message=f"The file system {label} takes NFS (TCP 2049) from beyond its VPC: "
        f"{'; '.join(opens)}. {_path(rows)} {_policy(system, admitted)}",
        severity=severity.stepped(-1) if is_guarded else severity,
        fix="\n".join(revoke_commands(estate.inventory.region, rules)),
        evidence=evidence_of(rows)
        | {
            "file_system": system.id,
            "mount_targets": [target.id for target in system.targets],
            "is_encrypted": system.is_encrypted,
            "opens": opens,
            "rules": [rule.id for rule in rules if rule.id],
        },
    )


def _without_credentials(system: FileSystem) -> Admission:
    if system.policy is None:
        return Admission(cidrs=("0.0.0.0/0", "::/0"))
    return admission(system.policy, _ACTIONS, system.arn)


def _path(rows: Sequence[Exposure]) -> str:
    if rows:
        addresses = ", ".join(dict.fromkeys(row.address for row in rows))
        return f"It can be reached from the internet at {addresses}."
    return (
        "No path leads there from the internet now; networks that are connected to "
        "the VPC get in."
    )


def _policy(system: FileSystem, admitted: Admission) -> str:
    if system.policy is None:
        return "It has no policy, so that whoever gets there may mount it."
    if admitted.unjudged:
        told = ", ".join(admitted.unjudged)
        return f"Its policy has conditions that were not judged ({told})."
    if admitted.cidrs:
        return "Its policy lets it be mounted without credentials."
    return "Its policy asks for IAM credentials to mount it."
