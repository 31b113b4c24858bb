"""CERT-001: expired certificates."""

from ringfence.checks.expired_certificate import expired_certificate
from ringfence.finding import Problem, Severity
from tests.build import CERTIFICATE, TAKEN_AT, an_estate, certified, days

USED = certified(not_after=TAKEN_AT - days(1))
UNUSED = certified(not_after=TAKEN_AT - days(31), used_by=())
IAM = certified(
    id="arn:aws:iam::111122223333:server-certificate/old",
    store="iam",
    kind="imported",
    not_after=TAKEN_AT - days(400),
    used_by=(),
)

FIRES = [USED, UNUSED, IAM]
QUIET = [
    certified(),
    certified(not_after=None, status="PENDING_VALIDATION"),
    certified(not_after=TAKEN_AT - days(29), used_by=()),
]


def test_weighs_by_use() -> None:
    """An expired certificate that nothing uses is only in the way."""
    found = [
        next(iter(expired_certificate(an_estate(inventory))))
        for inventory in (USED, UNUSED)
    ]

    assert [Severity.HIGH, Severity.INFORMATIONAL] == [
        problem.severity for problem in found if isinstance(problem, Problem)
    ]


def test_unused_one_is_deleted_with_one_command() -> None:
    """The remedy is whole, down to the ARN."""
    (problem,) = expired_certificate(an_estate(UNUSED))

    assert isinstance(problem, Problem)
    assert (
        f"aws acm delete-certificate --region eu-west-1 --certificate-arn {CERTIFICATE}"
    ) == problem.fix


def test_message_names_the_day() -> None:
    """The message says when, not how long ago."""
    (problem,) = expired_certificate(an_estate(USED))

    assert isinstance(problem, Problem)
    assert "expired on 2026-08-31; used by web." in problem.message


def test_iams_certificate_is_replaced_in_iam() -> None:
    """A certificate in use is replaced where it is kept."""
    used = certified(
        id="arn:aws:iam::111122223333:server-certificate/old",
        store="iam",
        kind="imported",
        not_after=TAKEN_AT,
    )
    (problem,) = expired_certificate(an_estate(used))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert problem.fix.startswith(
        "aws iam upload-server-certificate --server-certificate-name old-new "
    )


def test_what_uses_a_certificate_of_iam_is_known_in_its_region_alone() -> None:
    """Another Region's load balancer or CloudFront may use it."""
    (problem,) = expired_certificate(an_estate(IAM))

    assert isinstance(problem, Problem)
    assert "no load balancer of this Region uses it" in problem.message
