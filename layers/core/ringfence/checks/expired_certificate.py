"""CERT-001: a certificate past its last day."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.certificates import (
    delete_command,
    evidence_of,
    replace_commands,
    title_of,
    users_of,
)

_CLEARED_UP = timedelta(days=30)


@check(
    "CERT-001",
    "Certificate has expired",
    severity=Severity.HIGH,
    needs={"certificates"},
    fix="Put a valid certificate in its place; delete it if nothing uses it.",
    guide=("S12", "D07", "D15"),
    relates=("AWS FSBP ACM.1", "AWS FSBP IAM.26"),
)
def expired_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Clients refuse an expired certificate, and people learn to click warnings away.

    In use it is urgent. Unused it is only in the way of those that matter, and is
    told once it has been expired for a month: whoever replaces a certificate need
    not clear up on the same day.
    """
    inventory = estate.inventory
    for certificate in inventory.certificates:
        end = certificate.not_after
        if end is None or end > inventory.taken_at:
            continue
        used = bool(certificate.used_by)
        if not used and end > inventory.taken_at - _CLEARED_UP:
            continue
        command = replace_commands if used else delete_command
        yield Problem(
            resource=certificate.id,
            message=f"{title_of(certificate)} expired on {end:%Y-%m-%d}; "
            f"{users_of(certificate)}.",
            severity=Severity.HIGH if used else Severity.INFORMATIONAL,
            fix=command(inventory.region, certificate),
            evidence=evidence_of(certificate),
        )
