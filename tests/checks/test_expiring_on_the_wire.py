"""TLS-003: certificates about to expire, as served."""

import pytest

from ringfence.checks.expiring_on_the_wire import expiring_on_the_wire
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Fault
from tests.build import TAKEN_AT, a_handshake, an_estate, days

FIRES = [
    a_handshake(not_after=TAKEN_AT + days(29.5)),
    a_handshake(
        not_after=TAKEN_AT + days(3), is_trusted=False, faults=(Fault.INCOMPLETE_CHAIN,)
    ),
]
QUIET = [
    a_handshake(),
    a_handshake(not_after=TAKEN_AT),
    a_handshake(not_after=TAKEN_AT + days(31)),
    a_handshake(
        not_after=TAKEN_AT + days(3),
        is_self_signed=True,
        faults=(Fault.SELF_SIGNED,),
        is_trusted=False,
    ),
    a_handshake(not_after=TAKEN_AT + days(3), is_trusted=False, faults=(Fault.NAME,)),
]


@pytest.mark.parametrize(
    ("left", "severity"), [(7, Severity.HIGH), (7.1, Severity.MEDIUM)]
)
def test_the_last_week_is_urgent(left: float, severity: Severity) -> None:
    """How urgent it is, is the policy's."""
    inventory = a_handshake(not_after=TAKEN_AT + days(left))
    (problem,) = expiring_on_the_wire(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert severity == problem.severity


def test_the_policy_sets_the_days() -> None:
    """An owner who renews late is told late."""
    inventory = a_handshake(not_after=TAKEN_AT + days(20))
    estate = an_estate(inventory, thresholds={"certificate_expiry_days": 14})

    assert [] == list(expiring_on_the_wire(estate))


def test_failed_handshake_is_doubt() -> None:
    """An endpoint that did not answer is neither good nor bad."""
    inventory = a_handshake(error="timed out", not_after=None)

    assert [Doubt("git.example.com:443", "timed out")] == list(
        expiring_on_the_wire(an_estate(inventory))
    )
