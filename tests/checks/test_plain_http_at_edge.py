"""LB-006: CloudFront and plain HTTP."""

from ringfence.checks.plain_http_at_edge import plain_http_at_edge
from ringfence.finding import Problem
from ringfence.inventory.distributions import Behavior
from tests.build import an_estate, an_inventory, distributed

ALL = Behavior(path="*", viewers="allow-all")
LOGIN = Behavior(path="/login", viewers="allow-all")
SECURE = Behavior(path="*", viewers="https-only")

FIRES = [
    distributed(behaviors=(ALL,)),
    distributed(behaviors=(SECURE, LOGIN)),
    an_inventory(
        distributions=distributed(
            behaviors=(ALL,), aliases=("jira.example.com",)
        ).distributions
    ),
]
QUIET = [
    distributed(),
    distributed(behaviors=(SECURE,)),
    distributed(behaviors=(ALL,), is_enabled=False),
    an_inventory(distributions=FIRES[0].distributions),
]


def test_names_product_and_paths() -> None:
    """Only those that are plain."""
    (problem,) = plain_http_at_edge(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert (
        "CloudFront's git.example.com serves Bitbucket in plain HTTP, too, at /login."
    ) == problem.message
