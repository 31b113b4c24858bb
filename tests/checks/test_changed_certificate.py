"""DNS-005: a name that suddenly serves another authority's certificate."""

from typing import Any

import pytest

from ringfence.checks.changed_certificate import authority
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.looks import Look
from tests.build import TAKEN_AT, an_inventory, days

ENDPOINT = "git.example.com:443"
OURS = "CN=DigiCert G2 TLS CA1,O=DigiCert Inc,C=US"
THEIRS = "CN=R11,O=Let's Encrypt,C=US"


def served(issuer: str, **fields: Any) -> TlsObservation:
    defaults: dict[str, Any] = {
        "endpoint": ENDPOINT,
        "issuer": issuer,
        "is_trusted": True,
        "not_before": TAKEN_AT - days(100),
        "not_after": TAKEN_AT + days(200),
    }
    return TlsObservation(**(defaults | fields))


def changed(old: TlsObservation, now: TlsObservation, **fields: Any) -> Inventory:
    defaults: dict[str, Any] = {
        "endpoint": ENDPOINT,
        "asked_at": TAKEN_AT - days(90),
        "observed_at": TAKEN_AT,
        "tls": now,
        "before": old,
        "changed_at": TAKEN_AT - days(1),
    }
    return an_inventory(last_looks=(Look(**(defaults | fields)),))


FIRES = [changed(served(OURS), served(THEIRS))]
QUIET = [
    # A renewal: the same authority, whichever of its intermediates signed.
    changed(served(THEIRS), served(THEIRS.replace("R11", "E6"))),
    # It was about to end anyway.
    changed(served(OURS, not_after=TAKEN_AT + days(20)), served(THEIRS)),
    # TLS-002 tells what is not trusted; and from bad to good is no alarm.
    changed(served(OURS), served(THEIRS, is_trusted=False)),
    changed(served(OURS, is_trusted=False), served(THEIRS)),
    # A week later everybody knows.
    changed(served(OURS), served(THEIRS), changed_at=TAKEN_AT - days(7)),
    # Never changed, never seen, or silent now.
    changed(served(OURS), served(THEIRS), before=None, changed_at=None),
    changed(served(OURS), served(THEIRS), tls=None),
    changed(served(OURS), served(THEIRS), error="No connection within 10 s."),
]


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        (OURS, "DigiCert Inc"),
        ("O=Example\\, Inc.,CN=CA", "Example\\, Inc."),
        ("CN=Own CA", "CN=Own CA"),
        ("CN=FOO=BAR", "CN=FOO=BAR"),
    ],
)
def test_an_authority_is_its_organisation(issuer: str, expected: str) -> None:
    """One without an organisation is its whole name."""
    assert expected == authority(served(issuer))
