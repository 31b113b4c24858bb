"""
Snapshots on disk: a folder with one file for each operation.

Each file holds what ``aws <service> <operation> --output json`` prints; for an
operation asked per resource, an object of such answers keyed by the argument.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ringfence.collect import OPERATIONS, in_scope
from ringfence.collect.operation import Operation
from ringfence.inventory.read import NOT_IN_SNAPSHOT, OPTIONAL
from ringfence.snapshot import Gap, Snapshot, SnapshotError

HEAD = "snapshot.json"

_GAP_KEYS = frozenset({"operation", "code", "message", "argument"})
_MARKERS = ("NextToken", "nextToken", "NextMarker", "Marker")


def write(snapshot: Snapshot, directory: Path) -> None:
    """
    Write *snapshot* into *directory*, made if need be.

    Answers of an earlier snapshot there are removed: two in one folder would
    be read as one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for operation in OPERATIONS:
        path = _path(directory, operation)
        if operation.name in snapshot.responses:
            _write(path, snapshot.responses[operation.name])
        else:
            path.unlink(missing_ok=True)
    head: dict[str, Any] = {
        "account": snapshot.account,
        "region": snapshot.region,
        "taken_at": snapshot.taken_at,
    }
    if snapshot.vpcs is not None:
        head["vpcs"] = sorted(snapshot.vpcs)
    if snapshot.gaps:
        head["gaps"] = [_gap_as_json(gap) for gap in snapshot.gaps]
    _write(directory / HEAD, head)


def load(directory: Path) -> Snapshot:
    """
    The snapshot in *directory*.

    An operation without a file was not read: a gap, unless it adds only detail.
    """
    path = directory / HEAD
    head = _object(path)
    vpcs = _vpcs(path, head)
    gaps = _gaps(path, head)
    responses: dict[str, Any] = {}
    told = {gap.operation for gap in gaps}
    for operation in in_scope(vpcs):
        file = _path(directory, operation)
        if file.exists():
            responses[operation.name] = _answer(file, operation)
        elif operation.name not in told | OPTIONAL:
            gaps.append(Gap(operation.name, NOT_IN_SNAPSHOT, f"no {file.name}"))
    return Snapshot(
        account=_text(path, head, "account"),
        region=_text(path, head, "region"),
        taken_at=_taken_at(path, head),
        responses=responses,
        gaps=tuple(gaps),
        vpcs=vpcs,
        asked=frozenset(responses) | {gap.operation for gap in gaps},
    )


def _path(directory: Path, operation: Operation) -> Path:
    return directory / f"{operation.name}.json"


def _write(path: Path, document: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, default=_iso)
        file.write("\n")


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"AWS does not answer with {type(value).__name__}")


def _gap_as_json(gap: Gap) -> dict[str, str]:
    told = {"operation": gap.operation, "code": gap.code}
    if gap.message:
        told["message"] = gap.message
    if gap.argument is not None:
        told["argument"] = gap.argument
    return told


def _object(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())  # with or without a BOM
    except OSError as error:
        raise SnapshotError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise SnapshotError(f"{path}: not JSON: {error}") from error
    if isinstance(document, dict):
        return document
    raise SnapshotError(f"{path}: not an object")


def _answer(path: Path, operation: Operation) -> dict[str, Any]:
    """AWS's answer, of the shape that *operation* has."""
    document = _object(path)
    if operation.per is None:
        _whole(path, document, operation, "")
        return document
    for argument, answer in document.items():
        if answer is not None:
            _whole(path, answer, operation, f"{argument}: ")
    return document


def _whole(path: Path, answer: object, operation: Operation, where: str) -> None:
    if not isinstance(answer, dict):
        raise SnapshotError(f"{path}: {where}not an object")
    key = operation.within or operation.key
    if answer.get(key) is None:
        raise SnapshotError(f"{path}: {where}{key} is missing")
    if operation.within:
        if not isinstance(answer[key], dict):
            raise SnapshotError(f"{path}: {where}{key} is not an object")
        if answer[key].get("IsTruncated"):
            raise SnapshotError(
                f"{path}: {where}IsTruncated is true: there are more pages"
            )
        return
    for marker in _MARKERS:
        if answer.get(marker) is not None:
            raise SnapshotError(
                f"{path}: {where}{marker} is not null: there are more pages"
            )


def _text(path: Path, head: Mapping[str, Any], key: str) -> str:
    value = head.get(key)
    if isinstance(value, str) and value:
        return value
    raise SnapshotError(f"{path}: {key} is missing or not text")


def _taken_at(path: Path, head: Mapping[str, Any]) -> datetime:
    told = _text(path, head, "taken_at")
    try:
        taken_at = datetime.fromisoformat(told)
    except ValueError as error:
        raise SnapshotError(f"{path}: taken_at is not an ISO 8601 time") from error
    if taken_at.tzinfo is None:
        raise SnapshotError(f"{path}: taken_at has no UTC offset")
    return taken_at


def _vpcs(path: Path, head: Mapping[str, Any]) -> frozenset[str] | None:
    vpcs = head.get("vpcs")
    if vpcs is None:
        return None
    if isinstance(vpcs, list) and all(isinstance(vpc, str) for vpc in vpcs):
        return frozenset(vpcs)
    raise SnapshotError(f"{path}: vpcs is not a list of ids")


def _gaps(path: Path, head: Mapping[str, Any]) -> list[Gap]:
    listed = head.get("gaps", [])
    if not isinstance(listed, list):
        raise SnapshotError(f"{path}: gaps is not a list")
    gaps = []
    for index, told in enumerate(listed):
        if not (
            isinstance(told, dict)
            and {"operation", "code"} <= told.keys() <= _GAP_KEYS
            and all(isinstance(value, str) for value in told.values())
        ):
            raise SnapshotError(f"{path}: gaps[{index}] is not a gap")
        gaps.append(Gap(**told))
    return gaps
