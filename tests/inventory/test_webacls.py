"""AWS WAF's answers are read into web ACLs, without what may be secret."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.inventory.read import read
from ringfence.inventory.webacls import (
    CONTENT,
    LISTED,
    LOGGING,
    PROTECTED,
    AclLog,
    AclRule,
    WebAcl,
    kept,
)
from ringfence.snapshot import SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages

START = "arn:aws:wafv2:eu-west-1:123456789012:regional/"
WEB = f"{START}webacl/web/6c9d2b1e-0000-4000-8000-000000000001"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/a1"
SQL: dict[str, Any] = {"SqliMatchStatement": {"FieldToMatch": {"QueryString": {}}}}
GEO = {"GeoMatchStatement": {"CountryCodes": ["DE"]}}


def test_a_web_acl_has_its_rules_in_order_and_its_balancers() -> None:
    """Firewall Manager's come first; one that protects nothing is left out."""
    assert (
        WebAcl(
            id=WEB,
            name="web",
            rules=(
                AclRule(
                    name="everywhere",
                    managed="AWS/AWSManagedRulesAmazonIpReputationList",
                ),
                AclRule(
                    name="common",
                    managed="AWS/AWSManagedRulesCommonRuleSet",
                    counted=("NoUserAgent_HEADER", "SizeRestrictions_BODY"),
                ),
                AclRule(
                    name="known-bad",
                    managed="AWS/AWSManagedRulesKnownBadInputsRuleSet",
                    is_counting=True,
                ),
                AclRule(name="flood", action="Block"),
                AclRule(name="own", group=f"{START}rulegroup/own/1"),
            ),
            balancers=(BALANCER,),
        ),
    ) == an_inventory().web_acls


def test_logs_of_every_owner_are_read() -> None:
    """The account's own configuration, and that of Security Lake."""
    assert (
        AclLog(
            WEB, ("arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-web",)
        ),
        AclLog(WEB, ("arn:aws:s3:::aws-waf-logs-lake",)),
    ) == an_inventory().acl_logs


def a_web_acl(*rules: dict[str, Any], **fields: Any) -> WebAcl:
    """Read the page's web ACL with other rules, and *fields*."""
    page = pages()[CONTENT]
    (answer,) = page.values()
    answer["WebACL"] |= {"Rules": list(rules)} | fields
    (acl,) = an_inventory(wafv2__get_web_acl=page).web_acls
    return acl


