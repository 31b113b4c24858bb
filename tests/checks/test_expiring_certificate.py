"""CERT-002: certificates that are about to expire."""

from ringfence.checks.expiring_certificate import expiring_certificate
from ringfence.finding import Problem, Severity
from tests.build import TAKEN_AT, an_estate, certified, days

SOON = TAKEN_AT + days(20)
URGENT = TAKEN_AT + days(5)
IMPORTED = certified(kind="imported", is_renewable=False, not_after=SOON)

FIRES = [
    IMPORTED,
    certified(not_after=URGENT),
    certified(not_after=SOON, renewal="FAILED"),
    certified(not_after=SOON, renewal="PENDING_VALIDATION"),
]
QUIET = [
    certified(),
    certified(not_after=SOON),
    certified(not_after=SOON, renewal="PENDING_AUTO_RENEWAL"),
    certified(kind="imported", is_renewable=False, not_after=SOON, used_by=()),
    certified(not_after=TAKEN_AT - days(1)),
]


def test_urgent_weighs_more() -> None:
    """Within the policy's urgent days it is one step worse."""
    urgent = certified(kind="imported", is_renewable=False, not_after=URGENT)
    found = [
        next(iter(expiring_certificate(an_estate(item)))) for item in (IMPORTED, urgent)
    ]

    assert [Severity.MEDIUM, Severity.HIGH] == [
        problem.severity for problem in found if isinstance(problem, Problem)
    ]


def test_thresholds_are_the_policys() -> None:
    """How early is early enough is for the owner to say."""
    estate = an_estate(IMPORTED, thresholds={"certificate_expiry_days": 10})

    assert [] == list(expiring_certificate(estate))
