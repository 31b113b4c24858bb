"""CERT-006: a certificate that waits for somebody to prove whose its names are."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Certificate
from ringfence.subjects.certificates import (
    evidence_of,
    renewal_command,
    title_of,
    users_of,
    wanted_of,
)

_PENDING = "PENDING_VALIDATION"
_PATIENCE = timedelta(days=1)


@check(
    "CERT-006",
    "Certificate waits for its validation",
    severity=Severity.MEDIUM,
    needs={"certificates"},
    fix="Create the validation record in DNS, and leave it there.",
    guide=("S12", "D07"),
    relates=("AWS FSBP ACM.1",),
)
def waiting_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    ACM renews only what it can still validate, and issues nothing before.

    A renewal waits because the DNS record of the first time was cleared away or
    nobody answered the e-mail: the certificate will expire. Close to that day
    CERT-002 tells it instead. A request is given a day; after three ACM gives up.
    """
    limits = estate.policy.thresholds
    now = estate.inventory.taken_at
    for certificate in estate.inventory.certificates:
        end = certificate.not_after
        days = timedelta(days=limits.certificate_expiry_days)
        if certificate.status == _PENDING:
            since = certificate.requested_at
            if since is None or now - since < _PATIENCE:
                continue
            what = f"was requested on {since:%Y-%m-%d} and was not issued yet"
            weight = Severity.LOW
        elif _is_renewal_stuck(certificate) and end and end - now > days:
            what = f"cannot be renewed before it expires on {end:%Y-%m-%d}"
            weight = Severity.MEDIUM
        else:
            continue
        yield Problem(
            resource=certificate.id,
            message=f"{title_of(certificate)} {what}: ACM waits for "
            f"{wanted_of(certificate)}; {users_of(certificate)}.",
            severity=weight,
            fix=renewal_command(estate.inventory.region, certificate),
            evidence=evidence_of(certificate),
        )


def _is_renewal_stuck(certificate: Certificate) -> bool:
    """Whether something in use waits: the renewal of others is nobody's loss."""
    return bool(certificate.used_by) and certificate.renewal == _PENDING
