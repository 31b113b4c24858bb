"""EXP-010: a stopped instance that strangers reach as soon as it starts."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS, Kind, Opening
from ringfence.subjects.arrivals import evidence_of
from ringfence.subjects.awakening import awakened
from ringfence.subjects.remedy import Culprits, revoke_commands
from ringfence.subjects.telling import doubts, name_of

_SENSITIVE = frozenset({Kind.ADMIN, Kind.DATABASE, Kind.PRIVATE})


@check(
    "EXP-010",
    "Stopped instance is open to the internet once it starts",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Revoke the rule, or take the address away, before anybody starts it.",
    guide=("S01", "S07", "D23", "D31"),
    types=(REACHABILITY,),
)
def latent_exposure(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever starts a forgotten instance opens it, with flaws as old as itself.

    An Elastic IP or IPv6 address stays on a stopped instance. Its groups, ACL and
    routes are judged as if it ran; told are administration, data stores and a
    product's private ports, as EXP-001 to EXP-003 would. Few untrusted addresses
    weigh one step less than the internet. Load balancers are left alone.
    """
    later = awakened(estate)
    if not later.inventory.instances:
        return
    culprits = Culprits(later.admitting, estate.profile_of)
    found: dict[str, list[Opening]] = {}
    for opening in later.openings:
        if opening.kind in _SENSITIVE:
            found.setdefault(opening.resource, []).append(opening)
    for resource, awaiting in found.items():
        rules = dict.fromkeys(rule for item in awaiting for rule in culprits.of(item))
        rows = [row for opening in awaiting for row in opening.rows]
        is_broad = any(opening.audience.is_broad for opening in awaiting)
        what = ", ".join(dict.fromkeys(name_of(opening) for opening in awaiting))
        addresses = ", ".join(dict.fromkeys(row.address for row in rows))
        whom = (
            "the internet" if is_broad else "addresses that the policy does not trust"
        )
        yield Problem(
            resource=resource,
            message=f"{estate.label(resource)} is stopped and keeps {addresses}. "
            f"Once it starts, {whom} can reach {what}.",
            severity=Severity.MEDIUM if is_broad else Severity.LOW,
            fix="\n".join(revoke_commands(estate.inventory.region, rules)) or None,
            evidence=evidence_of(dict.fromkeys(rows)),
        )
    yield from doubts(later)
