"""member.yaml: what other accounts get, held against template.yaml."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.member import HUBS_OWN, MEMBER, OWN_RULE, member, written
from ringfence.changes.watched import FORWARDED, Own, left_out
from ringfence.collect import entry
from tests.template import stack
from tests.template.test_permissions import READS

RESOURCES = member()["Resources"]
ROLES = ("ReadRole", "PublishRole", "ForwardRole")
RULES = {
    name: body["Properties"]
    for name, body in RESOURCES.items()
    if body["Type"] == "AWS::Events::Rule"
}


def allowed(role: str) -> set[str]:
    """Every action that *role* may do."""
    properties = RESOURCES[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties["Policies"]]
    documents += [
        RESOURCES[policy["Ref"]]["Properties"]["PolicyDocument"]
        for policy in properties.get("ManagedPolicyArns", ())
    ]
    return {
        action
        for document in documents
        for statement in document["Statement"]
        for action in stack.listed(statement["Action"])
    }


def test_the_file_is_up_to_date() -> None:
    """`make member` writes it."""
    assert written() == MEMBER.read_text()


@pytest.mark.slow
def test_cfn_lint_accepts_it() -> None:
    """AWS's own tool has nothing to say about it."""
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run(  # noqa: S603 - our own tool
        [linter, MEMBER], capture_output=True, text=True, check=False
    )

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_it_is_plain_cloudformation() -> None:
    """A service-managed StackSet takes no transform, and 51,200 bytes inline."""
    assert "Transform" not in member()
    assert "Fn::Transform" not in written()
    assert len(written().encode()) <= 51_200


def test_a_member_is_read_as_our_own_account_is() -> None:
    """Nothing is read there that is not here, and nothing less."""
    rules = {"events:DescribeRule", "events:ListTargetsByRule"}

    assert READS | set(entry.ACTIONS) | rules == allowed("ReadRole")


