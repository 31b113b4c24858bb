"""SG-003: default groups."""

from ringfence.checks.default_group import default_group
from ringfence.finding import Problem, Severity
from ringfence.inventory.records import LoadBalancer
from tests.build import a_group, a_rule, an_estate, an_interface, an_inventory

RULES = (
    a_rule(None, "sg-1", protocol="all"),
    a_rule(None, protocol="all", name="sgr-2", is_egress=True),
)
UNUSED = an_inventory(security_groups=(a_group(*RULES, name="default"),))
USED = an_inventory(
    security_groups=(a_group(*RULES, name="default"),),
    network_interfaces=(an_interface(),),
)
BARE = an_inventory(
    security_groups=(a_group(name="default"),), network_interfaces=(an_interface(),)
)

MANY = an_inventory(
    security_groups=(a_group(name="default"),),
    network_interfaces=tuple(
        an_interface(id=f"eni-{number}", instance=f"i-{number}") for number in range(7)
    ),
    load_balancers=(
        LoadBalancer(
            id="web",
            name="web",
            kind="classic",
            is_internet_facing=False,
            groups=("sg-1",),
        ),
    ),
)

FIRES = [UNUSED, USED, BARE, MANY]
QUIET = [
    an_inventory(security_groups=(a_group(name="default"),)),
    an_inventory(security_groups=(a_group(*RULES),)),
]


def test_weighs_by_use() -> None:
    """Rules that apply to something weigh more than rules or use alone."""
    severities = []
    for inventory in (UNUSED, USED, BARE):
        (problem,) = default_group(an_estate(inventory))
        assert isinstance(problem, Problem)
        severities.append(problem.severity)

    assert [Severity.LOW, Severity.MEDIUM, Severity.LOW] == severities


def test_revokes_both_directions() -> None:
    """The default group should let nothing in and nothing out."""
    (problem,) = default_group(an_estate(UNUSED))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert ["ingress", "egress"] == [
        line.split()[2].rpartition("-")[2] for line in problem.fix.splitlines()
    ]


def test_many_users_are_counted() -> None:
    """Instances and load balancers use it; a message names the first few."""
    (problem,) = default_group(an_estate(MANY))

    assert isinstance(problem, Problem)
    assert "Used by: i-0, i-1, i-2, i-3, i-4 and 3 more." in problem.message
