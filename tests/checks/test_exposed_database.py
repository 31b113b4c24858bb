"""EXP-002: data stores that the internet reaches."""

from ringfence.checks.exposed_database import exposed_database
from ringfence.finding import Problem, Severity
from tests.build import a_listener, a_rule, an_acl, an_estate, balanced, public

FIRES = [
    public(a_rule(5432)),
    public(a_rule(6379), product="jira"),
    public(a_rule(11211, protocol="udp")),
    public(a_rule(9200), product="bitbucket"),
    balanced(a_listener(443), target_port=9200),
    balanced(a_listener(15432, "TCP"), target_port=5432, kind="network"),
]
QUIET = [
    public(a_rule(5432, "10.0.0.0/8")),
    public(a_rule(22)),
    public(a_rule((0, 65535))),
    public(a_rule(443)),
]


def test_names_what_listens_behind_a_balancer() -> None:
    """The service is told by the port at which the packet ends."""
    inventory = balanced(a_listener(15432, "TCP"), target_port=5432, kind="network")
    (problem,) = exposed_database(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "PostgreSQL (TCP 15432)" in problem.message
    assert "through the load balancer web" in problem.message


def test_closes_the_balancers_own_group() -> None:
    """Behind a load balancer with groups, the rule that clients meet is revoked."""
    inventory = balanced(a_listener(15432, "TCP"), target_port=5432, kind="network")
    (problem,) = exposed_database(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert "--group-id sg-lb " in problem.fix


def test_unanswered_datagrams_weigh_one_step_less() -> None:
    """A datagram does its harm without an answer; one step milder, and said so."""
    closed = an_acl(lets_out="10.0.0.0/8")
    inventory = public(a_rule(11211, protocol="udp"), network_acls=(closed,))
    (problem,) = exposed_database(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert Severity.HIGH == problem.severity
    assert "no answer gets out" in problem.message