def test_of_event_rules_a_member_shows_those_of_this_template_alone() -> None:
    """Others' are none of Ringfence's business."""
    (policy,) = RESOURCES["ReadRole"]["Properties"]["Policies"]
    (found,) = (
        statement["Resource"]["Fn::Sub"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "events:DescribeRule" in statement["Action"]
    )

    assert found.endswith(":rule/${MemberRole}-*")
    assert {f"${{MemberRole}}-{name}" for name in RULES} == {
        rule["Name"]["Fn::Sub"] for rule in RULES.values()
    }


def test_a_rules_name_is_not_longer_than_it_may_be() -> None:
    """EventBridge takes 64 characters, and others than IAM does."""
    pattern = member()["Parameters"]["MemberRole"]["AllowedPattern"]
    longest = 40

    assert f"{{1,{longest}}}" in pattern
    assert longest + max(len(f"-{name}") for name in RULES) <= 64
    assert re.fullmatch(pattern, "Ringfence_member.1-a")
    assert not re.fullmatch(pattern, "a@b")


def test_who_publishes_may_do_nothing_else() -> None:
    """Taken over, it can spoil Ringfence's own findings there, and read nothing."""
    assert {
        "securityhub:BatchImportFindings",
        "securityhub:BatchUpdateFindings",
        "securityhub:GetFindings",
    } == allowed("PublishRole")
    assert {"events:PutEvents"} == allowed("ForwardRole")


@pytest.mark.parametrize("role", ["ReadRole", "PublishRole"])
def test_a_role_trusts_our_functions_alone(role: str) -> None:
    """By their ARN, with the external id, and from the organisation if it is named."""
    trust = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = trust["Statement"]
    named = {"ReadRole": "ReaderRoleArns", "PublishRole": "PublisherRoleArn"}
    conditions = statement["Condition"]["StringEquals"]

    assert {"AWS": {"Ref": named[role]}} == statement["Principal"]
    assert {"Ref": "ExternalId"} == conditions["sts:ExternalId"]
    assert "IsInOrganization" == conditions["aws:PrincipalOrgID"]["Fn::If"][0]


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_made_in_one_region(role: str) -> None:
    """They are global: a second one of the name could not be made."""
    condition = "IsHomeRegion" if role == "ForwardRole" else "IsReadHere"
    first, second = member()["Conditions"]["IsReadHere"]["Fn::And"]

    assert condition == RESOURCES[role]["Condition"]
    assert {"Condition": "IsHomeRegion"} == first
    assert "HubAccount" in json.dumps(second["Fn::Not"])


def test_our_own_account_gets_rules_and_no_way_in() -> None:
    """Its other Regions hand their changes on; it is read by our functions' roles."""
    ways_in = {
        name
        for name, body in RESOURCES.items()
        if body["Type"].startswith("AWS::IAM") and body["Condition"] != "IsReadHere"
    }

    assert {"ForwardRole"} == ways_in


def test_no_resource_of_a_read_is_our_own_region_s() -> None:
    """Which Regions may be read is said by parameters, wherever the roles are made."""
    assert "AWS::Region" not in json.dumps(
        {
            name: body
            for name, body in RESOURCES.items()
            if body["Type"].startswith("AWS::IAM")
        }
    )


def test_members_hand_on_what_our_own_rules_match() -> None:
    """Pattern by pattern, but for the heartbeat, and for rules that are their own."""
    ours = {
        name: json.loads(json.dumps(rule["EventPattern"]))
        for name, rule in stack.resources("AWS::Events::Rule").items()
        if "EventPattern" in rule
        and name not in HUBS_OWN
        and "ChangeQueue" in [stack.target(one["Arn"]) for one in rule["Targets"]]
    }

    theirs = {name: rule["EventPattern"] for name, rule in RULES.items()}
    hubs, own = ours.pop(OWN_RULE), theirs.pop(OWN_RULE)
    named = [{"prefix": {"Fn::Sub": "${MemberRole}-"}}]

    assert ours == theirs
    assert ["aws.events"] == own["source"]
    assert {"$or": [{"name": named}, {"rule": named}]} == (
        own["detail"]["requestParameters"]
    )
    for alternative in hubs["detail"]["requestParameters"]["$or"][:2]:
        (matchers,) = alternative.values()  # what they hand on gets into our queue
        assert named[0] in matchers


def test_members_rules_as_deployed_leave_out_nothing() -> None:
    """Else each Region would begin with a finding; nor do they watch less than ours."""
    own = Own(tuple(f"RingfenceMember-{name}" for name in RULES))

    assert set(FORWARDED) == set(RULES)
    for name, rule in RULES.items():
        text = json.dumps(rule["EventPattern"])
        text = text.replace('{"Fn::Sub": "${MemberRole}-"}', '"RingfenceMember-"')
        assert () == left_out(name, json.loads(text), own)


def test_the_rule_about_rules_is_made_last() -> None:
    """Else a deployment could be told as rules that are gone."""
    assert sorted(RULES.keys() - {OWN_RULE}) == RESOURCES[OWN_RULE]["DependsOn"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_feeds_our_bus_and_never_itself(rule: str) -> None:
    """In Ringfence's own place it would hand its events to where they came from."""
    (target,) = RULES[rule]["Targets"]
    text = json.dumps(RULES[rule]["EventPattern"], separators=(",", ":"))

    assert ":event-bus/default" in target["Arn"]["Fn::Sub"]
    assert "IsElsewhere" == RESOURCES[rule]["Condition"]
    assert len(text) <= 4096


def test_the_bus_lets_in_whom_we_watch() -> None:
    """The organisation's accounts, or those that are listed; nobody else."""
    (policy,) = stack.resources("AWS::Events::EventBusPolicy").values()
    condition = policy["Statement"]["Condition"]["StringEquals"]["Fn::If"]

    assert [
        "IsInOrganization",
        {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}},
        {"aws:PrincipalAccount": {"Ref": "Accounts"}},
    ] == condition


@pytest.mark.parametrize(
    ("policy", "role", "actions"),
    [
        ("MemberReadPolicy", "read", {"sts:AssumeRole"}),
        ("MemberPublishPolicy", "publish", {"sts:AssumeRole"}),
        (
            "OrganizationPolicy",
            "ou/o-*/ou-*",
            {
                "organizations:ListAccounts",
                "organizations:ListAccountsForParent",
                "organizations:ListOrganizationalUnitsForParent",
            },
        ),
    ],
)
def test_nothing_is_permitted_before_something_uses_it(
    policy: str, role: str, actions: set[str]
) -> None:
    """Without other accounts our functions can neither assume a role nor list any."""
    body: Any = stack.template()["Resources"][policy]
    statements = body["Properties"]["PolicyDocument"]["Statement"]
    found = {action for one in statements for action in stack.listed(one["Action"])}

    assert "HasMembers" == body["Condition"]
    assert actions == found
    assert statements[-1]["Resource"]["Fn::Sub"].endswith(role)


def test_every_parameter_of_a_member_is_named_by_our_output() -> None:
    """Who deploys it copies them from there; the Regions are a matter of taste."""
    value = stack.template()["Outputs"]["MemberParameters"]["Value"]["Fn::Sub"]
    named = {pair.partition("=")[0] for pair in value.split()}

    assert set(member()["Parameters"]) - {"HomeRegion", "Regions"} == named
