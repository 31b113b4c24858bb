"""EXP-015: a search domain that strangers get to."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.searching import SearchDomain
from ringfence.openings import Audience, is_broad
from ringfence.reach import sets
from ringfence.reach.filters import UnreadableError
from ringfence.subjects import beyond
from ringfence.subjects.anonymous import Admission, admission
from ringfence.subjects.beyond import Neighbourhood
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_HTTPS, _HTTP = 443, 80
_ACTIONS = ("es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete")


@check(
    "EXP-015",
    "Search domain has a public endpoint or is open beyond its VPC",
    severity=Severity.CRITICAL,
    needs=beyond.NEEDS | {"search_domains"},
    fix="Move the domain into the VPC; its clients are the product's nodes.",
    guide=("S02", "D01", "D20"),
    relates=("AWS FSBP Opensearch.2", "AWS FSBP ES.2"),
    types=(REACHABILITY, "Effects/Data Exposure"),
)
def public_search(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A search index holds what the product holds, and answers whoever may ask.

    An endpoint outside any VPC has nothing but its access policy, which is critical
    where it lets the internet in without credentials, medium where its users must
    sign in all the same (fine-grained access control), high where it lets some
    strangers in, and low where it asks for credentials or a trusted address. A
    condition that cannot be judged neither opens nor closes it: that is told as
    unknown.
    In a VPC, told are rules on its ports for more than the VPC, its peers and the
    trusted ranges. Allowed is a domain in a VPC that lets in those alone.
    """
    near = Neighbourhood(estate)
    for domain in estate.inventory.search_domains:
        if domain.is_public:
            yield from _public(estate, domain)
            continue
        try:
            yield from _private(estate, domain, near)
        except UnreadableError as reason:
            yield Doubt(domain.arn, str(reason))


def _public(estate: Estate, domain: SearchDomain) -> Iterator[Problem | Doubt]:
    admitted = admission(domain.policy, _ACTIONS, f"{domain.arn}/index")
    strangers = _strangers(estate, admitted)
    if admitted.unjudged:
        told = ", ".join(admitted.unjudged)
        yield Doubt(
            domain.arn,
            f"its access policy has conditions that cannot be judged: {told}",
        )
        return
    severity, whom = _judged(domain, admitted, strangers)
    yield Problem(
        resource=domain.arn,
        message=f"The search domain {domain.id} ({domain.engine}) has a public "
        f"endpoint, and {whom}.",
        severity=severity,
        fix=_shut(estate.inventory.region, domain),
        evidence=_evidence(domain) | {"lets_in": list(admitted.cidrs)},
    )


def _strangers(estate: Estate, admitted: Admission) -> Audience:
    """Give the callers that need no credentials and are not trusted."""
    cidrs = [_as_cidr(text) for text in admitted.cidrs]
    return Audience(
        estate.trust.strangers(sets.of(cidrs, "ipv4"), "ipv4"),
        estate.trust.strangers(sets.of(cidrs, "ipv6"), "ipv6"),
    )


def _as_cidr(text: str) -> str:
    """IAM takes a bare address for a range of one."""
    return text if "/" in text else f"{text}/{128 if ':' in text else 32}"


def _judged(
    domain: SearchDomain, admitted: Admission, strangers: Audience
) -> tuple[Severity, str]:
    """Say how bad it is, and whom the access policy lets in."""
    if not strangers:
        if admitted.cidrs:
            return Severity.LOW, "its access policy lets in trusted addresses alone"
        return Severity.LOW, "its access policy lets in nobody without credentials"
    is_open = is_broad(strangers.ipv4, "ipv4") or is_broad(strangers.ipv6, "ipv6")
    severity = Severity.CRITICAL if is_open else Severity.HIGH
    whom = f"its access policy lets in {strangers} without credentials"
    if domain.signs_in:
        return severity.stepped(-2), f"{whom}; only its own users keep them out"
    return severity, whom


def _private(
    estate: Estate, domain: SearchDomain, near: Neighbourhood
) -> Iterator[Problem]:
    ports = (_HTTPS,) if domain.requires_https else (_HTTPS, _HTTP)
    reaches = [near.reach(domain.vpc, domain.groups, port) for port in ports]
    rules = list(dict.fromkeys(rule for reach in reaches for rule in reach.rules))
    if not rules:
        return
    opens = [
        f"{rule.group}: {text}"
        for rule, text in zip(rules, rules_as_text(rules), strict=True)
    ]
    place = domain.vpc or "a VPC"
    yield Problem(
        resource=domain.arn,
        title="Search domain is open beyond its VPC",
        message=f"The search domain {domain.id} ({domain.engine}) is in {place} and "
        f"takes requests from beyond it: {'; '.join(opens)}. No path leads there from "
        "the internet; networks that are connected to the VPC get in.",
        severity=max((one.severity for one in reaches), key=lambda item: item.rank),
        fix="\n".join(revoke_commands(estate.inventory.region, rules)),
        evidence=_evidence(domain)
        | {"opens": opens, "rules": [rule.id for rule in rules if rule.id]},
    )


def _evidence(domain: SearchDomain) -> dict[str, object]:
    return {
        "domain": domain.id,
        "engine": domain.engine,
        "groups": list(domain.groups),
        "subnets": list(domain.subnets),
        "signs_in": domain.signs_in,
        "requires_https": domain.requires_https,
        "is_encrypted": domain.is_encrypted,
        "is_encrypted_between_nodes": domain.is_encrypted_between_nodes,
    }


def _shut(region: str, domain: SearchDomain) -> str:
    """Say how to shut it: an endpoint cannot be moved into a VPC later."""
    return (
        f"Make a new domain in the VPC and restore a snapshot of {domain.id} into it: "
        "AWS cannot move an endpoint.\nUntil then, let in only the product's own "
        "addresses or roles:\n"
        f"aws opensearch update-domain-config --region {region} "
        f"--domain-name {domain.id} --access-policies file://narrower.json"
    )
