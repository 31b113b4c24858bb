"""EXP-005: the rest."""

from ringfence.checks.unexpected_port import unexpected_port
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import REDIRECT, a_listener, a_rule, an_estate, balanced, public

FIRES = [
    public(a_rule(8081)),
    public(a_rule(80)),
    public(a_rule(7999), product="jira"),
    public(a_rule(None, protocol="50")),
    public(a_rule(5701)),
    balanced(a_listener(80, "HTTP")),
    balanced(a_listener(8443), product="jira"),
    balanced(a_listener(9000, "HTTP", [REDIRECT])),
]
QUIET = [
    public(a_rule(443)),
    public(a_rule(443, protocol="udp")),
    public(a_rule(7999), product="bitbucket"),
    public(a_rule(None, protocol="icmp")),
    public(a_rule(22)),
    public(a_rule(8080), product="jira"),
    balanced(a_listener(443), a_listener(80, "HTTP", [REDIRECT])),
    balanced(a_listener(80, "HTTP"), product="jira"),
]


def told(inventory: Inventory, **policy: object) -> list[Problem]:
    """Give the check's problems."""
    found = list(unexpected_port(an_estate(inventory, **policy)))
    return [answer for answer in found if isinstance(answer, Problem)]


def test_range_is_told_as_a_range() -> None:
    """Ports that nothing is known of are told together."""
    (problem,) = told(public(a_rule((8100, 8110))))

    assert "tcp-8100-8110" == problem.discriminator
    assert Severity.MEDIUM == problem.severity


def test_range_of_accepted_ports_is_quiet() -> None:
    """Only what is not accepted counts."""
    inventory = public(a_rule((7998, 7999)), product="bitbucket")

    assert [] == told(inventory, products={"bitbucket": {"public": (443, 7998, 7999)}})


def test_cluster_port_of_an_unknown_product_weighs_more() -> None:
    """A port on which code runs for whoever connects is worse than any other."""
    (problem,) = told(public(a_rule(5701)))

    assert Severity.HIGH == problem.severity
