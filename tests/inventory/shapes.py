"""Holds documents against botocore's own models, so that a fixture cannot lie."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_timestamp

# What tells of one page, where the pages of an answer are merged.
_OF_PAGES = frozenset({"IsTruncated", "Marker", "MaxItems", "Quantity"})
_KINDS = {
    "string": str,
    "integer": int,
    "long": int,
    "float": float,
    "boolean": bool,
}


@cache
def operation_model(name: str) -> OperationModel:
    """The model of ``<boto3 client>.<method>``, whatever of it is asked for."""
    service, method, *_ = name.split(".")
    model = botocore.session.get_session().get_service_model(service)
    wanted = method.replace("_", "")
    (found,) = [item for item in model.operation_names if item.lower() == wanted]
    return model.operation_model(found)


def lies(name: str, answer: object) -> list[str]:
    """What AWS's model of operation *name* does not allow in *answer*."""
    shape = operation_model(name).output_shape
    assert shape is not None
    return list(_lies(shape, answer, name))


def _lies(shape: Shape, value: object, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _structure_lies(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _list_lies(shape, value, path)
    elif shape.type_name == "timestamp":
        if not _is_time(value):
            yield f"{path}: not a time"
    elif shape.name == "policyDocumentType" and isinstance(value, dict):
        return  # what the SDK and the CLI make of IAM's text
    elif not _is_scalar(shape.type_name, value):
        yield f"{path}: not a {shape.type_name}"


def _structure_lies(shape: StructureShape, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: not a structure"
        return
    for missing in set(shape.required_members) - value.keys() - _OF_PAGES:
        yield f"{path}: no {missing}"
    for key, item in value.items():
        if key in shape.members:
            yield from _lies(shape.members[key], item, f"{path}.{key}")
        else:
            yield f"{path}: unknown {key}"


def _list_lies(shape: ListShape, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: not a list"
        return
    for index, item in enumerate(value):
        yield from _lies(shape.member, item, f"{path}[{index}]")


def _is_scalar(kind: str, value: object) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        try:
            parse_timestamp(value)
        except ValueError:
            return False
        return True
    return isinstance(value, datetime)
