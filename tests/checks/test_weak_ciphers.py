"""LB-002: listeners that allow weak ciphers."""

from ringfence.checks.weak_ciphers import weak_ciphers
from ringfence.finding import Doubt, Problem, Severity
from tests.build import an_estate
from tests.checks.test_old_tls import PREFIX, an_own_policy, classic, listening

FIRES = [
    listening(f"{PREFIX}TLS-1-2-2017-01"),
    listening(f"{PREFIX}TLS13-1-2-Ext2-2021-06"),
    classic("own", an_own_policy("TLSv1.2", broken=("RC4-SHA",))),
]
QUIET = [
    listening(f"{PREFIX}TLS13-1-2-2021-06"),
    listening(f"{PREFIX}FS-1-2-2019-08"),
    listening(f"{PREFIX}2016-08"),
    classic(f"{PREFIX}TLS-1-2-2017-01"),
    classic("own", an_own_policy("TLSv1", broken=("RC4-SHA",))),
]


def test_broken_ciphers_weigh_more_than_those_without_forward_secrecy() -> None:
    """The latter need a stolen key, the former patience."""
    found = [
        answer.severity
        for inventory in (FIRES[0], FIRES[2])
        for answer in weak_ciphers(an_estate(inventory))
        if isinstance(answer, Problem)
    ]

    assert [Severity.LOW, Severity.MEDIUM] == found


def test_a_policy_that_nobody_knows_is_no_pass() -> None:
    """As with the protocols."""
    (doubt,) = weak_ciphers(an_estate(listening(f"{PREFIX}TLS13-1-2-2031-01")))

    assert isinstance(doubt, Doubt)
