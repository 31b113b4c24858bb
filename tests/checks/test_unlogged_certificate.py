"""CERT-008: public certificates in use that are in no transparency log."""

from ringfence.checks.unlogged_certificate import unlogged_certificate
from ringfence.finding import Problem
from tests.build import CERTIFICATE, an_estate, certified

FIRES = [certified(is_logged=False)]
QUIET = [
    certified(is_logged=True),
    certified(is_logged=None),
    certified(is_logged=False, used_by=()),
    certified(is_logged=False, kind="private"),
]


def test_logging_is_switched_on_with_one_command() -> None:
    """Down to the ARN."""
    (problem,) = unlogged_certificate(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert (
        "aws acm update-certificate-options --region eu-west-1 "
        f"--certificate-arn {CERTIFICATE} "
        "--options CertificateTransparencyLoggingPreference=ENABLED"
    ) == problem.fix.splitlines()[0]
