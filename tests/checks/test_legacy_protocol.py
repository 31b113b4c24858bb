"""TLS-005: outdated protocol versions."""

from typing import Any

import pytest

from ringfence.checks.legacy_protocol import legacy_protocol
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import Offer
from tests.build import a_handshake, an_estate

MODERN = {
    "TLSv1.3": Offer.OFFERED,
    "TLSv1.2": Offer.OFFERED,
    "TLSv1.1": Offer.REFUSED,
    "TLSv1": Offer.REFUSED,
    "SSLv3": Offer.REFUSED,
}


def taking(**versions: Offer) -> Inventory:
    """Give a handshake with a server that takes other versions than a modern one."""
    names = {name.replace("_", "."): offer for name, offer in versions.items()}
    return a_handshake(versions=MODERN | names)


FIRES = [
    taking(TLSv1=Offer.OFFERED),
    taking(TLSv1_1=Offer.OFFERED),
    taking(SSLv3=Offer.OFFERED),
]
QUIET = [
    a_handshake(),
    taking(),
    taking(TLSv1_3=Offer.REFUSED),
    taking(TLSv1_3=Offer.UNTRIED),
]


def answers(inventory: Inventory) -> list[Any]:
    """Give all that the check says."""
    return list(legacy_protocol(an_estate(inventory)))


@pytest.mark.parametrize(
    ("version", "severity"),
    [
        ("SSLv3", Severity.HIGH),
        ("TLSv1", Severity.MEDIUM),
        ("TLSv1_1", Severity.MEDIUM),
    ],
)
def test_ssl_is_worse_than_old_tls(version: str, severity: Severity) -> None:
    """What is broken weighs more than what is forbidden."""
    (problem,) = answers(taking(**{version: Offer.OFFERED}))

    assert severity == problem.severity


def test_all_versions_are_one_finding() -> None:
    """A server without anything newer is told as such, and once."""
    (problem,) = answers(
        taking(
            TLSv1_3=Offer.REFUSED,
            TLSv1_2=Offer.REFUSED,
            TLSv1_1=Offer.OFFERED,
            TLSv1=Offer.OFFERED,
        )
    )

    assert isinstance(problem, Problem)
    assert "takes TLSv1 and TLSv1.1, and nothing newer." in problem.message


def test_what_was_not_tested_is_doubt() -> None:
    """A hello that got no answer in time is no refusal."""
    because = "whether it takes SSLv3 and TLSv1 could not be tested"

    assert [Doubt("git.example.com:443", because)] == answers(
        taking(TLSv1=Offer.UNTRIED, SSLv3=Offer.UNTRIED)
    )
