"""The parsed template, and what its resources refer to."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import decode

PATH = Path(__file__).parents[2] / "template.yaml"

Resource = Mapping[str, Any]


@cache
def template() -> Mapping[str, Any]:
    parsed, mistakes = decode(str(PATH))
    assert not mistakes
    return dict(parsed)


def resources(kind: str) -> dict[str, Resource]:
    """The properties of each resource of *kind*, by logical id."""
    return {
        name: body["Properties"]
        for name, body in template()["Resources"].items()
        if body["Type"] == kind
    }


def functions() -> dict[str, Resource]:
    return resources("AWS::Serverless::Function")


def target(value: Any) -> str:
    """The logical id that *value* refers to; empty when it refers to none."""
    if not isinstance(value, Mapping):
        return ""
    if "Ref" in value:
        return str(value["Ref"])
    attribute = value.get("Fn::GetAtt", "")
    if isinstance(attribute, str):
        return attribute.partition(".")[0]
    return str(attribute[0])


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def statements(role: str) -> list[Resource]:
    """
    Every statement that *role* has, of its own or through our managed policies.

    A policy that it has on a condition is left out.
    """
    properties = template()["Resources"][role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
    for managed in properties.get("ManagedPolicyArns", ()):
        if "Fn::If" in managed:
            continue
        ours = template()["Resources"][target(managed)]
        documents.append(ours["Properties"]["PolicyDocument"])
    return [item for document in documents for item in document["Statement"]]


def role_of(function: str) -> str:
    return target(functions()[function]["Role"])


def documents() -> Iterator[tuple[str, Any]]:
    """Every policy document in the template, of whatever kind."""
    for name, body in template()["Resources"].items():
        yield from ((name, found) for found in _documents(body))


def _documents(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if "Statement" in value:
            yield value
        for inner in value.values():
            yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)


def minutes(rate: str) -> int:
    """How many minutes a rate expression lasts."""
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", rate)
    assert match
    return int(match[1]) * {"minute": 1, "hour": 60, "day": 1440}[match[2]]
