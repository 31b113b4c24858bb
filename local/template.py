"""The SAM template, read and translated to plain CloudFormation."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from boto3 import Session

from local.server import REGION

_CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short_form)


def read(path: Path) -> dict[str, Any]:
    """Read a template as it is written."""
    document: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506
    return document


def translated(
    template: Mapping[str, Any], parameters: Mapping[str, str], code: str
) -> dict[str, Any]:
    """
    Give the CloudFormation template that SAM makes of *template*.

    All functions and layers point to *code*, an ``s3://`` address.
    """
    # Imported here, because it takes a second.
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    source = copy.deepcopy(dict(template))
    for resource in source["Resources"].values():
        if resource["Type"] in _CODE:
            resource["Properties"][_CODE[resource["Type"]]] = code
    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    plain: dict[str, Any] = translator.translate(source, dict(parameters))
    return plain
