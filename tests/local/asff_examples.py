"""A finding that Security Hub takes, to be spoiled in one place by a test."""

from typing import Any

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PRODUCT = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"


def a_finding(**changes: Any) -> dict[str, Any]:
    """Give a whole, valid finding with *changes* at its top level."""
    finding: dict[str, Any] = {
        "SchemaVersion": "2018-10-08",
        "Id": "ringfence/123456789012/eu-west-1/EXP-001/i-1/tcp-22",
        "ProductArn": PRODUCT,
        "GeneratorId": "ringfence/EXP-001",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-11-01T00:00:00Z",
        "UpdatedAt": "2026-11-01T00:00:00Z",
        "Title": "SSH is reachable",
        "Description": "SSH is reachable from the internet.",
        "FindingProviderFields": {
            "Severity": {"Label": "CRITICAL"},
            "Types": ["Effects/Data Exposure"],
        },
        "Compliance": {"Status": "FAILED"},
        "Resources": [{"Type": "AwsEc2Instance", "Id": "i-1"}],
    }
    return finding | changes
