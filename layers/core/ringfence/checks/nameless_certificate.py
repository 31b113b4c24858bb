"""TLS-009: an endpoint whose certificate names it in the subject only."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Fault
from ringfence.subjects.observed import is_unknown, problem_of, tls_doubts, tls_seen


@check(
    "TLS-009",
    "Endpoint serves a certificate without alternative names",
    severity=Severity.MEDIUM,
    needs={"tls_observations"},
    fix="Install a certificate with the host's name as subjectAltName.",
    guide=("S12", "D07"),
)
def nameless_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Browsers and Go refuse a certificate that has its host as common name only.

    Names belong into subjectAltName (RFC 9525); curl, Git and Python still fall
    back to the common name, so that it works for some and not for others.
    """
    for seen in tls_seen(estate.inventory):
        if Fault.NAMELESS in seen.faults and not is_unknown(seen):
            yield problem_of(
                seen,
                "serves a certificate that names the host in its subject only "
                f"({seen.subject}), where browsers do not look.",
            )
    yield from tls_doubts(estate.inventory)
