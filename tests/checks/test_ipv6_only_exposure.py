"""EXP-006: ports that only the IPv6 internet reaches."""

from ringfence.checks.ipv6_only_exposure import ipv6_only_exposure
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.records import PrivateAddress, Rule
from tests.build import ADDRESS, a_rule, an_estate, an_interface, public

SIXTH = "2a05:d018::7"


def dual(*listed: Rule, address: str | None = ADDRESS) -> Inventory:
    """Give an instance with a public IPv6 address and, maybe, a public IPv4 one."""
    addresses = (PrivateAddress("10.0.0.7", address),)
    interface = an_interface(addresses=addresses, ipv6=(SIXTH,))
    return public(*listed, network_interfaces=(interface,))


FIRES = [
    dual(a_rule(22, "::/0")),
    dual(a_rule(443, "::/0"), address=None),
    dual(a_rule(443, "0.0.0.0/0"), a_rule((440, 450), "::/0", name="sgr-2")),
    dual(a_rule(443, "198.51.100.0/24"), a_rule(443, "::/0", name="sgr-2")),
]
QUIET = [
    dual(a_rule(443, "pl-unread"), a_rule(443, "::/0", name="sgr-2")),
    dual(a_rule(443, "0.0.0.0/0"), a_rule(443, "::/0", name="sgr-2")),
    dual(a_rule(443, "0.0.0.0/0")),
    dual(a_rule(443, "2001:4860::/48")),
    public(
        a_rule(443, "::/0"),
        network_interfaces=(an_interface(addresses=(), ipv6=(SIXTH,)),),
    ),
    public(a_rule(443, "::/0")),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = ipv6_only_exposure(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_tells_only_the_ports_that_differ() -> None:
    """A port open to both families is not told."""
    assert ["tcp 440-442", "tcp 444-450"] == told(FIRES[2]).evidence["ports"]


def test_revokes_only_the_rule_for_ipv6() -> None:
    """The rule that lets IPv4 in stays."""
    fix = told(FIRES[2]).fix

    assert fix
    assert fix.endswith("--security-group-rule-ids sgr-2")
