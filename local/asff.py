"""
The AWS Security Finding Format as Security Hub enforces it.

Limits and required fields as in the API reference of AwsSecurityFinding
(https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html);
the wording of complaints follows those that users have quoted, such as
"data.Remediation.Recommendation.Text should NOT be longer than 512 characters".
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

MAX_BYTES = 240_000
_LEVELS = 3  # of a type: namespace/category/classifier
NAMESPACES = (
    "Software and Configuration Checks",
    "TTPs",
    "Effects",
    "Unusual Behaviors",
    "Sensitive Data Identifications",
)
SEVERITIES = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
COMPLIANCE = ("PASSED", "WARNING", "FAILED", "NOT_AVAILABLE")
WORKFLOWS = ("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")

# Paths leave out "data." and list positions. (at least, at most)
_LENGTHS: Mapping[str, tuple[int, int]] = {
    "AwsAccountId": (12, 12),
    "CompanyName": (1, 128),
    "Compliance.RelatedRequirements": (0, 32),
    "Description": (1, 1024),
    "FindingProviderFields.RelatedFindings": (1, 10),
    "FindingProviderFields.Severity.Original": (1, 64),
    "FindingProviderFields.Types": (0, 50),
    "GeneratorId": (1, 512),
    "Id": (1, 512),
    "Malware": (0, 5),
    "Network.Protocol": (1, 16),
    "Network.SourceDomain": (1, 128),
    "NetworkPath[].ComponentId": (1, 32),
    "NetworkPath[].ComponentType": (1, 32),
    "NetworkPath[].Egress.Protocol": (1, 16),
    "NetworkPath[].Ingress.Protocol": (1, 16),
    "Note.Text": (1, 512),
    "ProductArn": (12, 2048),
    "ProductFields": (0, 50),
    "ProductFields.*": (1, 2048),
    "ProductName": (1, 128),
    "RelatedFindings": (1, 10),
    "Remediation.Recommendation.Text": (1, 512),
    "Resources": (1, 32),
    "Resources[].Details.Other": (0, 50),
    "Resources[].Details.Other.*": (1, 1024),
    "Resources[].Id": (1, 512),
    "Resources[].Region": (1, 16),
    "Resources[].Tags": (0, 50),
    "Resources[].Tags.*": (0, 256),
    "Resources[].Type": (1, 256),
    "Severity.Original": (1, 64),
    "Threats": (1, 32),
    "ThreatIntelIndicators": (1, 5),
    "Title": (1, 256),
    "Types": (0, 50),
    "UserDefinedFields": (0, 50),
    "UserDefinedFields.*": (1, 1024),
}
_MAPS = {
    "ProductFields": 128,
    "UserDefinedFields": 128,
    "Resources[].Details.Other": 128,
    "Resources[].Tags": 128,
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "": (
        "SchemaVersion",
        "Id",
        "ProductArn",
        "GeneratorId",
        "AwsAccountId",
        "CreatedAt",
        "UpdatedAt",
        "Title",
        "Description",
        "Resources",
    ),
    "Compliance.AssociatedStandards[]": ("StandardsId",),
    "Compliance.StatusReasons[]": ("ReasonCode",),
    "Note": ("Text", "UpdatedAt", "UpdatedBy"),
    "RelatedFindings[]": ("ProductArn", "Id"),
    "Resources[]": ("Type", "Id"),
    "Vulnerabilities[]": ("Id",),
}
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "Compliance.Status": COMPLIANCE,
    "FindingProviderFields.Severity.Label": tuple(SEVERITIES),
    "Network.Direction": ("IN", "OUT"),
    "RecordState": ("ACTIVE", "ARCHIVED"),
    "SchemaVersion": ("2018-10-08",),
    "Severity.Label": tuple(SEVERITIES),
    "Workflow.Status": WORKFLOWS,
}
_TIMES = frozenset(
    {"CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt", "Note.UpdatedAt"}
)
# https://www.rfc-editor.org/rfc/rfc3339#section-5.6
_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def complaints(finding: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with *finding*, naming the field; nothing when all is well."""
    if len(json.dumps(finding).encode()) > MAX_BYTES:
        yield f"data should NOT be larger than {MAX_BYTES} bytes"
    if "Severity" not in finding and "Severity" not in finding.get(
        "FindingProviderFields", {}
    ):
        yield "data should have required property 'FindingProviderFields'"
    yield from _walk("data", "", finding)


def moment(text: str) -> datetime:
    """Read an RFC 3339 timestamp, or raise ValueError."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"{text!r} is not an RFC 3339 date-time")
    return datetime.fromisoformat(text.upper())


def _walk(shown: str, path: str, value: Any) -> Iterator[str]:
    """Visit *value* at *path*, which is called *shown* in complaints."""
    yield from _length(shown, path, value)
    if isinstance(value, Mapping):
        for name in _REQUIRED.get(path, ()):
            if name not in value:
                yield f"{shown} should have required property '{name}'"
        yield from _keys(shown, path, value)
        for name, member in value.items():
            inner = "*" if path in _MAPS else name
            yield from _walk(f"{shown}.{name}", f"{path}.{inner}".lstrip("."), member)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _walk(f"{shown}[{position}]", f"{path}[]", member)
    elif isinstance(value, str):
        yield from _text(shown, path, value)


def _length(shown: str, path: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str | list | Mapping):
        return
    least, most = _LENGTHS.get(path, (1 if isinstance(value, str) else 0, None))
    of = {str: "characters", list: "items"}.get(type(value), "properties")
    if len(value) < least:
        yield f"{shown} should NOT be shorter than {least} {of}"
    if most is not None and len(value) > most:
        more = "be longer than" if isinstance(value, str) else "have more than"
        yield f"{shown} should NOT {more} {most} {of}"


def _keys(shown: str, path: str, value: Mapping[str, Any]) -> Iterator[str]:
    if path not in _MAPS:
        return
    for key in value:
        if not 1 <= len(key) <= _MAPS[path]:
            yield f"{shown} key {key!r} should be 1 to {_MAPS[path]} characters long"
        if path == "ProductFields" and key.lower().startswith("aws/"):
            yield f"{shown} key {key!r} uses the reserved prefix 'aws/'"


def _text(shown: str, path: str, value: str) -> Iterator[str]:
    if value and not value.strip():
        yield f'{shown} should match pattern ".*\\S.*"'
    if path in _ONE_OF and value not in _ONE_OF[path]:
        yield f"{shown} should be equal to one of the allowed values"
    if path in _TIMES:
        try:
            moment(value)
        except ValueError:
            yield f'{shown} should match format "date-time"'
    if path in ("Types[]", "FindingProviderFields.Types[]"):
        levels = value.split("/")
        if levels[0] not in NAMESPACES or len(levels) > _LEVELS or not all(levels):
            yield f"{shown} should be namespace/category/classifier"
