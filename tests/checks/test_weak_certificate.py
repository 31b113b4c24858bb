"""CERT-004: weak keys and signatures."""

import pytest

from ringfence.checks.weak_certificate import weak_certificate
from ringfence.finding import Doubt
from ringfence.subjects.certificates import weak_key, weak_signature
from tests.build import CERTIFICATE, an_estate, certified

FIRES = [certified(key="RSA_1024"), certified(signature="SHA1WITHRSA")]
QUIET = [
    certified(),
    certified(key="EC_prime256v1", signature="SHA256WITHECDSA"),
    certified(key="RSA_1024", used_by=()),
    certified(key="", signature=""),
]


@pytest.mark.parametrize("key", ["RSA_1024", "EC_secp192r1", "DSA_1024"])
def test_short_keys_are_weak(key: str) -> None:
    """A key below the least that authorities may sign is weak."""
    assert weak_key(key)


@pytest.mark.parametrize(
    "key", ["RSA_2048", "RSA_4096", "EC_prime256v1", "EC_secp521r1", "ED25519", ""]
)
def test_usual_keys_are_fine(key: str) -> None:
    """What ACM issues is fine, and so is what is not known."""
    assert not weak_key(key)


@pytest.mark.parametrize("name", ["SHA1WITHRSA", "MD5WITHRSA", "SHA1WITHECDSA"])
def test_broken_hashes_are_weak(name: str) -> None:
    """A signature with a broken hash can be forged."""
    assert weak_signature(name)


@pytest.mark.parametrize("name", ["SHA256WITHRSA", "SHA512WITHECDSA", "ED25519", ""])
def test_current_hashes_are_fine(name: str) -> None:
    """SHA-2 and later are fine."""
    assert not weak_signature(name)


def test_unread_body_is_doubt() -> None:
    """An imported certificate whose body was not read may have any key."""
    inventory = certified(kind="imported", key="", signature="")

    assert [Doubt(CERTIFICATE, "its key and signature could not be read")] == list(
        weak_certificate(an_estate(inventory))
    )
