"""TLS-004: chains that are not sent as clients need them."""

from typing import Any

from ringfence.checks.incomplete_chain import incomplete_chain
from ringfence.finding import Problem, Severity
from ringfence.inventory.handshakes import Fault, Link, Role
from tests.build import TAKEN_AT, a_handshake, an_estate, days


def a_link(role: Role, subject: str, issuer: str, **fields: Any) -> Link:
    """Give a certificate as sent, good unless *fields* say otherwise."""
    defaults: dict[str, Any] = {
        "not_before": TAKEN_AT - days(100),
        "not_after": TAKEN_AT + days(200),
        "key": "RSA_2048",
        "signature": "SHA256WITHRSA",
        "is_self_signed": subject == issuer,
        "fingerprint": subject,
    }
    return Link(role=role, subject=subject, issuer=issuer, **(defaults | fields))


LEAF = a_link(Role.LEAF, "CN=git.example.com", "CN=Issuing CA")
ISSUER = a_link(Role.ISSUER, "CN=Issuing CA", "CN=Root")
ROOT = a_link(Role.ISSUER, "CN=Root", "CN=Root")
STRAY = a_link(Role.SUPERFLUOUS, "CN=old.example.com", "CN=Old CA")
MISPLACED = a_link(Role.MISPLACED, "CN=Root", "CN=Root")

MISSING: dict[str, Any] = {
    "is_trusted": False,
    "faults": (Fault.INCOMPLETE_CHAIN,),
    "distrust": "the certificate of CN=Issuing CA is not sent",
    "chain": (LEAF,),
}
FIRES = [
    a_handshake(**MISSING),
    a_handshake(chain=(LEAF, ISSUER, STRAY)),
    a_handshake(chain=(LEAF, MISPLACED, ISSUER)),
]
QUIET = [
    a_handshake(),
    a_handshake(chain=(LEAF, ISSUER)),
    a_handshake(chain=(LEAF, ISSUER, ROOT)),
    a_handshake(
        chain=(LEAF, STRAY), is_trusted=False, faults=(Fault.UNKNOWN_AUTHORITY,)
    ),
    a_handshake(
        chain=(ROOT, STRAY),
        is_trusted=False,
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
    ),
]


def told(**fields: Any) -> Problem:
    """Give the one problem of a handshake with *fields*."""
    (problem,) = incomplete_chain(an_estate(a_handshake(**fields)))
    assert isinstance(problem, Problem)

    return problem


def test_says_whose_certificate_is_missing() -> None:
    """Who mends it must know which certificate to add."""
    problem = told(**MISSING)

    assert "the certificate of CN=Issuing CA is not sent. Browsers" in problem.message
    assert problem.severity is None


def test_disorder_weighs_little() -> None:
    """Most clients sort it out: it is one finding of LOW, however many there are."""
    problem = told(chain=(LEAF, MISPLACED, ISSUER, STRAY))

    assert Severity.LOW == problem.severity
    assert "in the wrong order: CN=Root must follow" in problem.message
    assert "without use in it: CN=old.example.com" in problem.message
