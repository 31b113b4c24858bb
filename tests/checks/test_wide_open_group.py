"""SG-002: groups that open everything."""

from ringfence.checks.wide_open_group import wide_open_group
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from tests.build import a_group, a_rule, an_estate, an_instance, an_inventory, public


def unused(*listed: object) -> Inventory:
    """Give a group that nothing has."""
    return an_inventory(security_groups=(a_group(*listed),))  # type: ignore[arg-type]


FIRES = [
    public(a_rule((60000, 65000)), instances=(an_instance(state="stopped"),)),
    unused(a_rule(None, protocol="all")),
    unused(a_rule(None, "::/0", protocol="all")),
    unused(a_rule((0, 65535))),
    unused(a_rule((1024, 65535), protocol="udp")),
    unused(a_rule((1, 1000)), a_rule((1001, 2000), name="sgr-2")),
    unused(
        a_rule(None, "0.0.0.0/1", protocol="all"),
        a_rule(None, "128.0.0.0/1", protocol="all", name="sgr-2"),
    ),
    public(a_rule((0, 65535)), internet_gateways=()),
]
QUIET = [
    public(a_rule((0, 65535)), instances=(an_instance(state="stopped"),)),
    unused(a_rule((8000, 8010))),
    unused(a_rule(None, "10.0.0.0/8", protocol="all")),
    unused(a_rule(None, "sg-1", protocol="all")),
    unused(a_rule(None, protocol="all", is_egress=True)),
    unused(a_rule((0, 65535), "198.51.100.0/24")),
    public(a_rule((0, 65535))),
    public(a_rule(None, protocol="all")),
]


def test_ports_in_pieces_are_one_range() -> None:
    """Neighbouring ranges are judged by what they open together."""
    (problem,) = wide_open_group(an_estate(FIRES[5]))

    assert isinstance(problem, Problem)
    assert "tcp-1-2000" == problem.discriminator


def test_unread_prefix_list_hides_no_rule_beside_it() -> None:
    """What another rule of the group opens is sure."""
    doubt, problem = wide_open_group(
        an_estate(unused(a_rule(22, "pl-2"), a_rule((0, 65535), "0.0.0.0/0")))
    )

    assert isinstance(doubt, Doubt)
    assert isinstance(problem, Problem)
    assert "tcp-0-65535" == problem.discriminator


def test_unread_prefix_list_is_doubt() -> None:
    """A list that could not be read may hold the whole internet."""
    inventory = unused(a_rule((0, 65535), "pl-2"))

    assert [Doubt("sg-1", "the prefix list pl-2 could not be read")] == list(
        wide_open_group(an_estate(inventory))
    )
