"""Security Hub's rules, as the fake keeps them."""

from typing import Any

import pytest

from local.security_hub import Hub, HubError
from tests.local.asff_examples import ACCOUNT, PRODUCT, REGION, a_finding

NOW = "2026-11-10T00:00:00Z"
LATER = "2026-11-02T00:00:00Z"
LATEST = "2026-11-03T00:00:00Z"
PASSED = {"Status": "PASSED"}


def a_hub() -> Hub:
    """Give an enabled hub without findings."""
    return Hub(ACCOUNT, REGION, is_enabled=True)


def put(hub: Hub, *findings: dict[str, Any]) -> dict[str, Any]:
    """Import *findings* as their own account."""
    return hub.import_findings(list(findings), caller=ACCOUNT, now=NOW)


def the_only(hub: Hub) -> dict[str, Any]:
    """Give the one finding of *hub*."""
    [finding] = hub.get_findings({})
    return finding


def update(hub: Hub, **changes: Any) -> dict[str, Any]:
    """Let a customer change the finding."""
    identifier = {"Id": a_finding()["Id"], "ProductArn": PRODUCT}
    return hub.update_findings([identifier], changes, now=NOW)


def test_an_import_completes_the_finding() -> None:
    """The service copies the provider's fields up and starts the workflow."""
    hub = a_hub()

    answer = put(hub, a_finding())

    assert {"SuccessCount": 1, "FailedCount": 0, "FailedFindings": []} == answer
    found = the_only(hub)
    assert {"Label": "CRITICAL", "Normalized": 90} == found["Severity"]
    assert ["Effects/Data Exposure"] == found["Types"]
    assert {"Status": "NEW"} == found["Workflow"]
    assert ("ACTIVE", "Default", "Personal", REGION) == (
        found["RecordState"],
        found["ProductName"],
        found["CompanyName"],
        found["Region"],
    )


def test_only_the_broken_finding_of_a_batch_fails() -> None:
    """Partial failure is told in the answer, with code and field."""
    hub = a_hub()

    answer = put(hub, a_finding(Id="good"), a_finding(Id="bad", Title="x" * 300))

    assert (1, 1) == (answer["SuccessCount"], answer["FailedCount"])
    [failed] = answer["FailedFindings"]
    assert ("bad", "InvalidInput") == (failed["Id"], failed["ErrorCode"])
    assert "data.Title" in failed["ErrorMessage"]
    assert "good" == the_only(hub)["Id"]


@pytest.mark.parametrize("updated", ["2026-11-01T00:00:00Z", "2026-10-31T23:59:59Z"])
def test_an_update_that_is_not_newer_is_ignored(updated: str) -> None:
    """An equal or older UpdatedAt changes nothing and is no failure."""
    hub = a_hub()
    put(hub, a_finding())

    answer = put(hub, a_finding(UpdatedAt=updated, Title="Other"))

    assert 1 == answer["SuccessCount"]
    assert "SSH is reachable" == the_only(hub)["Title"]


def test_a_newer_update_replaces() -> None:
    """A later UpdatedAt puts the new finding in place of the old one."""
    hub = a_hub()
    put(hub, a_finding())

    put(hub, a_finding(UpdatedAt=LATER, Title="Other"))

    assert "Other" == the_only(hub)["Title"]


def test_an_import_leaves_the_customers_fields() -> None:
    """Note, UserDefinedFields and Workflow are not the provider's to change."""
    hub = a_hub()
    put(hub, a_finding())
    update(
        hub,
        Note={"Text": "known", "UpdatedBy": "me"},
        Workflow={"Status": "SUPPRESSED"},
        UserDefinedFields={"ticket": "OPS-1"},
    )

    put(hub, a_finding(UpdatedAt=LATER, Workflow={"Status": "NEW"}))

    found = the_only(hub)
    assert "known" == found["Note"]["Text"]
    assert {"Status": "SUPPRESSED"} == found["Workflow"]
    assert {"ticket": "OPS-1"} == found["UserDefinedFields"]


def test_a_severity_that_a_customer_set_stays() -> None:
    """The provider's own value is kept beside it."""
    hub = a_hub()
    put(hub, a_finding())
    update(hub, Severity={"Label": "LOW"})

    put(hub, a_finding(UpdatedAt=LATER))

    found = the_only(hub)
    assert {"Label": "LOW", "Normalized": 1} == found["Severity"]
    assert "CRITICAL" == found["FindingProviderFields"]["Severity"]["Label"]


