"""EXP-003: ports that a product keeps to itself."""

import pytest

from ringfence.checks.exposed_private_port import exposed_private_port
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from tests.build import a_listener, a_rule, an_estate, balanced, public

FIRES = [
    public(a_rule(5701), product="bitbucket"),
    public(a_rule(40001), product="jira"),
    public(a_rule(5801), product="confluence"),
    public(a_rule(8090), product="confluence"),
    public(a_rule(8020), product="crowd"),
    public(a_rule(54663), product="bamboo"),
    public(a_rule(5005), product="crowd"),
    public(a_rule(5701, protocol="udp"), product="bitbucket"),
    balanced(a_listener(8080, "TCP"), product="jira", target_port=8080, kind="network"),
    balanced(a_listener(443), product="jira", target_port=40001),
]
QUIET = [
    public(a_rule(5701)),
    public(a_rule(7999), product="bitbucket"),
    public(a_rule(443), product="jira"),
    public(a_rule(5801, "10.0.0.0/16"), product="confluence"),
    public(a_rule(9200), product="bitbucket"),
    balanced(a_listener(443), product="jira"),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = exposed_private_port(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("product", "port", "cve"),
    [("jira", 40001, "CVE-2020-36239"), ("bitbucket", 5701, "CVE-2022-26133")],
)
def test_says_what_happened_through_cluster_ports(
    product: str, port: int, cve: str
) -> None:
    """A cluster port names the flaw that shows why it is for peers only."""
    problem = told(public(a_rule(port), product=product))

    assert Severity.CRITICAL == problem.severity
    assert cve in problem.message


def test_connector_weighs_one_step_less() -> None:
    """The HTTP connector goes around the proxy, but at least asks for a login."""
    problem = told(public(a_rule(8080), product="jira"))

    assert Severity.HIGH == problem.severity
    assert "Jira's own connector" in problem.message


def test_names_the_product() -> None:
    """The message says which product it is, with id and name."""
    problem = told(public(a_rule(5801), product="confluence"))

    assert problem.message.startswith("Confluence i-1 (confluence-prod): Hazelcast")
