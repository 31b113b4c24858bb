"""
Findings to AWS Security Hub, by the rules of BatchImportFindings.

A call takes 100 findings and 6 MB, a finding 240 KB; a refused finding is told
in the body of a successful answer. A finding whose ``UpdatedAt`` is not newer
is ignored in silence, which makes every repetition harmless.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_securityhub.type_defs import (
        AwsSecurityFindingIdentifierTypeDef,
        AwsSecurityFindingTypeDef,
        BatchImportFindingsResponseTypeDef,
    )

Document = dict[str, Any]
Pause = Callable[[int], None]

ATTEMPTS = 3

_FINDINGS = 100
_CALL_BYTES = 6_000_000
_FINDING_BYTES = 240_000
_FILTERS = 20
_FINAL = ("InvalidInput", "InvalidParameter", "Validation", "NotFound", "Duplicated")
# Not enabled, no permission, or a Region that is off: no repetition helps soon.
_SHUT = (
    "AccessDenied",
    "AuthFailure",
    "InvalidAccess",
    "InvalidClientTokenId",
    "OptInRequired",
    "UnrecognizedClient",
)
_RESOLVABLE = frozenset({"NEW", "NOTIFIED"})


class ShutError(RuntimeError):
    """Security Hub takes nothing of this account and Region; *code* says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rejected:
    """A finding that Security Hub will never take as it is."""

    id: str
    code: str
    message: str
    document: Document


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of some findings, by id.

    *unfinished* may succeed later.
    """

    imported: frozenset[str]
    rejected: tuple[Rejected, ...]
    unfinished: frozenset[str]


def import_findings(
    client: "SecurityHubClient", documents: Iterable[Document], *, pause: Pause
) -> Outcome:
    """
    Import *documents*, all of the client's own account and Region.

    What fails for a passing reason is sent up to `ATTEMPTS` times, with *pause*
    asked to wait before the second and third. An error of a whole call is raised,
    as `ShutError` where Security Hub is shut.
    """
    waiting: dict[str, Document] = {}
    rejected: list[Rejected] = []
    for document in documents:
        if _size(document) > _FINDING_BYTES:
            message = f"more than {_FINDING_BYTES} bytes"
            rejected.append(Rejected(document["Id"], "TooLarge", message, document))
        else:
            waiting[document["Id"]] = document
    imported: set[str] = set()
    for attempt in range(ATTEMPTS):
        if attempt and waiting:
            pause(attempt)
        for group in _groups(tuple(waiting.values())):
            with _shut_told():
                answer = client.batch_import_findings(
                    Findings=cast("Sequence[AwsSecurityFindingTypeDef]", group)
                )
            failed = _failed(answer)
            for document in group:
                ident = document["Id"]
                if ident not in failed:
                    imported.add(ident)
                    del waiting[ident]
                elif _is_final(failed[ident]["ErrorCode"]):
                    error = failed[ident]
                    code, message = error["ErrorCode"], error["ErrorMessage"]
                    rejected.append(Rejected(ident, code, message, document))
                    del waiting[ident]
    return Outcome(frozenset(imported), tuple(rejected), frozenset(waiting))


def _failed(answer: "BatchImportFindingsResponseTypeDef") -> dict[str, Any]:
    """The findings that were not imported, by id; a hub that is off says so of each."""
    failed = {item["Id"]: item for item in answer.get("FailedFindings", [])}
    for item in failed.values():
        if _is_shut(item["ErrorCode"]):
            raise ShutError(item["ErrorCode"])
    return failed


@contextmanager
def _shut_told() -> Iterator[None]:
    """Tell a Security Hub that is shut from one that fails."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if not _is_shut(code):
            raise
        raise ShutError(code) from error


def _is_shut(code: str) -> bool:
    return any(part in code for part in _SHUT)


def resolve(
    client: "SecurityHubClient",
    documents: Iterable[Document],
    *,
    product_arn: str,
    pause: Pause,
) -> frozenset[str]:
    """
    Resolve the workflow of *documents*, closed findings that were imported.

    Not where the customer suppressed one, nor where Security Hub has a newer
    version: what comes again late says nothing of a finding that reopened.
    Give the ids that could not be updated now and may be later.
    """
    with _shut_told():
        return _resolved(client, tuple(documents), product_arn, pause)


def _resolved(
    client: "SecurityHubClient",
    documents: Sequence[Document],
    product_arn: str,
    pause: Pause,
) -> frozenset[str]:
    waiting = _resolvable(client, documents, product_arn)
    for attempt in range(ATTEMPTS):
        if attempt and waiting:
            pause(attempt)
        for some in _parts(tuple(waiting), _FINDINGS):
            identifiers: list[AwsSecurityFindingIdentifierTypeDef] = [
                {"Id": ident, "ProductArn": product_arn} for ident in some
            ]
            answer = client.batch_update_findings(
                FindingIdentifiers=identifiers, Workflow={"Status": "RESOLVED"}
            )
            refused = {
                item["FindingIdentifier"]["Id"]: item["ErrorCode"]
                for item in answer["UnprocessedFindings"]
            }
            waiting -= {
                ident
                for ident in some
                if ident not in refused or _is_final(refused[ident])
            }
    return frozenset(waiting)


def _resolvable(
    client: "SecurityHubClient", documents: Sequence[Document], product_arn: str
) -> set[str]:
    """Find those of *documents* that are there, as old, and ours to resolve."""
    found: set[str] = set()
    told_at = {item["Id"]: _moment(item["UpdatedAt"]) for item in documents}
    for some in _parts(tuple(told_at), _FILTERS):
        pages = client.get_paginator("get_findings").paginate(
            Filters={
                "Id": [{"Value": ident, "Comparison": "EQUALS"} for ident in some],
                "ProductArn": [{"Value": product_arn, "Comparison": "EQUALS"}],
            },
            PaginationConfig={"PageSize": 100},
        )
        found |= {
            finding["Id"]
            for page in pages
            for finding in page["Findings"]
            if finding.get("Workflow", {}).get("Status", "NEW") in _RESOLVABLE
            and _moment(finding["UpdatedAt"]) <= told_at[finding["Id"]]
        }
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_final(code: str) -> bool:
    """Whether *code* says that the input is bad; what is not known may go away."""
    return any(part in code for part in _FINAL)


def _groups(documents: Iterable[Document]) -> Iterator[list[Document]]:
    group: list[Document] = []
    room = _CALL_BYTES
    for document in documents:
        size = _size(document) + 1
        if group and (len(group) == _FINDINGS or size > room):
            yield group
            group, room = [], _CALL_BYTES
        group.append(document)
        room -= size
    if group:
        yield group


def _parts(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _size(document: Document) -> int:
    return len(json.dumps(document).encode())
