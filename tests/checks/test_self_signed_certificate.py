"""CERT-003: self-signed certificates."""

from ringfence.checks.self_signed_certificate import self_signed_certificate
from ringfence.finding import Doubt, Problem
from tests.build import CERTIFICATE, an_estate, certified

ATLASSIAN = (
    "C=US,ST=CA,L=San Francisco,O=An Atlassian Customer,"
    "OU=An Atlassian Customer's Team,CN=ec2-203-0-113-7.compute.amazonaws.com"
)

FIRES = [
    certified(kind="imported", is_self_signed=True),
    certified(kind="imported", is_self_signed=True, subject=ATLASSIAN),
]
QUIET = [
    certified(),
    certified(kind="imported", is_self_signed=False),
    certified(kind="imported", is_self_signed=True, used_by=()),
]


def test_recognises_the_one_of_atlassians_image() -> None:
    """The stopgap that the machine image makes at first boot is called by name."""
    (problem,) = self_signed_certificate(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert "Atlassian's machine image made for itself" in problem.message


def test_unread_body_is_doubt() -> None:
    """Without the body nobody can tell who signed an imported certificate."""
    inventory = certified(kind="imported", is_self_signed=None)

    assert [Doubt(CERTIFICATE, "its body could not be read")] == list(
        self_signed_certificate(an_estate(inventory))
    )
