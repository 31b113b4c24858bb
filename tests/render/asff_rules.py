"""
What BatchImportFindings takes: botocore's model of it, and the format's limits.

The limits are those of "Required top-level ASFF attributes" and "Optional
top-level ASFF attributes" in the AWS Security Hub user guide; the model itself
holds none of them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape

LIMITS = {
    "Id": 512,
    "ProductArn": 2048,
    "GeneratorId": 512,
    "AwsAccountId": 12,
    "Title": 256,
    "Description": 1024,
    "Types": 50,
    "Compliance.RelatedRequirements": 32,
    "Resources": 32,
    "Resources[].Tags": 50,
    "Remediation.Recommendation.Text": 512,
    "ProductFields": 50,
    "ProductFields{}": 2048,
    "FindingProviderFields.Severity.Original": 64,
    "Network.Protocol": 16,
    "NetworkPath[].ComponentId": 32,
    "NetworkPath[].ComponentType": 32,
    "NetworkPath[].Ingress.Protocol": 16,
}


def faults(document: dict[str, Any]) -> list[str]:
    """Name everything in *document* that Security Hub would refuse."""
    return list(_walk(document, _finding_shape(), ""))


@cache
def _finding_shape() -> Shape:
    model = botocore.session.get_session().get_service_model("securityhub")
    shape: Shape = model.shape_for("AwsSecurityFinding")
    return shape


def _walk(value: Any, shape: Any, path: str) -> Iterator[str]:
    if path in LIMITS and len(value) > LIMITS[path]:
        yield f"{path}: longer than {LIMITS[path]}"
    if shape.type_name == "structure":
        yield from _structure(value, shape, path)
    elif shape.type_name == "list":
        for item in value:
            yield from _walk(item, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _walk(key, shape.key, f"{path}<key>")
            yield from _walk(item, shape.value, f"{path}{{}}")
            if len(key) > 128:
                yield f"{path}: key {key} is too long"
    else:
        yield from _scalar(value, shape, path)


def _structure(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: not an object"
        return
    yield from (
        f"{path}.{key}: missing" for key in set(shape.required_members) - {*value}
    )
    for key, item in value.items():
        inner = f"{path}.{key}".lstrip(".")
        if key in shape.members:
            yield from _walk(item, shape.members[key], inner)
        else:
            yield f"{inner}: unknown"


def _scalar(value: Any, shape: Any, path: str) -> Iterator[str]:
    kinds = {"string": str, "integer": int, "boolean": bool, "double": float}
    if type(value) is not kinds[shape.type_name]:
        yield f"{path}: {value!r} is no {shape.type_name}"
        return
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, str(value)):
        yield f"{path}: {value!r} does not match {pattern}"
    if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is not in the list"
