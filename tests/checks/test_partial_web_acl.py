"""WAF-003: web ACLs without the protections that the guides ask for."""

from dataclasses import replace

from ringfence.checks.partial_web_acl import partial_web_acl
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.webacls import AclRule
from tests.build import PROTECTING, WEB_ACL, an_estate, guarded

COMMON, KNOWN_BAD, SQL, REPUTATION = PROTECTING
OWN_SQL = AclRule(name="sql", action="Block", looks_for_sql=True)
BOTS = AclRule(name="bots", managed="AWS/AWSManagedRulesBotControlRuleSet")
OWN = AclRule(name="own", group="arn:aws:wafv2:eu-west-1:1:regional/rulegroup/own/1")
SHIELD = AclRule(
    name="shield",
    group="arn:aws:wafv2:eu-west-1:1:regional/rulegroup/ShieldMitigationRuleGroup_1/1",
)
THIRD = AclRule(name="f5", managed="F5/OWASP_Managed")


def with_rules(*rules: AclRule, blocks_by_default: bool = False) -> Inventory:
    """Give Bitbucket behind a web ACL that has *rules*."""
    return guarded(rules=rules, blocks_by_default=blocks_by_default)


FIRES = [
    with_rules(COMMON, KNOWN_BAD, SQL),
    with_rules(COMMON, KNOWN_BAD, REPUTATION, replace(OWN_SQL, action="Count")),
    with_rules(COMMON, KNOWN_BAD, SQL, replace(REPUTATION, is_counting=True)),
    with_rules(AclRule(name="flood", action="Block")),
    with_rules(BOTS, replace(OWN, is_counting=True)),
    with_rules(COMMON, SHIELD),
]
QUIET = [
    guarded(),
    with_rules(COMMON, KNOWN_BAD, REPUTATION, OWN_SQL),
    with_rules(replace(COMMON, counted=("SizeRestrictions_BODY",)), *PROTECTING[1:]),
    with_rules(COMMON, OWN),
    with_rules(COMMON, THIRD),
    with_rules(AclRule(name="office", action="Allow"), blocks_by_default=True),
    with_rules(),  # WAF-002 tells
    replace(with_rules(COMMON), internet_gateways=()),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = partial_web_acl(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_one_finding_names_all_that_is_missing() -> None:
    """What only counts is named as that."""
    problem = told(with_rules(COMMON, replace(KNOWN_BAD, is_counting=True), SQL))

    assert WEB_ACL == problem.resource
    assert (
        "The web ACL web before Bitbucket (load balancer web) does not protect from "
        "inputs known to be bad (AWSManagedRulesKnownBadInputsRuleSet only counts), "
        "addresses of bad reputation (AWSManagedRulesAmazonIpReputationList)."
    ) == problem.message


def test_the_fix_warns_of_what_would_break() -> None:
    """Git pushes are larger than the common rules let in."""
    assert "SizeRestrictions_BODY" in (told(FIRES[3]).fix or "")


def test_unread_network_is_doubt() -> None:
    """Nobody can tell whether strangers meet it."""
    (doubt,) = partial_web_acl(an_estate(replace(FIRES[0], subnets=())))

    assert isinstance(doubt, Doubt)


def test_evidence_shows_what_is_not_judged() -> None:
    """Rules of a group that only count, and a group that sees few requests."""
    common = replace(COMMON, counted=("SizeRestrictions_BODY",), is_narrowed=True)
    (shown, flood, own) = told(
        with_rules(
            common, AclRule(name="f", action="Block"), replace(OWN, is_counting=True)
        )
    ).evidence["rules"]

    assert ["SizeRestrictions_BODY"] == shown["counted"]
    assert (True, "as the group") == (shown["is_narrowed"], shown["action"])
    assert {"name": "f", "action": "Block"} == flood
    assert ("Count", OWN.group) == (own["action"], own["group"])
