"""
What CloudFormation would make in Security Hub, by the rules that it would refuse by.

moto makes neither custom actions nor insights. Their limits are those of
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateActionTarget.html
and API_CreateInsight.html; filters are as in API_AwsSecurityFindingFilters.html.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import botocore.session

ACTION_TARGET = "AWS::SecurityHub::ActionTarget"
INSIGHT = "AWS::SecurityHub::Insight"

_SHORT = 20
_NAME = 128
_ATTRIBUTES = 10
_VALUES = 20
# Those that AWS's own insights and its documentation group by. It lists no others,
# and says nothing of tags or product fields.
_GROUPS = frozenset(
    {
        "AwsAccountId",
        "ComplianceStatus",
        "ProductName",
        "ResourceId",
        "ResourceType",
        "SeverityLabel",
        "Type",
        "WorkflowStatus",
    }
)


def complaints(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Say what Security Hub would refuse of *resources*, resolved, of one stack."""
    ids: set[str] = set()
    for resource in resources:
        properties = resource["Properties"]
        if resource["Type"] == ACTION_TARGET:
            yield from _of_action(properties, ids)
        elif resource["Type"] == INSIGHT:
            yield from _of_insight(properties)


def _of_action(properties: Mapping[str, str], ids: set[str]) -> Iterator[str]:
    ident, name = properties["Id"], properties["Name"]
    if not (ident.isascii() and ident.isalnum() and len(ident) <= _SHORT):
        yield f"Id {ident!r} should be up to {_SHORT} alphanumeric characters"
    if not 0 < len(name) <= _SHORT:
        yield f"Name {name!r} should be up to {_SHORT} characters"
    if not properties["Description"].strip():
        yield f"{name} needs a description"
    if ident in ids:
        yield f"Id {ident!r} is there already"
    ids.add(ident)


def _of_insight(properties: Mapping[str, Any]) -> Iterator[str]:
    name, filters = properties["Name"], properties["Filters"]
    if not 0 < len(name) <= _NAME:
        yield f"Name {name!r} should be up to {_NAME} characters"
    if properties["GroupByAttribute"] not in _GROUPS:
        yield f"{name}: nothing is grouped by {properties['GroupByAttribute']}"
    if not 0 < len(filters) <= _ATTRIBUTES:
        yield f"{name}: should filter by 1 to {_ATTRIBUTES} attributes"
    model = botocore.session.Session().get_service_model("securityhub")
    known: Any = model.shape_for("AwsSecurityFindingFilters")
    for attribute, values in filters.items():
        if attribute not in known.members:
            yield f"{name}: {attribute} is no filter"
        elif not 0 < len(values) <= _VALUES:
            yield f"{name}: {attribute} should have 1 to {_VALUES} values"
        else:
            members = known.members[attribute].member.members
            yield from _of_values(f"{name}: {attribute}", values, members)


def _of_values(
    where: str, values: Iterable[Mapping[str, str]], members: Mapping[str, Any]
) -> Iterator[str]:
    for value in values:
        if unknown := set(value) - set(members):
            yield f"{where} has no {', '.join(sorted(unknown))}"
        comparison = value.get("Comparison")
        if comparison not in members["Comparison"].enum:
            yield f"{where} cannot compare by {comparison}"
