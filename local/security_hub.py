"""
Security Hub's rules for findings of a custom product, without any I/O.

They follow the API reference and user guide: BatchImportFindings
(https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html),
BatchUpdateFindings
(https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html)
and "Setting the workflow status of findings".
A hub keeps findings of one account and Region; what its clock says is a parameter.
"""

import copy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local import asff

Finding = dict[str, Any]

MAX_BATCH = 100
MAX_BATCH_BYTES = 6_000_000
MAX_NOTE = 512
# After creation an import leaves these as they are.
_CUSTOMERS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
# A provider says these in FindingProviderFields, a customer at the top level.
_SHARED = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")
_UPDATABLE = (*_SHARED, "Note", "UserDefinedFields", "VerificationState", "Workflow")
_PRODUCT_ARN = re.compile(
    r"arn:[\w-]+:securityhub:[\w-]+:\d{12}:product/[\w-]+/[\w-]+", re.ASCII
)


class HubError(Exception):
    """A call that failed as a whole, with AWS's error code and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Fail with *code*."""
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass
class Hub:
    """Security Hub in one account and Region."""

    account: str
    region: str
    is_enabled: bool = False
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    touched: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @property
    def product(self) -> str:
        """The ARN of the default product, the only one a customer may write to."""
        place = f"{self.region}:{self.account}"
        return f"arn:aws:securityhub:{place}:product/{self.account}/default"

    def import_findings(
        self, findings: list[Finding], *, caller: str, now: str
    ) -> dict[str, Any]:
        """Do BatchImportFindings for the account *caller*."""
        self._must_be_enabled()
        self._must_be_a_batch(findings)
        for finding in findings:
            self._must_be_own(finding, caller)
        failed = []
        for finding in findings:
            wrong = next(asff.complaints(finding), None)
            if wrong is None:
                self._import(copy.deepcopy(finding), now)
                continue
            failed.append(
                {
                    "Id": finding.get("Id", ""),
                    "ErrorCode": "InvalidInput",
                    "ErrorMessage": "Finding does not adhere to Amazon Finding "
                    f"Format. {wrong}.",
                }
            )
        return {
            "SuccessCount": len(findings) - len(failed),
            "FailedCount": len(failed),
            "FailedFindings": failed,
        }

    def update_findings(
        self, identifiers: list[dict[str, str]], changes: Mapping[str, Any], *, now: str
    ) -> dict[str, Any]:
        """Do BatchUpdateFindings: a customer's change, which UpdatedAt ignores."""
        self._must_be_enabled()
        if not 1 <= len(identifiers) <= MAX_BATCH:
            raise HubError("InvalidInputException", "1 to 100 findings are accepted.")
        _check_changes(changes)
        processed, unprocessed = [], []
        for identifier in identifiers:
            key = (identifier["ProductArn"], identifier["Id"])
            if key not in self.findings:
                unprocessed.append(
                    {
                        "FindingIdentifier": identifier,
                        "ErrorCode": "FindingNotFound",
                        "ErrorMessage": "Finding not found.",
                    }
                )
                continue
            self._update(key, changes, now)
            processed.append(identifier)
        return {"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}

    def get_findings(self, filters: Mapping[str, Any]) -> list[Finding]:
        """Do GetFindings; a filter that is not known here is an error, not ignored."""
        self._must_be_enabled()
        return [
            copy.deepcopy(finding)
            for finding in self.findings.values()
            if all(_passes(finding, name, by) for name, by in filters.items())
        ]

    def _must_be_enabled(self) -> None:
        if not self.is_enabled:
            raise HubError(
                "InvalidAccessException",
                f"Account {self.account} is not subscribed to AWS Security Hub",
                401,
            )

    def _must_be_a_batch(self, findings: list[Finding]) -> None:
        if not 1 <= len(findings) <= MAX_BATCH:
            raise HubError(
                "InvalidInputException",
                f"Findings should have 1 to {MAX_BATCH} items, not {len(findings)}.",
            )
        if len(json.dumps(findings).encode()) > MAX_BATCH_BYTES:
            raise HubError("InvalidInputException", "The batch exceeds 6 MB.")

    def _must_be_own(self, finding: Finding, caller: str) -> None:
        """Refuse the whole call, as AWS does, naming the product and not the cause."""
        product = finding.get("ProductArn", "")
        if not _PRODUCT_ARN.fullmatch(product):
            raise HubError("InvalidInputException", f"Invalid ProductArn {product!r}.")
        if product != self.product or finding.get("AwsAccountId") != caller:
            raise HubError(
                "AccessDeniedException",
                f"User: {caller} is not authorized to perform: "
                f"securityhub:BatchImportFindings on resource: {product}",
                403,
            )

    def _import(self, finding: Finding, now: str) -> None:
        key = (finding["ProductArn"], finding["Id"])
        old = self.findings.get(key)
        if old and asff.moment(finding["UpdatedAt"]) <= asff.moment(old["UpdatedAt"]):
            return  # AWS says nothing either
        _complete(finding, now, self.region)
        if old:
            for name in _CUSTOMERS:
                finding.pop(name, None)
                if name in old:
                    finding[name] = old[name]
            for name in self.touched.get(key, ()):
                if name in old:
                    finding[name] = old[name]
            _reset_workflow(old, finding)
        finding["WorkflowState"] = "NEW"
        finding.setdefault("Workflow", {"Status": "NEW"})
        self.findings[key] = finding

    def _update(
        self, key: tuple[str, str], changes: Mapping[str, Any], now: str
    ) -> None:
        finding = self.findings[key]
        for name, value in copy.deepcopy(dict(changes)).items():
            if name == "Note":
                value["UpdatedAt"] = now
            finding[name] = value
            if name == "Severity":
                _pair_severity(finding["Severity"])
        self.touched.setdefault(key, set()).update(set(changes) & set(_SHARED))


def _complete(finding: Finding, now: str, region: str) -> None:
    """Fill what the service fills, and copy the provider's fields up."""
    given = finding.setdefault("FindingProviderFields", {})
    for name in _SHARED:
        if name in given:
            finding[name] = copy.deepcopy(given[name])
        elif name in finding:
            given[name] = copy.deepcopy(finding[name])
    _pair_severity(finding["Severity"])
    finding.setdefault("RecordState", "ACTIVE")
    finding.setdefault("CompanyName", "Personal")
    finding.setdefault("ProductName", "Default")
    finding["Region"] = region
    finding["ProcessedAt"] = now
    identity = f"{finding['ProductArn']}/{finding['Id']}"
    finding.setdefault("ProductFields", {})["aws/securityhub/FindingId"] = identity


def _pair_severity(severity: dict[str, Any]) -> None:
    """Set the deprecated number from the label, or the label from the number."""
    if "Label" in severity:
        severity["Normalized"] = asff.SEVERITIES[severity["Label"]]
    elif "Normalized" in severity:
        severity["Label"] = next(
            label
            for label, least in reversed(asff.SEVERITIES.items())
            if severity["Normalized"] >= least
        )


def _reset_workflow(old: Finding, new: Finding) -> None:
    """Start the workflow again when the finding is back, unless suppressed."""
    came_back = (old["RecordState"], new["RecordState"]) == ("ARCHIVED", "ACTIVE")
    before = old.get("Compliance", {}).get("Status")
    after = new.get("Compliance", {}).get("Status")
    failed_again = before == "PASSED" and after not in (None, "PASSED")
    if (came_back or failed_again) and new["Workflow"]["Status"] in (
        "NOTIFIED",
        "RESOLVED",
    ):
        new["Workflow"] = {"Status": "NEW"}


def _check_changes(changes: Mapping[str, Any]) -> None:
    """Refuse what a customer cannot change, and what is malformed."""
    for name in changes:
        if name not in _UPDATABLE:
            raise HubError("InvalidInputException", f"{name} cannot be updated.")
    if "Workflow" in changes:
        status = changes["Workflow"].get("Status")
        if status not in asff.WORKFLOWS:
            raise HubError("InvalidInputException", f"Invalid Workflow.Status {status}")
    note = changes.get("Note")
    if note and not (
        0 < len(note.get("Text", "")) <= MAX_NOTE and note.get("UpdatedBy")
    ):
        raise HubError("InvalidInputException", "Note needs Text (512) and UpdatedBy.")


# Filters by key and value.
_MAPS: Mapping[str, tuple[str, ...]] = {
    "ProductFields": ("ProductFields",),
    "ResourceTags": ("Resources", "Tags"),
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "AwsAccountId": ("AwsAccountId",),
    "CompanyName": ("CompanyName",),
    "ComplianceStatus": ("Compliance", "Status"),
    "GeneratorId": ("GeneratorId",),
    "Id": ("Id",),
    "ProductArn": ("ProductArn",),
    "ProductName": ("ProductName",),
    "RecordState": ("RecordState",),
    "Region": ("Region",),
    "ResourceId": ("Resources", "Id"),
    "ResourceType": ("Resources", "Type"),
    "SeverityLabel": ("Severity", "Label"),
    "Title": ("Title",),
    "WorkflowStatus": ("Workflow", "Status"),
}


def _passes(finding: Finding, name: str, by: list[dict[str, str]]) -> bool:
    """Whether *finding* passes the filter *name*, as AWS combines its values."""
    if name in _MAPS:
        if any("NOT" in item["Comparison"] for item in by):
            raise HubError("InvalidInputException", f"NOT of {name} is not known here.")
        return any(
            _compares(value, item)
            for item in by
            for value in _values(finding, (*_MAPS[name], item["Key"]))
        )
    if name not in _FIELDS:
        raise HubError("InvalidInputException", f"The filter {name} is not known here.")
    values = list(_values(finding, _FIELDS[name]))
    unwanted = [item for item in by if "NOT" in item["Comparison"]]
    wanted = [item for item in by if item not in unwanted]
    return (
        not wanted or any(_compares(value, item) for item in wanted for value in values)
    ) and not any(_compares(value, item) for item in unwanted for value in values)


def _compares(value: str, by: Mapping[str, str]) -> bool:
    """Whether *value* is what *by* names; that it must not be is the caller's."""
    match by["Comparison"]:
        case "EQUALS" | "NOT_EQUALS":
            return value == by["Value"]
        case "PREFIX" | "PREFIX_NOT_EQUALS":
            return value.startswith(by["Value"])
        case "CONTAINS" | "NOT_CONTAINS":
            return by["Value"] in value
        case other:
            raise HubError("InvalidInputException", f"Invalid comparison {other}.")


def _values(value: Any, path: tuple[str, ...]) -> Iterable[str]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    elif not path:
        yield str(value)
    elif path[0] in value:
        yield from _values(value[path[0]], path[1:])
