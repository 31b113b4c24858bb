"""CERT-002: a certificate in use that is about to expire."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Certificate
from ringfence.subjects.certificates import (
    evidence_of,
    in_use,
    renewal_command,
    replace_commands,
    title_of,
    users_of,
    wanted_of,
)


@check(
    "CERT-002",
    "Certificate in use is about to expire",
    severity=Severity.MEDIUM,
    needs={"certificates"},
    fix="Renew the certificate and put the new one in its place.",
    guide=("S12", "D07", "D15"),
    relates=("AWS FSBP ACM.1",),
)
def expiring_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A certificate that nobody renews takes the product down on its last day.

    How early this is told is the policy's: `thresholds.certificate_expiry_days`,
    and `certificate_urgent_days` for when it becomes urgent.
    What ACM renews by itself is left alone until it is urgent, unless the renewal
    failed or waits for a DNS record. Unused certificates are left to expire.
    """
    inventory = estate.inventory
    limits = estate.policy.thresholds
    for certificate in in_use(inventory):
        end = certificate.not_after
        if end is None or end <= inventory.taken_at:
            continue
        left = end - inventory.taken_at
        is_urgent = left <= timedelta(days=limits.certificate_urgent_days)
        if left > timedelta(days=limits.certificate_expiry_days):
            continue
        renews = _renews_by_itself(certificate)
        if renews and not is_urgent:
            continue
        command = renewal_command if certificate.is_renewable else replace_commands
        yield Problem(
            resource=certificate.id,
            message=f"{title_of(certificate)} expires on {end:%Y-%m-%d}; "
            f"{users_of(certificate)}{_how_renewed(certificate)}.",
            severity=Severity.HIGH if is_urgent else Severity.MEDIUM,
            fix=command(inventory.region, certificate),
            evidence=evidence_of(certificate),
        )


def _renews_by_itself(certificate: Certificate) -> bool:
    """Whether ACM has it in hand."""
    stuck = ("FAILED", "PENDING_VALIDATION")
    return certificate.is_renewable and certificate.renewal not in stuck


def _how_renewed(certificate: Certificate) -> str:
    if not certificate.is_renewable:
        return "; nobody renews it but you"
    if certificate.renewal == "PENDING_VALIDATION":
        return f"; ACM waits for {wanted_of(certificate)}"
    if certificate.renewal == "FAILED":
        return "; ACM could not renew it"
    return "; ACM should have renewed it by now"
