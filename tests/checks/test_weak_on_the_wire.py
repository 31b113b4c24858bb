"""TLS-008: weak keys and signatures, as served."""

from typing import Any

from ringfence.checks.weak_on_the_wire import weak_on_the_wire
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import Fault, Role
from tests.build import a_handshake, an_estate
from tests.checks.test_incomplete_chain import ISSUER, LEAF, a_link

OLD_ISSUER = a_link(Role.ISSUER, "CN=Issuing CA", "CN=Root", signature="SHA1WITHRSA")
OLD_ROOT = a_link(Role.ISSUER, "CN=Root", "CN=Root", signature="SHA1WITHRSA")
OLD_STRAY = a_link(Role.SUPERFLUOUS, "CN=Old", "CN=Root", signature="SHA1WITHRSA")

WEAK: dict[str, Any] = {"is_trusted": False, "faults": (Fault.WEAK,)}
FIRES = [
    a_handshake(key="RSA_1024"),
    a_handshake(
        key="RSA_1024",
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        is_trusted=False,
    ),
    a_handshake(signature="SHA1WITHRSA"),
    a_handshake(chain=(LEAF, OLD_ISSUER), **WEAK),
]
QUIET = [
    a_handshake(),
    a_handshake(key="EC_prime256v1", signature="SHA256WITHECDSA"),
    a_handshake(
        signature="SHA1WITHRSA",
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        is_trusted=False,
    ),
    a_handshake(chain=(LEAF, ISSUER, OLD_ROOT), **WEAK),
    a_handshake(chain=(LEAF, ISSUER, OLD_ISSUER)),
    a_handshake(chain=(LEAF, ISSUER, OLD_STRAY), **WEAK),
]


def told(inventory: Inventory) -> Problem:
    """Give the one problem of *inventory*."""
    (problem,) = weak_on_the_wire(an_estate(inventory))
    assert isinstance(problem, Problem)

    return problem


def test_a_short_key_is_worse_than_an_old_hash() -> None:
    """A key that can be computed is lost at once."""
    assert Severity.MEDIUM == told(a_handshake(signature="SHA1WITHRSA")).severity
    assert Severity.HIGH == told(a_handshake(key="RSA_1024")).severity


def test_names_the_issuer_that_is_weak() -> None:
    """Everything weak in the chain is one finding."""
    problem = told(
        a_handshake(signature="SHA1WITHRSA", chain=(LEAF, OLD_ISSUER), **WEAK)
    )

    assert (
        "serves a certificate with a signature with SHA1 and an issuer "
        "(CN=Issuing CA) with a signature with SHA1." in problem.message
    )
