"""What Security Hub says of findings that break its format."""

from typing import Any

import pytest

from local.asff import complaints, moment
from tests.local.asff_examples import a_finding


def test_a_whole_finding_is_accepted() -> None:
    """A finding within all limits gives no complaint."""
    assert [] == list(complaints(a_finding()))


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"Title": "x" * 257}, "data.Title should NOT be longer than 256 characters"),
    ({"Title": ""}, "data.Title should NOT be shorter than 1 characters"),
    ({"Title": " "}, 'data.Title should match pattern ".*\\S.*"'),
    ({"Description": "x" * 1025}, "data.Description should NOT be longer than 1024"),
    ({"Resources": []}, "data.Resources should NOT be shorter than 1 items"),
    (
        {"Resources": [{"Type": "Other", "Id": "x"}] * 33},
        "data.Resources should NOT have more than 32 items",
    ),
    ({"Resources": [{"Id": "i-1"}]}, "data.Resources[0] should have required property"),
    (
        {"Remediation": {"Recommendation": {"Text": "x" * 513}}},
        "data.Remediation.Recommendation.Text should NOT be longer than 512 characters",
    ),
    (
        {"NetworkPath": [{"ComponentId": "x" * 33, "ComponentType": "y"}]},
        "data.NetworkPath[0].ComponentId should NOT be longer than 32 characters",
    ),
    ({"ProductFields": {"aws/x": "y"}}, "uses the reserved prefix 'aws/'"),
    ({"ProductFields": {"k" * 129: "y"}}, "should be 1 to 128 characters long"),
    (
        {"ProductFields": {str(number): "y" for number in range(51)}},
        "data.ProductFields should NOT have more than 50 properties",
    ),
    (
        {"ProductFields": {"k": "v" * 2049}},
        "data.ProductFields.k should NOT be longer than 2048 characters",
    ),
    ({"UpdatedAt": "2026-11-01"}, 'data.UpdatedAt should match format "date-time"'),
    ({"FindingProviderFields": {}}, "required property 'FindingProviderFields'"),
    (
        {"FindingProviderFields": {"Severity": {"Label": "BAD"}}},
        "data.FindingProviderFields.Severity.Label should be equal to one of",
    ),
    (
        {"Types": ["Nonsense/X"]},
        "data.Types[0] should be namespace/category/classifier",
    ),
    ({"Compliance": {"Status": "OK"}}, "data.Compliance.Status should be equal to one"),
    (
        {"Compliance": {"RelatedRequirements": ["x"] * 33}},
        "data.Compliance.RelatedRequirements should NOT have more than 32 items",
    ),
    ({"Description": "é" * 130_000}, "data should NOT be larger than 240000 bytes"),
]


@pytest.mark.parametrize(("changes", "complaint"), BROKEN)
def test_a_broken_finding_is_named_by_its_field(
    changes: dict[str, Any], complaint: str
) -> None:
    """The first complaint names the field and the limit that it breaks."""
    assert complaint in next(complaints(a_finding(**changes)))


@pytest.mark.parametrize("name", ["Id", "Title", "Resources", "UpdatedAt"])
def test_a_missing_field_is_named(name: str) -> None:
    """Each required field is asked for by its name."""
    finding = a_finding()
    del finding[name]

    assert [f"data should have required property '{name}'"] == list(complaints(finding))


def test_the_top_level_severity_is_enough() -> None:
    """A severity may stand at either place."""
    finding = a_finding(Severity={"Label": "LOW"}, FindingProviderFields={})

    assert [] == list(complaints(finding))


def test_offsets_are_read() -> None:
    """RFC 3339 allows an offset instead of Z."""
    assert moment("2026-11-01T01:00:00+01:00") == moment("2026-11-01T00:00:00Z")
