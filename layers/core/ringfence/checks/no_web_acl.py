"""WAF-001: the internet gets to a product without passing a web ACL."""

from collections.abc import Iterable, Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import Audience
from ringfence.openings.audience import joined
from ringfence.reach import Exposure, sets
from ringfence.subjects.arrivals import are_asked, evidence_of
from ringfence.subjects.distributions import leading_to, name_of
from ringfence.subjects.webacls import NEEDS, Front, fronts

# Whom a load balancer lets in that only CloudFront may dial.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
_CLOUDFRONT = frozenset(
    {
        "com.amazonaws.global.cloudfront.origin-facing",
        "com.amazonaws.global.ipv6.cloudfront.origin-facing",
    }
)


@check(
    "WAF-001",
    "Product faces the internet without a web ACL",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    uses={"distributions"},
    fix="Associate a web ACL with the load balancer.",
    guide=("D03", "D57"),
    relates=("AWS Security Hub ELB.16",),
)
def no_web_acl(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Attacks on a flaw that is not patched yet meet nothing before the product.

    Told of application load balancers through which strangers get to a product;
    milder where all of them must log in first, or are few. Network and classic load
    balancers cannot have a web ACL. One of CloudFront's does instead where only
    CloudFront gets to the load balancer; where others do, they go around it. What is
    in CloudFront's is not looked at, nor whether other accounts' distributions lead
    to the same load balancer.
    """
    inventory = estate.inventory
    guarded = {name for acl in inventory.web_acls for name in acl.balancers}
    lists = (item for item in inventory.prefix_lists if item.name in _CLOUDFRONT)
    edge = _all_of(cidr for item in lists for cidr in item.cidrs)
    for front in fronts(estate):
        if front.balancer.id in guarded:
            continue
        if front.because:
            yield Doubt(front.balancer.id, front.because)
        elif front.rows:
            yield from _judged(estate, front, edge)


def _judged(estate: Estate, front: Front, edge: Audience) -> Iterator[Problem | Doubt]:
    who = joined(estate.trust.left_of(row) for row in front.rows)
    if not edge.includes(who):
        severity = _severity(who, front.rows)
        around = [item for item in leading_to(estate, front.balancer) if item.web_acl]
        yield _problem(estate, front, severity, _told_around(map(name_of, around)))
        return
    if "distributions" not in estate.inventory.read:
        because = "only CloudFront gets to it, whose distributions were not read here"
        yield Doubt(front.balancer.id, because)
        return
    leading = leading_to(estate, front.balancer)
    bare = [name_of(item) for item in leading if not item.web_acl]
    if bare:
        told = f" Only CloudFront gets to it; {', '.join(bare)} has no web ACL either."
        yield _problem(estate, front, Severity.MEDIUM, told)
    elif not leading:
        told = " Only CloudFront gets to it, by none of this account's distributions."
        yield _problem(estate, front, Severity.LOW, told)


def _all_of(cidrs: Iterable[str]) -> Audience:
    listed = tuple(cidrs)
    return Audience(ipv4=sets.of(listed, "ipv4"), ipv6=sets.of(listed, "ipv6"))


def _severity(who: Audience, rows: Iterable[Exposure]) -> Severity:
    return Severity.MEDIUM if who.is_broad and not are_asked(rows) else Severity.LOW


def _told_around(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f" That of CloudFront's {listed} is gone around here." if listed else ""


def _problem(estate: Estate, front: Front, severity: Severity, told: str) -> Problem:
    balancer = front.balancer
    return Problem(
        resource=balancer.id,
        message=f"The load balancer {balancer.name} lets the internet get to "
        f"{' and '.join(front.products)} without a web ACL.{told}",
        severity=severity,
        fix="Make a web ACL with AWS's managed rule groups (WAF-003 names them), at "
        "first in Count, then:\n"
        f"aws wafv2 associate-web-acl --region {estate.inventory.region} "
        f"--web-acl-arn ARN --resource-arn {balancer.id}",
        evidence=evidence_of(front.rows) | {"load_balancer": balancer.id},
    )
