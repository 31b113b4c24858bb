"""CERT-006: certificates that wait for their validation."""

from ringfence.checks.expiring_certificate import expiring_certificate
from ringfence.checks.waiting_certificate import waiting_certificate
from ringfence.finding import Problem, Severity
from ringfence.inventory.validations import Validation
from tests.build import CERTIFICATE, TAKEN_AT, an_estate, certified, days

RECORD = "_a1.git.example.com. CNAME _b1.acm-validations.aws."
WAITS = Validation(
    domain="git.example.com", status="PENDING_VALIDATION", method="DNS", record=RECORD
)
DONE = Validation(domain="www.example.com", status="SUCCESS", method="DNS")
MAILED = Validation(
    domain="git.example.com", status="PENDING_VALIDATION", method="EMAIL"
)
RENEWING = {"renewal": "PENDING_VALIDATION", "not_after": TAKEN_AT + days(50)}
REQUESTED = {
    "status": "PENDING_VALIDATION",
    "not_before": None,
    "not_after": None,
    "is_renewable": False,
    "used_by": (),
    "requested_at": TAKEN_AT - days(2),
}

FIRES = [
    certified(**RENEWING, validations=(WAITS, DONE)),
    certified(**RENEWING, validations=(MAILED,)),
    certified(**RENEWING),
    certified(**REQUESTED, validations=(WAITS,)),
]
QUIET = [
    certified(),
    certified(**RENEWING, used_by=()),
    certified(**(RENEWING | {"not_after": TAKEN_AT + days(29)})),
    certified(**(REQUESTED | {"requested_at": TAKEN_AT - days(0.9)})),
    certified(**(REQUESTED | {"requested_at": None})),
    certified(renewal="PENDING_AUTO_RENEWAL"),
]


def test_names_the_record_that_is_missing() -> None:
    """Whoever keeps the DNS zone has all that he needs; the met ones are left out."""
    (problem,) = waiting_certificate(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert Severity.MEDIUM is problem.severity
    assert (
        "cannot be renewed before it expires on 2026-10-21: ACM waits for the "
        "validation record of git.example.com in DNS; used by web."
    ) in problem.message
    assert problem.fix
    assert RECORD in problem.fix.splitlines()
    assert "www.example.com" not in problem.fix


def test_a_request_says_since_when_it_waits() -> None:
    """The day, not how long ago."""
    (problem,) = waiting_certificate(an_estate(FIRES[3]))

    assert isinstance(problem, Problem)
    assert Severity.LOW is problem.severity
    assert "was requested on 2026-08-30 and was not issued yet" in problem.message


def test_what_is_approved_by_mail_is_mailed_again() -> None:
    """There is no record to be made."""
    (problem,) = waiting_certificate(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert "somebody to approve git.example.com by e-mail" in problem.message
    assert (
        "aws acm resend-validation-email --region eu-west-1 --certificate-arn "
        f"{CERTIFICATE} --domain git.example.com --validation-domain git.example.com"
    ) == problem.fix


def test_where_acm_named_no_record_the_command_asks_for_it() -> None:
    """It makes them up a little after the request."""
    (problem,) = waiting_certificate(an_estate(FIRES[2]))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert problem.fix.startswith("aws acm describe-certificate --region eu-west-1 ")


def test_on_each_day_one_of_two_checks_tells_a_renewal_that_waits() -> None:
    """Neither both nor none, up to the last day."""
    for left in range(1, 61):
        estate = an_estate(
            certified(renewal="PENDING_VALIDATION", not_after=TAKEN_AT + days(left))
        )
        told = [*waiting_certificate(estate), *expiring_certificate(estate)]

        assert 1 == len(told), left
