"""LB-002: a listener that lets clients negotiate weak ciphers."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.listeners import (
    Front,
    evidence_of,
    fronts,
    place_of,
    policy_commands,
)


@check(
    "LB-002",
    "Listener allows weak ciphers",
    severity=Severity.LOW,
    needs={"listeners", "load_balancers"},
    fix="Put a TLS policy on the listener whose ciphers are all forward secret.",
    guide=("D07", "D15", "D34"),
    relates=("AWS FSBP ELB.17", "AWS FSBP ELB.8"),
)
def weak_ciphers(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without forward secrecy, whoever gets the key reads all that was ever recorded.

    RC4, DES and 3DES can be attacked without it. CBC ciphers with forward secrecy
    are fine, and so is what AWS predefines for classic load balancers, though it
    is not all forward secret: they have nothing better. A listener that allows
    TLS older than 1.2 needs another policy anyway, which LB-001 tells.
    """
    inventory = estate.inventory
    for front in fronts(inventory):
        if isinstance(front, Doubt):
            yield front
        elif reason := _fault(front):
            yield Problem(
                resource=front.balancer.id,
                discriminator=f"tcp-{front.listener.port}",
                message=f"{place_of(front.listener, front.balancer)} {reason}, as its "
                f"policy {front.listener.policy} allows.",
                severity=Severity.MEDIUM if front.policy.broken else Severity.LOW,
                fix=policy_commands(inventory.region, front),
                evidence=evidence_of(front),
            )


def _fault(front: Front) -> str:
    """Say what is weak; empty: nothing, or nothing that LB-001 does not tell."""
    if front.allows_old:
        return ""
    if front.policy.broken:
        return f"lets clients negotiate {', '.join(front.policy.broken[:3])}"
    if front.policy.is_forward_secret or front.balancer.kind == "classic":
        return ""
    return "lets clients negotiate ciphers without forward secrecy"
