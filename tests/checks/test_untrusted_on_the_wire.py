"""TLS-002: certificates that nobody should trust, as served."""

import pytest

from ringfence.checks.untrusted_on_the_wire import untrusted_on_the_wire
from ringfence.finding import Doubt, Problem
from ringfence.inventory.handshakes import Fault
from ringfence.subjects.observed import names_host
from tests.build import TAKEN_AT, a_handshake, an_estate, days

ATLASSIAN = "O=An Atlassian Customer,CN=ec2-203-0-113-7.compute.amazonaws.com"

FIRES = [
    a_handshake(is_self_signed=True, faults=(Fault.SELF_SIGNED,), is_trusted=False),
    a_handshake(is_trusted=False, faults=(Fault.UNKNOWN_AUTHORITY,), distrust="why"),
    a_handshake(is_trusted=False, faults=(Fault.INVALID,), distrust="why"),
    a_handshake(is_trusted=False, faults=(Fault.NAME,), names=("www.example.com",)),
    a_handshake(
        is_trusted=False,
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        not_after=TAKEN_AT - days(1),
        names=(),
    ),
]
QUIET = [
    a_handshake(),
    a_handshake(is_self_signed=True),
    a_handshake(is_trusted=False, faults=(Fault.DAYS,), not_after=TAKEN_AT - days(1)),
    a_handshake(is_trusted=False, faults=(Fault.INCOMPLETE_CHAIN,)),
    a_handshake(is_trusted=False, faults=(Fault.WEAK,)),
    a_handshake(is_trusted=False, faults=(Fault.NAMELESS,), names=()),
]


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
    """The image's stopgap is called by name, and replaced where the image has it."""
    inventory = a_handshake(
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        is_trusted=False,
        subject=ATLASSIAN,
    )
    (problem,) = untrusted_on_the_wire(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "Atlassian's machine image made for itself" in problem.message
    assert problem.fix
    assert "sudo tee /etc/nginx/ssl/self-ssl.crt" in problem.fix
    assert "openssl s_client -connect git.example.com:443" in problem.fix


def test_says_which_names_it_has() -> None:
    """A misnamed certificate is told by its names, an unknown one by the reason."""
    misnamed, unknown = (
        next(iter(untrusted_on_the_wire(an_estate(inventory))))
        for inventory in (FIRES[3], FIRES[1])
    )

    assert isinstance(misnamed, Problem)
    assert "names www.example.com and not this host" in misnamed.message
    assert isinstance(unknown, Problem)
    assert "clients do not trust: why" in unknown.message


def test_failed_handshake_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = a_handshake(error="timed out", is_trusted=False)

    assert [Doubt("git.example.com:443", "timed out")] == list(
        untrusted_on_the_wire(an_estate(inventory))
    )
