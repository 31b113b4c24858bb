"""TLS-006: broken ciphers."""

from typing import Any

import pytest

from ringfence.checks.legacy_cipher import legacy_cipher
from ringfence.finding import Doubt, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import Offer
from tests.build import a_handshake, an_estate

FAMILIES = ("NULL", "anonymous", "EXPORT", "DES", "RC4", "3DES")


def taking(*families: str, rest: Offer = Offer.REFUSED) -> Inventory:
    """Give a handshake with a server that takes *families*."""
    offers = dict.fromkeys(FAMILIES, rest) | dict.fromkeys(families, Offer.OFFERED)
    return a_handshake(ciphers=offers)


FIRES = [taking(family) for family in FAMILIES]
QUIET = [a_handshake(), taking()]


def answers(inventory: Inventory) -> list[Any]:
    """Give all that the check says."""
    return list(legacy_cipher(an_estate(inventory)))


@pytest.mark.parametrize("family", FAMILIES)
def test_only_3des_is_less_than_high(family: str) -> None:
    """What needs hours of traffic weighs less than what is broken at once."""
    (problem,) = answers(taking(family))

    assert (Severity.MEDIUM if family == "3DES" else Severity.HIGH) == problem.severity


def test_all_families_are_one_finding() -> None:
    """They have one remedy: the worst sets how bad it is."""
    (problem,) = answers(taking("RC4", "3DES"))

    assert Severity.HIGH == problem.severity
    assert "takes RC4 and 3DES ciphers." in problem.message


def test_what_was_not_tested_is_doubt() -> None:
    """What was found is told, what could not be tested is not passed over."""
    problem, doubt = answers(taking("RC4", rest=Offer.UNTRIED))

    assert "takes RC4 ciphers." in problem.message
    assert isinstance(doubt, Doubt)
    assert "NULL, anonymous, EXPORT, DES and 3DES" in doubt.because