def a_rule(statement: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Give a rule as AWS tells it."""
    return {"Name": "r", "Priority": 0, "Statement": statement} | fields


@pytest.mark.parametrize(
    ("action", "stops"),
    [
        ("Block", True),
        ("Captcha", True),
        ("Challenge", True),
        ("NewerThanThis", True),
        ("Allow", False),
        ("Count", False),
    ],
)
def test_a_rule_stops_by_what_it_does(action: str, *, stops: bool) -> None:
    """An action that nobody knows here is taken to stop something."""
    found = a_web_acl(a_rule(GEO, Action={action: {}})).rules[-1]

    assert (action, stops) == (found.action, found.stops)


@pytest.mark.parametrize(
    ("statement", "looks"),
    [
        (SQL, True),
        ({"OrStatement": {"Statements": [GEO, SQL]}}, True),
        (
            {
                "AndStatement": {
                    "Statements": [GEO, {"OrStatement": {"Statements": [SQL]}}]
                }
            },
            True,
        ),
        ({"NotStatement": {"Statement": SQL}}, False),
        (GEO, False),
    ],
)
def test_own_rules_against_sql_injection_are_known(
    statement: dict[str, Any], *, looks: bool
) -> None:
    """However they are put together, but not turned around."""
    assert looks is a_web_acl(a_rule(statement)).rules[-1].looks_for_sql


def test_the_default_action_and_who_manages_are_read() -> None:
    """They decide what a web ACL is worth, and who can change it."""
    acl = a_web_acl(DefaultAction={"Block": {}}, ManagedByFirewallManager=True)

    assert (True, True) == (acl.blocks_by_default, acl.is_firewall_managers)


def test_a_narrowed_group_is_known() -> None:
    """It sees some of the requests only."""
    narrowed = {"VendorName": "AWS", "Name": "X", "ScopeDownStatement": GEO}
    statement = {"ManagedRuleGroupStatement": narrowed}

    assert (
        a_web_acl(a_rule(statement, OverrideAction={"None": {}})).rules[-1].is_narrowed
    )


SECRET = "sesame-4711"
STATEMENTS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.sampled_from(
        [
            SQL,
            GEO,
            {"ByteMatchStatement": {"SearchString": SECRET}},
            {"RegexMatchStatement": {"RegexString": SECRET}},
            {"LabelMatchStatement": {"Key": SECRET}},
            {
                "ManagedRuleGroupStatement": {
                    "VendorName": "AWS",
                    "Name": "X",
                    "ManagedRuleGroupConfigs": [{"LoginPath": SECRET}],
                    "ScopeDownStatement": {
                        "ByteMatchStatement": {"SearchString": SECRET}
                    },
                    "RuleActionOverrides": [
                        {
                            "Name": "one",
                            "ActionToUse": {"Count": {"InsertHeaders": SECRET}},
                        }
                    ],
                }
            },
            {
                "RuleGroupReferenceStatement": {
                    "ARN": "arn:g",
                    "ExcludedRules": [{"Name": "e"}],
                }
            },
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(
            lambda some: {"OrStatement": {"Statements": some}}
        ),
        st.lists(inner, max_size=2).map(
            lambda some: {"AndStatement": {"Statements": some}}
        ),
        inner.map(lambda one: {"NotStatement": {"Statement": one}}),
        inner.map(
            lambda one: {
                "RateBasedStatement": {
                    "Limit": 100,
                    "AggregateKeyType": "IP",
                    "ScopeDownStatement": one,
                }
            }
        ),
    ),
    max_leaves=5,
)
ACTIONS = st.sampled_from(
    [
        {"Action": {"Block": {"CustomResponse": SECRET}}},
        {"OverrideAction": {"Count": {}}},
        {},
    ]
)


@given(st.lists(st.tuples(STATEMENTS, ACTIONS), max_size=4))
def test_what_is_kept_reads_the_same_and_holds_no_secret(
    made: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    """Texts that rules look for and headers that they add never enter a snapshot."""
    page = pages()[CONTENT]
    (answer,) = page.values()
    whole = answer["WebACL"] | {
        "Rules": [a_rule(statement, **action) for statement, action in made],
        "DefaultAction": {"Block": {"CustomResponse": SECRET}},
        "CustomResponseBodies": {"b": {"Content": SECRET}},
        "TokenDomains": [SECRET],
    }
    answer["WebACL"] = whole
    expected = an_inventory(wafv2__get_web_acl=page).web_acls
    answer["WebACL"] = kept(whole)

    assert expected == an_inventory(wafv2__get_web_acl=page).web_acls
    assert SECRET not in str(kept(whole))


@pytest.mark.parametrize("operation", [LISTED, PROTECTED, CONTENT])
def test_an_older_snapshot_was_not_asked_for_them(operation: str) -> None:
    """It is neither read nor a gap, and all else is as it was."""
    responses = pages()
    del responses[operation]

    inventory = read(a_snapshot(responses))

    assert "web_acls" not in inventory.read | inventory.gaps.keys()
    assert an_inventory().read - {"web_acls"} == inventory.read


def test_a_content_that_was_not_asked_for_is_a_gap() -> None:
    """A snapshot made by hand may lack one: its ACL is not taken for none."""
    inventory = an_inventory(wafv2__get_web_acl={})

    assert ["NotInSnapshot"] == [gap.code for gap in inventory.gaps["web_acls"]]


def test_one_that_went_meanwhile_protects_nothing() -> None:
    """Whichever call came too late."""
    for operation in (PROTECTED, CONTENT):
        page = dict.fromkeys(pages()[operation])

        assert () == read(a_snapshot(pages() | {operation: page})).web_acls


def test_another_shape_names_the_operation() -> None:
    """Whoever wrote the snapshot finds the place."""
    with pytest.raises(SnapshotError, match=f"^{LOGGING}: .*ResourceArn is missing"):
        an_inventory(wafv2__list_logging_configurations={"LoggingConfigurations": [{}]})
