"""TLS-002: certificates that nobody should trust, as served."""

import pytest

from ringfence.checks.untrusted_on_the_wire import untrusted_on_the_wire
from ringfence.finding import Doubt, Problem
from ringfence.subjects.observed import names_host
from tests.build import TAKEN_AT, a_handshake, an_estate, days

ATLASSIAN = "O=An Atlassian Customer,CN=ec2-203-0-113-7.compute.amazonaws.com"

FIRES = [
    a_handshake(is_self_signed=True, is_trusted=False),
    a_handshake(is_trusted=False, distrust="unable to get local issuer certificate"),
    a_handshake(names=("www.example.com",)),
    a_handshake(
        is_trusted=False, is_self_signed=True, not_after=TAKEN_AT - days(1), names=()
    ),
]
QUIET = [
    a_handshake(),
    a_handshake(names=("*.example.com",)),
    a_handshake(
        is_trusted=False,
        distrust="certificate has expired",
        not_after=TAKEN_AT - days(1),
    ),
]


def test_the_image_s_own_certificate_is_replaced_where_the_image_has_it() -> None:
    """Nobody has to find out where Atlassian's image keeps it."""
    seen = a_handshake(is_self_signed=True, is_trusted=False, subject=ATLASSIAN)
    (problem,) = untrusted_on_the_wire(an_estate(seen))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert "sudo tee /etc/nginx/ssl/self-ssl.crt" in problem.fix
    assert "openssl s_client -connect git.example.com:443" in problem.fix


@pytest.mark.parametrize(
    ("name", "host", "is_good"),
    [
        ("git.example.com", "GIT.example.com", True),
        ("*.example.com", "git.example.com", True),
        ("*.example.com", "a.git.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.com", "example.com", False),
        ("203.0.113.7", "203.0.113.7", True),
        ("2001:db8::1", "2001:db8:0::1", True),
        ("*.0.113.7", "203.0.113.7", False),
    ],
)
def test_names_match_as_clients_match_them(
    name: str, host: str, *, is_good: bool
) -> None:
    """A wildcard stands for one label, and never for an address."""
    assert is_good == names_host((name,), host)


def test_recognises_the_one_of_atlassians_image() -> None:
    """The stopgap that the machine image makes at first boot is called by name."""
    inventory = a_handshake(is_self_signed=True, is_trusted=False, subject=ATLASSIAN)
    (problem,) = untrusted_on_the_wire(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "Atlassian's machine image made for itself" in problem.message


def test_failed_handshake_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = a_handshake(error="timed out", is_trusted=False)

    assert [Doubt("git.example.com:443", "timed out")] == list(
        untrusted_on_the_wire(an_estate(inventory))
    )
