"""WAF-001: products that the internet reaches without a web ACL."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks.no_web_acl import no_web_acl
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.distributions import Distribution, Origin
from ringfence.inventory.records import Action, PrefixList
from tests.build import (
    BALANCER,
    DISTRIBUTION,
    INSTANCE,
    REDIRECT,
    a_group,
    a_listener,
    a_rule,
    an_estate,
    an_instance,
    balanced,
    guarded,
)

LOGIN = a_listener(
    actions=(
        Action(kind="authenticate-oidc"),
        *a_listener().rules[0].actions,
    )
)


def fronted(**fields: Any) -> Inventory:
    """Give Bitbucket behind a load balancer and a CloudFront distribution."""
    defaults: dict[str, Any] = {
        "id": DISTRIBUTION,
        "domain": "d1.cloudfront.net",
        "aliases": ("git.example.com",),
        "origins": (Origin(domain="web-1.eu-west-1.elb.amazonaws.com"),),
        "web_acl": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1",
    }
    distribution = Distribution(**(defaults | fields))
    behind = balanced(a_listener(), product="bitbucket")
    return replace(behind, distributions=(distribution,))


def let_in(inventory: Inventory, source: str) -> Inventory:
    """Give *inventory* whose load balancer lets in *source* alone."""
    front, *others = inventory.security_groups
    kept = [rule for rule in front.rules if rule.is_egress]
    narrowed = a_group(a_rule(443, source), *kept, id="sg-lb")
    edge = PrefixList(
        id="pl-1",
        name="com.amazonaws.global.cloudfront.origin-facing",
        cidrs=("13.32.0.0/15", "13.35.0.0/16"),
    )
    return replace(inventory, security_groups=(narrowed, *others), prefix_lists=(edge,))


def called_jira(inventory: Inventory) -> Inventory:
    """Give *inventory* whose load balancer has the product's name."""
    (balancer,) = inventory.load_balancers
    return replace(inventory, load_balancers=(replace(balancer, name="jira"),))


FIRES = [
    balanced(a_listener(), product="bitbucket"),
    balanced(a_listener(80, "HTTP"), product="jira"),
    balanced(LOGIN, product="jira"),
    fronted(),
    let_in(fronted(web_acl=""), "pl-1"),
    let_in(fronted(is_enabled=False), "pl-1"),
    let_in(fronted(), "203.0.113.9/32"),
    called_jira(balanced(a_listener())),
]
QUIET = [
    guarded(),
    called_jira(balanced(a_listener(80, "HTTP", (REDIRECT,)))),
    balanced(a_listener()),
    balanced(a_listener(7999, "TCP"), product="bitbucket", kind="network"),
    replace(balanced(a_listener(), product="bitbucket"), internet_gateways=()),
    let_in(fronted(), "10.0.0.0/8"),
    let_in(fronted(), "pl-1"),
]


def told(inventory: Inventory, **policy: Any) -> Problem:
    """Give the check's only answer."""
    (problem,) = no_web_acl(an_estate(inventory, **policy))
    assert isinstance(problem, Problem)
    return problem


def test_names_load_balancer_and_product() -> None:
    """Whoever is called at night knows what it is about, and what to type."""
    problem = told(balanced(a_listener(), product="bitbucket"))

    assert (BALANCER, Severity.MEDIUM) == (problem.resource, problem.severity)
    assert (
        "The load balancer web lets the internet get to Bitbucket without a web ACL."
    ) == problem.message
    assert f"--web-acl-arn ARN --resource-arn {BALANCER}" in (problem.fix or "")


@pytest.mark.parametrize(
    "inventory", [balanced(LOGIN, product="jira"), let_in(fronted(), "203.0.113.9/32")]
)
def test_is_milder_behind_a_login_and_for_few(inventory: Inventory) -> None:
    """Not everybody can send what they like."""
    assert Severity.LOW == told(inventory).severity


def test_those_whom_the_policy_trusts_are_no_internet() -> None:
    """An office needs no web ACL before it."""
    inventory = let_in(fronted(), "203.0.113.9/32")
    trusted = {"office": ("203.0.113.0/24",)}

    assert [] == list(no_web_acl(an_estate(inventory, trusted=trusted)))


def test_cloudfront_s_is_gone_around_where_anybody_gets_in() -> None:
    """Its own name is in certificates' logs, and the load balancer answers all."""
    assert "That of CloudFront's git.example.com is gone around here." in (
        told(fronted()).message
    )


def test_a_distribution_without_one_is_named() -> None:
    """Then the way that all take has none."""
    assert "git.example.com has no web ACL either" in (
        told(let_in(fronted(web_acl=""), "pl-1")).message
    )


def test_others_distributions_are_not_known() -> None:
    """Only CloudFront gets in, and by nothing that is ours."""
    problem = told(let_in(fronted(is_enabled=False), "pl-1"))

    assert Severity.LOW == problem.severity
    assert "by none of this account's distributions" in problem.message


def test_where_distributions_were_not_read_nobody_can_tell() -> None:
    """They are read in the stack's own Region."""
    inventory = let_in(fronted(), "pl-1")
    elsewhere = replace(
        inventory, read=inventory.read - {"distributions"}, distributions=()
    )

    (doubt,) = no_web_acl(an_estate(elsewhere))

    assert isinstance(doubt, Doubt)
    assert BALANCER == doubt.resource


def test_unread_network_is_doubt() -> None:
    """Without its subnet nobody can tell what gets through the load balancer."""
    inventory = replace(balanced(a_listener(), product="bitbucket"), subnets=())

    answers = list(no_web_acl(an_estate(inventory)))

    assert [BALANCER] == [item.resource for item in answers if isinstance(item, Doubt)]
    assert 1 == len(answers)


def test_several_products_behind_one_are_all_named() -> None:
    """By what gets reached, not by what the load balancer is called like."""
    inventory = balanced(a_listener(), product="bitbucket")
    (group,) = inventory.target_groups
    other = an_instance(
        id="i-2", tags={"Name": "jira-1"}, interfaces=("eni-2",), groups=("sg-node",)
    )
    (interface,) = inventory.network_interfaces
    (target,) = group.targets
    both = replace(
        inventory,
        instances=(*inventory.instances, other),
        network_interfaces=(
            interface,
            replace(
                interface,
                id="eni-2",
                instance="i-2",
                addresses=(replace(interface.addresses[0], private="10.0.0.8"),),
            ),
        ),
        target_groups=(replace(group, targets=(target, replace(target, id="i-2"))),),
    )

    assert INSTANCE in {row["resource"] for row in told(both).evidence["exposures"]}
    assert "get to Bitbucket and Jira without" in told(both).message
