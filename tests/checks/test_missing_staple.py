"""TLS-010: stapling that was promised."""

from ringfence.checks.missing_staple import missing_staple
from ringfence.finding import Doubt
from ringfence.inventory.handshakes import Fault
from tests.build import a_handshake, an_estate

FIRES = [a_handshake(must_staple=True, staples=False)]
QUIET = [
    a_handshake(),
    a_handshake(staples=False),
    a_handshake(must_staple=True, staples=True),
    a_handshake(must_staple=True, staples=None),
    a_handshake(
        must_staple=True,
        staples=False,
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        is_trusted=False,
    ),
]


def test_what_was_not_tested_is_doubt() -> None:
    """Only TLS 1.2 says in clear whether a response is stapled."""
    because = "whether it staples an OCSP response could not be tested"
    inventory = a_handshake(must_staple=True, staples=None)

    assert [Doubt("git.example.com:443", because)] == list(
        missing_staple(an_estate(inventory))
    )
