"""SG-008: products that may send anything anywhere."""

from ringfence.checks.open_egress import open_egress
from ringfence.finding import Problem
from ringfence.inventory.records import Rule
from tests.build import a_group, a_rule, an_estate, public


def out(to: str = "0.0.0.0/0", protocol: str = "all", port: int | None = None) -> Rule:
    """Give an outbound rule."""
    return a_rule(port, to, protocol=protocol, is_egress=True)


FIRES = [
    public(out(), product="bitbucket"),
    public(out("::/0"), product="jira"),
]
QUIET = [
    public(out()),
    public(out("10.0.0.0/8"), product="bitbucket"),
    public(out(protocol="tcp", port=443), product="bitbucket"),
    public(a_rule(None, protocol="all"), product="bitbucket"),
    public(
        product="bitbucket",
        security_groups=(a_group(), a_group(out(), id="sg-2")),
    ),
]


def test_names_the_product() -> None:
    """The message says whose instances carry the group."""
    (problem,) = open_egress(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.message == (
        "sg-1 (web), which Bitbucket carries, allows everything to 0.0.0.0/0."
    )
