"""SG-009: ranges that are too large to be anybody's own."""

import pytest

from ringfence.checks.broad_range import broad_range
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Rule
from tests.build import a_group, a_rule, an_estate, an_inventory, public


def unreached(*listed: Rule, product: str = "") -> Inventory:
    """Give an instance in a VPC without an internet gateway."""
    return public(*listed, product=product, internet_gateways=())


PROVIDER = "52.16.0.0/15"

FIRES = [
    unreached(a_rule(22, PROVIDER)),
    unreached(a_rule(3000, PROVIDER)),
    unreached(a_rule(3000, "52.0.0.0/8")),
    unreached(a_rule(None, PROVIDER, protocol="all")),
    unreached(a_rule(3000, "2a05::/16")),
    an_inventory(security_groups=(a_group(a_rule(22, PROVIDER)),)),
]
QUIET = [
    public(a_rule(22, PROVIDER)),
    unreached(a_rule(443, PROVIDER)),
    unreached(a_rule(7999, PROVIDER), product="bitbucket"),
    unreached(a_rule(22, "52.0.0.0/8")),
    unreached(a_rule((0, 65535), "52.0.0.0/8")),
    unreached(a_rule(22, "198.51.100.0/24")),
    unreached(a_rule(22, "10.0.0.0/8")),
    unreached(a_rule(3000)),
    unreached(a_rule(22, PROVIDER, is_egress=True)),
]


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (FIRES[0], Severity.MEDIUM),
        (FIRES[1], Severity.LOW),
        (FIRES[-1], Severity.LOW),
    ],
)
def test_use_and_port_decide_the_weight(
    inventory: Inventory, severity: Severity
) -> None:
    """Sensitive ports of a group in use weigh most."""
    (problem,) = broad_range(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert severity == problem.severity


def test_trusted_part_does_not_count() -> None:
    """A range that the policy names is the owner's business."""
    estate = an_estate(FIRES[0], trusted={"provider": [PROVIDER]})

    assert [] == list(broad_range(estate))


def test_unread_prefix_list_is_doubt() -> None:
    """A list that could not be read may hold a provider's ranges."""
    inventory = unreached(a_rule(22, "pl-2"))

    assert [Doubt("sg-1", "the prefix list pl-2 could not be read")] == list(
        broad_range(an_estate(inventory))
    )
