"""WAF-002: web ACLs that stop nothing."""

from dataclasses import replace

import pytest

from ringfence.checks.idle_web_acl import idle_web_acl
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.webacls import AclRule
from tests.build import WEB_ACL, an_estate, guarded

COUNTING = AclRule(
    name="common", managed="AWS/AWSManagedRulesCommonRuleSet", is_counting=True
)
ACTING = replace(COUNTING, is_counting=False)
COUNTED = AclRule(name="flood", action="Count")
ALLOWING = AclRule(name="office", action="Allow")
OWN = AclRule(name="own", group="arn:aws:wafv2:eu-west-1:1:regional/rulegroup/own/1")


def with_rules(*rules: AclRule, blocks_by_default: bool = False) -> Inventory:
    """Give Bitbucket behind a web ACL that has *rules*."""
    return guarded(rules=rules, blocks_by_default=blocks_by_default)


FIRES = [
    with_rules(),
    with_rules(COUNTING, COUNTED, ALLOWING),
    with_rules(replace(OWN, is_counting=True)),
    with_rules(ALLOWING),
]
QUIET = [
    guarded(),
    with_rules(COUNTING, ACTING),
    with_rules(COUNTING, OWN),
    with_rules(COUNTING, AclRule(name="flood", action="Captcha")),
    with_rules(ALLOWING, blocks_by_default=True),
    replace(with_rules(), internet_gateways=()),
    replace(with_rules(), instances=()),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = idle_web_acl(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("inventory", "words"),
    [
        (FIRES[0], "has no rule"),
        (FIRES[1], "only counts"),
        (FIRES[2], "only counts"),
        (FIRES[3], "only allows"),
    ],
)
def test_says_why_it_stops_nothing(inventory: Inventory, words: str) -> None:
    """And before what it stands."""
    problem = told(inventory)

    assert WEB_ACL == problem.resource
    assert (
        f"The web ACL web before Bitbucket (load balancer web) {words}, and allows "
        "what no rule stops."
    ) == problem.message


def test_the_fix_writes_back_the_whole() -> None:
    """AWS takes a web ACL only whole, and only with the newest lock token."""
    fix = told(FIRES[1]).fix or ""

    assert "get-web-acl --region eu-west-1 --scope REGIONAL --name web --id 1" in fix
    assert "update-web-acl" in fix


def test_firewall_manager_s_is_changed_by_its_policy() -> None:
    """What is written in the account itself would not stay."""
    inventory = guarded(rules=(), is_firewall_managers=True)

    assert "Firewall Manager" in (told(inventory).fix or "")
    assert "update-web-acl" not in (told(inventory).fix or "")


def test_unread_network_is_doubt() -> None:
    """Nobody can tell whether strangers meet it."""
    (doubt,) = idle_web_acl(an_estate(replace(FIRES[0], subnets=())))

    assert isinstance(doubt, Doubt)
    assert WEB_ACL == doubt.resource
