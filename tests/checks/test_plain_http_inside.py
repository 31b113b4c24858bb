"""LB-004: products in plain HTTP where no stranger gets in."""

from dataclasses import replace

from ringfence.checks.plain_http_inside import plain_http_inside
from ringfence.checks.plain_http_product import plain_http_product
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import (
    BALANCER,
    REDIRECT,
    a_group,
    a_listener,
    a_rule,
    an_estate,
    balanced,
)

HTTP = a_listener(80, "HTTP")
OFFICE = "198.51.100.0/24"


def inside(inventory: Inventory, source: str = "10.0.0.0/16") -> Inventory:
    """Give *inventory* with its load balancer's group open to *source* alone."""
    front, node = inventory.security_groups
    leaving = [rule for rule in front.rules if rule.is_egress]
    narrow = a_group(*leaving, a_rule(80, source, name="sgr-in"), id=front.id)
    return replace(inventory, security_groups=(narrow, node))


def internal(inventory: Inventory) -> Inventory:
    """Give *inventory* with its load balancer inside."""
    (balancer,) = inventory.load_balancers
    moved = replace(balancer, is_internet_facing=False)
    return replace(inventory, load_balancers=(moved,))


FIRES = [
    inside(balanced(HTTP, product="jira")),
    internal(balanced(HTTP, product="jira")),
    inside(balanced(a_listener(443), HTTP, product="bitbucket")),
]
QUIET = [
    balanced(HTTP, product="jira"),
    inside(balanced(HTTP)),
    inside(balanced(a_listener(443), product="jira")),
    inside(balanced(a_listener(80, "HTTP", [REDIRECT]), product="jira")),
    replace(FIRES[0], load_balancers=()),
]


def test_a_trusted_range_that_crosses_the_internet_weighs_more() -> None:
    """Whom the policy trusts is still overheard on the way."""
    inventory = inside(balanced(HTTP, product="jira"), OFFICE)
    estate = an_estate(inventory, trusted={"office": [OFFICE]})

    (problem,) = plain_http_inside(estate)

    assert isinstance(problem, Problem)
    assert Severity.MEDIUM is problem.severity
    assert (
        "Port 80 (HTTP) of the internet-facing load balancer web serves Jira in plain "
        "HTTP to ranges that the policy trusts, across the internet."
    ) == problem.message
    assert [] == list(plain_http_product(estate))


def test_where_strangers_get_in_another_check_tells_it() -> None:
    """One listener is one finding, whoever gets in."""
    inventory = inside(balanced(HTTP, product="jira"), OFFICE)

    assert [] == list(plain_http_inside(an_estate(inventory)))
    assert 1 == len(list(plain_http_product(an_estate(inventory))))


def test_nobody_from_the_internet_weighs_little() -> None:
    """Atlassian's guide accepts it for those behind a VPN."""
    (problem,) = plain_http_inside(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (BALANCER, "tcp-80", Severity.LOW) == (
        problem.resource,
        problem.discriminator,
        problem.severity,
    )
    assert problem.fix
    assert problem.fix.startswith("First give the load balancer an HTTPS listener")