@pytest.mark.parametrize("before", ["NOTIFIED", "RESOLVED"])
@pytest.mark.parametrize(
    "gone", [{"Compliance": PASSED}, {"RecordState": "ARCHIVED"}], ids=str
)
def test_a_finding_that_comes_back_is_new_again(
    before: str, gone: dict[str, Any]
) -> None:
    """From PASSED to FAILED, and from ARCHIVED to ACTIVE, the workflow restarts."""
    hub = a_hub()
    put(hub, a_finding(**gone))
    update(hub, Workflow={"Status": before})

    put(hub, a_finding(UpdatedAt=LATER))

    assert {"Status": "NEW"} == the_only(hub)["Workflow"]


def test_a_suppressed_finding_that_comes_back_stays_suppressed() -> None:
    """What the customer suppressed is not for the service to bring up again."""
    hub = a_hub()
    put(hub, a_finding(Compliance=PASSED))
    update(hub, Workflow={"Status": "SUPPRESSED"})

    put(hub, a_finding(UpdatedAt=LATER))

    assert {"Status": "SUPPRESSED"} == the_only(hub)["Workflow"]


def test_passing_does_not_resolve() -> None:
    """Only control findings are resolved by PASSED; a custom product's are not."""
    hub = a_hub()
    put(hub, a_finding())

    put(hub, a_finding(UpdatedAt=LATER, Compliance=PASSED))

    assert {"Status": "NEW"} == the_only(hub)["Workflow"]


FOREIGN = {"AwsAccountId": "210987654321"}
ELSEWHERE = {"ProductArn": PRODUCT.replace("eu-west-1", "us-east-1")}


@pytest.mark.parametrize("wrong", [FOREIGN, ELSEWHERE], ids=str)
def test_one_foreign_finding_fails_the_whole_call(wrong: dict[str, str]) -> None:
    """Nothing of a batch is taken when one finding is another account's."""
    hub = a_hub()

    with pytest.raises(HubError, match="not authorized") as caught:
        put(hub, a_finding(Id="own"), a_finding(**wrong))

    assert ("AccessDeniedException", 403) == (caught.value.code, caught.value.status)
    assert [] == hub.get_findings({})


def test_a_batch_is_limited() -> None:
    """More than 100 findings are refused as a whole."""
    findings = [a_finding(Id=str(number)) for number in range(101)]

    with pytest.raises(HubError, match="1 to 100"):
        put(a_hub(), *findings)


def test_a_hub_that_is_not_enabled_takes_nothing() -> None:
    """The error is AWS's own for it."""
    with pytest.raises(HubError, match="not subscribed") as caught:
        put(Hub(ACCOUNT, REGION), a_finding())

    assert "InvalidAccessException" == caught.value.code


def test_an_update_of_an_unknown_finding_is_told() -> None:
    """It comes back unprocessed, and the call succeeds."""
    answer = update(a_hub(), Workflow={"Status": "RESOLVED"})

    assert "FindingNotFound" == answer["UnprocessedFindings"][0]["ErrorCode"]
    assert [] == answer["ProcessedFindings"]


def test_an_update_does_not_touch_updated_at() -> None:
    """Else the provider's next import could be the older one."""
    hub = a_hub()
    put(hub, a_finding(UpdatedAt=LATEST))

    update(hub, Workflow={"Status": "RESOLVED"})

    assert LATEST == the_only(hub)["UpdatedAt"]


def test_a_record_state_is_not_a_customers_to_change() -> None:
    """Only an import archives."""
    hub = a_hub()
    put(hub, a_finding())

    with pytest.raises(HubError, match="RecordState"):
        update(hub, RecordState="ARCHIVED")


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"Id": [{"Value": "a", "Comparison": "EQUALS"}]}, ["a"]),
    ({"Id": [{"Value": "a", "Comparison": "NOT_EQUALS"}]}, ["b"]),
    ({"Id": [{"Value": "c", "Comparison": "PREFIX"}]}, []),
    ({"ResourceId": [{"Value": "i-1", "Comparison": "EQUALS"}]}, ["a", "b"]),
    (
        {
            "Id": [
                {"Value": "a", "Comparison": "EQUALS"},
                {"Value": "b", "Comparison": "EQUALS"},
            ]
        },
        ["a", "b"],
    ),
]


@pytest.mark.parametrize(("filters", "ids"), FILTERS)
def test_filters_choose(filters: dict[str, Any], ids: list[str]) -> None:
    """Values of one filter are alternatives, excluding ones all hold."""
    hub = a_hub()
    put(hub, a_finding(Id="a"), a_finding(Id="b"))

    assert ids == [finding["Id"] for finding in hub.get_findings(filters)]


def test_an_unknown_filter_is_an_error() -> None:
    """A filter that is ignored would show findings that AWS hides."""
    hub = a_hub()
    put(hub, a_finding())

    with pytest.raises(HubError, match="not known here"):
        hub.get_findings({"Confidence": [{"Gte": 1}]})
