"""CERT-005: certificates that ACM could not validate or renew."""

from ringfence.checks.failed_certificate import failed_certificate
from ringfence.finding import Problem
from tests.build import an_estate, certified

FIRES = [
    certified(renewal="FAILED", failure="NO_AVAILABLE_CONTACTS"),
    certified(status="REVOKED"),
    certified(status="VALIDATION_TIMED_OUT"),
]
QUIET = [
    certified(),
    certified(renewal="SUCCESS"),
    certified(status="PENDING_VALIDATION"),
    certified(status="VALIDATION_TIMED_OUT", used_by=()),
]


def test_tells_acms_own_reason() -> None:
    """What ACM says of the failure is passed on."""
    (problem,) = failed_certificate(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "could not be renewed (NO_AVAILABLE_CONTACTS)" in problem.message
    assert problem.fix is not None
    assert "describe-certificate" in problem.fix
