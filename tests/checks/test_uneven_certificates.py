"""TLS-011: different certificates at a name's addresses."""

from dataclasses import replace
from typing import Any

from ringfence.checks.uneven_certificates import uneven_certificates
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Elsewhere
from tests.build import a_handshake, an_estate


def served(*others: Elsewhere, **fields: Any) -> Problem:
    """Give what is told of a name with *others* for addresses, too."""
    inventory = a_handshake(**({"fingerprint": "aa", "others": others} | fields))
    (problem,) = uneven_certificates(an_estate(inventory))
    assert isinstance(problem, Problem)

    return problem


SAME = Elsewhere(address="203.0.113.8", fingerprint="aa")
OTHER = Elsewhere(address="203.0.113.8", fingerprint="bb")
OLD = Elsewhere(
    address="203.0.113.9", fingerprint="cc", distrust="certificate has expired"
)
DEAD = Elsewhere(address="203.0.113.10", error="No connection: refused.")

FIRES = [
    a_handshake(fingerprint="aa", others=(OTHER,)),
    a_handshake(fingerprint="aa", others=(OLD,)),
]
QUIET = [
    a_handshake(fingerprint="aa"),
    a_handshake(fingerprint="aa", others=(SAME,)),
    a_handshake(fingerprint="aa", others=(DEAD,)),
]


def test_an_address_with_a_refused_certificate_weighs_more() -> None:
    """Some visitors are turned away by an old certificate, and the others not."""
    problem = served(OLD)

    assert Severity.HIGH == problem.severity
    assert "trust that of 203.0.113.9: certificate has expired." in problem.message


def test_an_address_that_shows_nothing_is_doubt() -> None:
    """What may differ there is not known; without IPv6, that is no wonder."""
    six = replace(DEAD, address="2001:db8::1")
    told = [
        list(uneven_certificates(an_estate(a_handshake(fingerprint="aa", others=both))))
        for both in ((SAME, DEAD), (SAME, six))
    ]

    because = "203.0.113.10 showed no certificate"
    assert [[Doubt("git.example.com:443", because)], []] == told


def test_a_difference_alone_weighs_little() -> None:
    """A node may be in the middle of its renewal."""
    assert Severity.LOW == served(OTHER).severity


def test_the_order_of_addresses_does_not_matter() -> None:
    """Whichever address was looked at first, the finding is the same."""
    here = Elsewhere(address="203.0.113.7", fingerprint="aa")
    turned = served(
        here, address=OLD.address, fingerprint=OLD.fingerprint, distrust=OLD.distrust
    )

    assert served(OLD).message == turned.message
