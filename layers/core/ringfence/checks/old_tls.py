"""LB-001: a listener that lets clients negotiate TLS older than 1.2."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.listeners import evidence_of, fronts, place_of, policy_commands


@check(
    "LB-001",
    "Listener allows TLS older than 1.2",
    severity=Severity.MEDIUM,
    needs={"listeners", "load_balancers"},
    fix="Put a TLS policy on the listener that starts at TLS 1.2.",
    guide=("D07", "D15", "D34"),
    relates=("AWS FSBP ELB.17", "AWS FSBP ELB.8"),
)
def old_tls(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    TLS 1.0 and 1.1 are deprecated, SSL is broken: what they protect can be attacked.

    RFC 8996 forbids them, and AWS's default for listeners that were not made in
    the console still allows TLS 1.0. It is told from what the listener's policy
    allows, not from its name or age, and weighs less where the load balancer is
    internal. A network load balancer's TCP listener passes TLS through: what
    answers behind it only a probe can see.
    """
    inventory = estate.inventory
    for front in fronts(inventory):
        if isinstance(front, Doubt):
            yield front
        elif front.allows_old:
            is_public = front.balancer.is_internet_facing
            yield Problem(
                resource=front.balancer.id,
                discriminator=f"tcp-{front.listener.port}",
                message=f"{place_of(front.listener, front.balancer)} lets clients "
                f"negotiate {front.policy.lowest}, as its policy "
                f"{front.listener.policy} allows.",
                severity=Severity.MEDIUM if is_public else Severity.LOW,
                fix=policy_commands(inventory.region, front),
                evidence=evidence_of(front),
            )
