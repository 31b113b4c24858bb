"""Ask every check: an estate in, a report out."""

import traceback
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ringfence.checks import Check, all_checks
from ringfence.estate import Estate
from ringfence.finding import Doubt, Finding, Problem, Report, Unknown, Waived
from ringfence.garbage import undisturbed
from ringfence.identity import Identity, account_of

CRASHED = "RF-002"
DOUBTED = "RF-005"


@dataclass
class _Tally:
    """What the checks have said so far."""

    ran: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)


@undisturbed()
def evaluate(estate: Estate, checks: Iterable[Check] | None = None) -> Report:
    """
    Ask *checks* (all, unless given) about *estate*.

    A check whose needs were not asked for does not run; one with a gap in its
    needs, or that crashes, is unknown. Neither says anything about resources
    that it did not see. Waivers are applied here and nowhere else.
    """
    inventory = estate.inventory
    tally = _Tally()
    asked = tuple(all_checks() if checks is None else checks)
    for check in asked:
        gaps = sorted(check.needs & inventory.gaps.keys())
        if gaps:
            because = f"could not read {', '.join(gaps)}"
            tally.unknowns.append(Unknown(check.code, because))
        elif check.needs <= inventory.read:
            _ask(check, estate, tally)
    own = {check.code: check for check in asked}
    _tell_own_troubles(own, estate, tally)
    accepted, waived = _waive(estate, tally.findings)
    return Report(
        account=inventory.account,
        region=inventory.region,
        observed_at=inventory.taken_at,
        vpcs=inventory.vpcs,
        only=inventory.only,
        ran=frozenset(tally.ran),
        findings=tuple(sorted(accepted, key=lambda item: item.key)),
        unknowns=tuple(tally.unknowns),
        waived=waived,
        resources=frozenset({account_of(inventory), *estate.identities})
        | {item.endpoint for item in inventory.tls_observations}
        | {item.endpoint for item in inventory.http_observations},
    )


def _ask(check: Check, estate: Estate, tally: _Tally) -> None:
    found: list[Finding] = []
    doubts: list[Unknown] = []
    try:
        for answer in check(estate):
            if isinstance(answer, Doubt):
                doubts.append(Unknown(check.code, answer.because, answer.resource))
            else:
                found.append(sign(check, answer, estate))
    except Exception as error:  # noqa: BLE001 - the one place: a check is no reason to stop
        place = traceback.extract_tb(error.__traceback__)[-1]
        because = f"crashed: {type(error).__name__} at {place.name}:{place.lineno}"
        tally.unknowns.append(Unknown(check.code, f"{because}: {error}"[:500]))
        return
    tally.ran.add(check.code)
    tally.findings += found
    tally.unknowns += doubts


def _tell_own_troubles(checks: dict[str, Check], estate: Estate, tally: _Tally) -> None:
    """
    Turn crashes and doubts into findings about Ringfence itself.

    What several checks cannot tell of a resource for the same reason is one of
    them, about the first of these checks.
    """
    doubts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unknown in tuple(tally.unknowns):
        if unknown.resource is not None:
            doubts[unknown.resource, unknown.because].append(unknown.check)
        # A gap is a finding of its own, RF-001.
        elif unknown.because.startswith("crashed") and CRASHED in checks:
            problem = _trouble(unknown.check, "", [unknown.check], unknown.because)
            tally.findings.append(_about(checks[CRASHED], problem, estate))
    if DOUBTED in checks:
        for (resource, because), codes in doubts.items():
            problem = _trouble(resource, codes[0], codes, because)
            tally.findings.append(_about(checks[DOUBTED], problem, estate))


def _trouble(
    resource: str, discriminator: str, codes: list[str], because: str
) -> Problem:
    return Problem(
        resource=resource,
        discriminator=discriminator,
        message=f"{', '.join(codes)} cannot tell: {because}.",
        evidence={"check": codes[0], "checks": codes, "because": because},
    )


def _about(check: Check, problem: Problem, estate: Estate) -> Finding:
    about = str(problem.evidence["check"])
    return sign(check, problem, estate).model_copy(update={"about": about})


def sign(check: Check, problem: Problem, estate: Estate) -> Finding:
    """Make *problem* a finding of *check* on *estate*."""
    who = estate.identities.get(problem.resource, Identity())
    return Finding(
        check=check.code,
        resource=problem.resource,
        discriminator=problem.discriminator,
        severity=problem.severity or check.severity,
        title=problem.title or check.title,
        message=problem.message,
        fix=problem.fix or check.fix,
        account=estate.inventory.account,
        region=estate.inventory.region,
        observed_at=estate.inventory.taken_at,
        vpc=who.vpc,
        name=who.name,
        product=who.product,
        tags=dict(who.tags),
        types=check.types,
        relates=check.relates,
        guide=check.guide,
        evidence=dict(problem.evidence),
    )


def _waive(
    estate: Estate, findings: Iterable[Finding]
) -> tuple[list[Finding], tuple[Waived, ...]]:
    """Part *findings* into those that stand and those that a waiver accepts."""
    today = estate.inventory.taken_at.date()
    in_force = [item for item in estate.policy.waivers if item.expires >= today]
    standing: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        waiver = next((item for item in in_force if item.covers(finding)), None)
        if waiver:
            waived.append(Waived(finding, waiver.reason, waiver.owner))
        else:
            standing.append(finding)
    return standing, tuple(waived)
