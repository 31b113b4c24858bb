"""EXP-004: products in plain HTTP."""

from dataclasses import replace

from ringfence.checks.plain_http_product import plain_http_product
from ringfence.finding import Problem
from ringfence.inventory.records import Action, ListenerRule, TargetGroup
from tests.build import (
    REDIRECT,
    TARGETS,
    VPC,
    a_listener,
    a_rule,
    an_estate,
    balanced,
    public,
)

FORWARD = Action(kind="forward", targets=(TARGETS,))
HTTP = a_listener(80, "HTTP")
REDIRECTING = a_listener(80, "HTTP", [REDIRECT])
HALF = replace(
    REDIRECTING,
    rules=(
        ListenerRule(
            id="rule-1", priority=1, has_other_conditions=True, actions=(FORWARD,)
        ),
        *REDIRECTING.rules,
    ),
)
EMPTY = TargetGroup(
    id=TARGETS, name="jira", kind="instance", protocol="HTTP", port=8080, vpc=VPC
)
EMPTIED = replace(balanced(HTTP), target_groups=(EMPTY,))

FIRES = [
    balanced(HTTP, product="jira"),
    balanced(a_listener(8080, "HTTP"), product="jira"),
    balanced(HALF, product="jira"),
    balanced(a_listener(80, "TCP"), product="crowd", target_port=80, kind="network"),
    public(a_rule(80), product="bitbucket"),
    replace(
        EMPTIED,
        load_balancers=(replace(EMPTIED.load_balancers[0], name="jira-web"),),
    ),
]
QUIET = [
    balanced(a_listener(443), REDIRECTING, product="jira"),
    balanced(HTTP),
    public(a_rule(80)),
    public(a_rule(443), product="bitbucket"),
    public(a_rule(7990), product="bitbucket"),
]


def test_makes_every_forwarding_rule_redirect() -> None:
    """The remedy turns exactly the rules that forward into redirects."""
    inventory = balanced(a_listener(443), HALF, product="jira")
    (problem,) = plain_http_product(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert (
        "aws elbv2 modify-rule --region eu-west-1 --rule-arn rule-1 --actions "
        "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'"
    ) == problem.fix


def test_says_that_https_must_be_there_first() -> None:
    """A redirect to a port that nobody listens on would take the product down."""
    (problem,) = plain_http_product(an_estate(balanced(HTTP, product="jira")))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert problem.fix.startswith("First give the load balancer an HTTPS listener")
