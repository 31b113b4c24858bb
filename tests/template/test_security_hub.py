"""Custom actions and insights: what is chosen leads to us, what is shown is ours."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local.hub_resources import ACTION_TARGET, INSIGHT, complaints
from local.security_hub import Hub
from ringfence.actions import Deed
from ringfence.checks import all_checks
from ringfence.products import PROFILES
from ringfence.render.asff import asff
from tests.render.samples import ACCOUNT, REGION, a_closed_row, a_finding, a_row
from tests.template import stack

ACTIONS = stack.resources(ACTION_TARGET)
INSIGHTS = stack.resources(INSIGHT)
OWNER = "team=tools"


def resolved(value: Any) -> Any:
    """*value* with the owner's tag in the place of what is made of the parameter."""
    if isinstance(value, Mapping):
        if "Fn::Select" in value:
            return OWNER.split("=")[value["Fn::Select"][0]]
        return {key: resolved(item) for key, item in value.items()}
    return [resolved(item) for item in value] if isinstance(value, list) else value


def shown(insight: str, *rows: Any) -> set[str]:
    """The ids of those of *rows* that *insight* shows."""
    hub = Hub(ACCOUNT, REGION, is_enabled=True)
    documents = [asff(row) for row in rows]
    answer = hub.import_findings(documents, caller=ACCOUNT, now="2026-11-26T00:00:00Z")
    assert not answer["FailedFindings"]
    found = hub.get_findings(resolved(INSIGHTS[insight]["Filters"]))
    return {finding["Id"] for finding in found}


def test_security_hub_would_take_them() -> None:
    """Names are short, ids alphanumeric, filters known; groups as AWS documents."""
    bodies = stack.template()["Resources"].values()
    ours = [resolved(body) for body in bodies if "::SecurityHub::" in body["Type"]]

    assert len(ACTIONS) + len(INSIGHTS) == len(ours) > 0
    assert [] == list(complaints(ours))


def test_the_actions_are_those_that_are_understood() -> None:
    """Their ids are the deeds', and people read what they do."""
    assert {deed.value for deed in Deed} == {body["Id"] for body in ACTIONS.values()}
    assert {"Re-evaluate", "Accept 30 days"} == {
        body["Name"] for body in ACTIONS.values()
    }


def test_the_rule_takes_these_actions_and_nothing_else() -> None:
    """By the ARNs of this account and Region; others' actions are others'."""
    pattern = stack.resources("AWS::Events::Rule")["ActionRule"]["EventPattern"]
    arns = [item["Fn::Sub"].rpartition(":")[2] for item in pattern["resources"]]

    assert ["aws.securityhub"] == pattern["source"]
    assert ["Security Hub Findings - Custom Action"] == pattern["detail-type"]
    assert sorted(f"action/custom/{deed}" for deed in Deed) == sorted(arns)
    assert {"source", "detail-type", "resources"} == set(pattern)


def test_they_are_made_only_where_they_are_wanted() -> None:
    """Where Security Hub is not enabled, making them would fail the deployment."""
    resources = stack.template()["Resources"]
    conditions = {
        name: resources[name].get("Condition") for name in {*ACTIONS, *INSIGHTS}
    }

    assert "off" == stack.template()["Parameters"]["SecurityHubExtras"]["Default"]
    assert {"HasOwnerInsight"} == {conditions.pop("OwnerInsight")}
    assert {"HasHubExtras"} == set(conditions.values())


def test_each_product_has_an_insight() -> None:
    """It shows what is open of its product, and not what is another's."""
    for name, profile in PROFILES.items():
        insight = f"{profile.title.split()[0]}Insight"
        mine, others = a_finding(product=name), a_finding(product="x", resource="i-0")

        assert {mine.id} == shown(insight, a_row(mine), a_row(others))


@pytest.mark.parametrize("insight", sorted(INSIGHTS))
def test_what_is_closed_or_another_s_is_not_shown(insight: str) -> None:
    """Neither what passed or is gone nor what other products import."""
    gone = a_closed_row(closed_as="ARCHIVED")

    assert set() == shown(insight, a_closed_row())
    assert set() == shown(insight, gone)
    assert [{"Value": "Ringfence", "Comparison": "EQUALS"}] == (
        INSIGHTS[insight]["Filters"]["ProductName"]
    )


def test_exposed_instances_are_shown() -> None:
    """An exposure of an instance is, an open group of nothing is not."""
    exposed, other = a_finding(), a_finding(check="SG-001", evidence={})

    assert {exposed.id} == shown("ExposedInstanceInsight", a_row(exposed), a_row(other))


def test_certificates_are_shown_by_how_near_their_end_is() -> None:
    """Those of all checks on expiry, in groups by severity, which rises with it."""
    codes = [
        check.code
        for check in all_checks()
        if check.code.startswith(("CERT-", "TLS-")) and "expire" in check.title.lower()
    ]
    rows = [a_row(a_finding(check=code)) for code in codes]

    assert len(codes) == len(shown("CertificateInsight", *rows, a_row()))
    assert "SeverityLabel" == INSIGHTS["CertificateInsight"]["GroupByAttribute"]


def test_an_owner_s_resources_are_shown_by_tag() -> None:
    """By a tag's key and value as asff gives them."""
    mine = a_finding(tags={"team": "tools"})
    other = a_finding(tags={"team": "other"}, resource="i-0123456789abcdef1")

    assert {mine.id} == shown("OwnerInsight", a_row(mine), a_row(other))


def test_an_insight_s_filters_are_json() -> None:
    """Nothing in them is left to be resolved but the owner's tag."""
    assert "Fn::" not in json.dumps(
        resolved({name: body["Filters"] for name, body in INSIGHTS.items()})
    )
