"""EXP-012: an instance that strangers reach while its role rules the account."""

from collections.abc import Iterator, Sequence

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Instance
from ringfence.inventory.roles import Role
from ringfence.openings import NEEDS
from ringfence.reach import Exposure
from ringfence.subjects.arrivals import (
    arrivals,
    evidence_of,
    ports_as_text,
    ports_by_protocol,
)
from ringfence.subjects.rights import Granted, rights_of
from ringfence.subjects.telling import doubts

_TOLD = 3


@check(
    "EXP-012",
    "Reachable from the internet while carrying a privileged instance profile",
    severity=Severity.HIGH,
    needs=NEEDS | {"roles"},
    fix="Give the role only what the product needs, on the resources it needs.",
    guide=("D18", "D20", "D24"),
    relates=("AWS FSBP IAM.1", "AWS FSBP IAM.21"),
    types=(REACHABILITY, "Effects/Data Exposure"),
)
def privileged_profile(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever breaks into such a server has the role's rights over the account.

    Rights are told by what the policies say, not by their names: everything, more
    rights for oneself, any role, commands on any instance, every secret, any
    security group or instance, every S3 bucket. It is critical where they lead to
    the whole account. Statements that deny and the permissions boundary are taken
    into account; a condition that cannot be judged weighs one step less and is
    said. Any way in counts, even a port that the policy allows.
    Allowed are rights on named resources, and parameters of Systems Manager, which
    AWS's own policy for managed instances lets each of them read.
    """
    region = estate.inventory.region
    roles = {arn: role for role in estate.inventory.roles for arn in role.profiles}
    known: dict[str, tuple[Granted, ...]] = {}
    for instance in estate.inventory.instances:
        role = roles.get(instance.profile or "")
        if role is None or instance.state != "running":
            continue
        if role.id not in known:
            known[role.id] = rights_of(role, region)
        rows = arrivals(estate, instance.id) if known[role.id] else ()
        if rows:
            yield _problem(estate, instance, role, known[role.id], rows)
    yield from doubts(estate)


def _problem(
    estate: Estate,
    instance: Instance,
    role: Role,
    rights: Sequence[Granted],
    rows: Sequence[Exposure],
) -> Problem:
    ports = ", ".join(ports_as_text(ports_by_protocol(rows)))
    may = "; ".join(_in_words(granted) for granted in rights[:_TOLD])
    if len(rights) > _TOLD:
        may += f"; and {len(rights) - _TOLD} more, listed in the evidence"
    return Problem(
        resource=instance.id,
        message=f"{estate.label(instance.id)} can be reached from outside on "
        f"{ports or 'other protocols'} and carries the role {role.name}, which may "
        f"{may}.",
        severity=max((one.severity for one in rights), key=lambda item: item.rank),
        fix=_fix(role, rights),
        evidence=evidence_of(rows)
        | {
            "role": role.id,
            "profile": instance.profile,
            "boundary": role.boundary.arn if role.boundary else None,
            "rights": [
                {
                    "may": granted.right.does,
                    "policies": [
                        policy.arn or policy.name for policy in granted.policies
                    ],
                    "is_conditional": granted.is_conditional,
                    "may_be_denied": granted.may_be_denied,
                }
                for granted in rights
            ],
        },
    )


def _in_words(granted: Granted) -> str:
    names = ", ".join(policy.name for policy in granted.policies)
    words = f"{'do ' if granted.right.does.startswith('everything') else ''}"
    words += f"{granted.right.does} (by {names}"
    if granted.is_conditional:
        words += ", under conditions that were not judged"
    if granted.may_be_denied:
        words += ", unless a Deny whose conditions were not judged applies"
    return f"{words})"


def _fix(role: Role, rights: Sequence[Granted]) -> str:
    """Give the commands that take the policies away, after what must come first."""
    policies = dict.fromkeys(p for granted in rights for p in granted.policies)
    lines = [
        f"First allow {role.name} by a narrower policy what its product needs. Then:"
    ]
    for policy in policies:
        if policy.arn:
            lines.append(
                f"aws iam detach-role-policy --role-name {role.name} "
                f"--policy-arn {policy.arn}"
            )
        else:
            lines.append(
                f"aws iam delete-role-policy --role-name {role.name} "
                f"--policy-name {policy.name}"
            )
    return "\n".join(lines)
