"""TLS-001: certificates outside their days, as served."""

from ringfence.checks.expired_on_the_wire import expired_on_the_wire
from ringfence.finding import Doubt
from tests.build import TAKEN_AT, a_handshake, an_estate, days

FIRES = [
    a_handshake(not_after=TAKEN_AT - days(1)),
    a_handshake(not_before=TAKEN_AT + days(2)),
]
QUIET = [a_handshake(), a_handshake(is_self_signed=True)]


def test_failed_handshake_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = a_handshake(error="connection refused", not_after=None)

    assert [Doubt("git.example.com:443", "connection refused")] == list(
        expired_on_the_wire(an_estate(inventory))
    )
