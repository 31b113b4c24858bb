"""CERT-005: a certificate in use that ACM could not issue, validate or renew."""

from collections.abc import Iterator

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
)

_STATUSES = {
    "FAILED": "could not be issued",
    "REVOKED": "was revoked",
    "VALIDATION_TIMED_OUT": "was not validated in time",
}


@check(
    "CERT-005",
    "Certificate in use failed to be validated or renewed",
    severity=Severity.HIGH,
    needs={"certificates"},
    fix="Create the validation record in DNS, or request a new certificate.",
    guide=("S12", "D07"),
    relates=("AWS FSBP ACM.1",),
)
def failed_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    ACM renews by itself only as long as it can validate the names.

    A failed renewal ends in an expired certificate, weeks later and at night.
    It is told from ACM's own status; unused certificates are left alone.
    """
    for certificate in in_use(estate.inventory):
        what = _failure(certificate)
        if not what:
            continue
        reason = f" ({certificate.failure})" if certificate.failure else ""
        renewing = certificate.renewal == "FAILED" and certificate.status == "ISSUED"
        command = renewal_command if renewing else replace_commands
        yield Problem(
            resource=certificate.id,
            message=f"{title_of(certificate)} {what}{reason}; {users_of(certificate)}.",
            fix=command(estate.inventory.region, certificate),
            evidence=evidence_of(certificate),
        )


def _failure(certificate: Certificate) -> str:
    """Say what failed; empty: nothing did."""
    if certificate.status in _STATUSES:
        return _STATUSES[certificate.status]
    return "could not be renewed" if certificate.renewal == "FAILED" else ""
