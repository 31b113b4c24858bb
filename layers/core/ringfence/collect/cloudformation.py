"""What is asked of CloudFormation: a few parameters of the products' stacks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.compute import INSTANCES
from ringfence.inventory.stacks import (
    CERTIFICATE_PARAMETER,
    STACK_TAG,
    STACKS,
    VERSION_PARAMETERS,
)
from ringfence.products import names_a_product

ACTIONS = ("cloudformation:DescribeStacks",)

_TELLING = {CERTIFICATE_PARAMETER, *VERSION_PARAMETERS}
_KEPT = ("StackName", "CreationTime", "StackStatus")


def _stacks(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that made an instance which is called like a product."""
    names = sorted(set(_names(responses)))
    return ({"StackName": name} for name in names)


def _names(responses: Responses) -> Iterator[str]:
    for reservation in responses[INSTANCES]["Reservations"]:
        for instance in reservation["Instances"]:
            tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
            stack = tags.get(STACK_TAG)
            if stack and names_a_product(f"{stack} {tags.get('Name', '')}"):
                yield stack


def _without_secrets(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Drop all that may hold a password: other parameters, outputs, descriptions."""
    needed = [
        parameter
        for parameter in stack.get("Parameters", ())
        if parameter["ParameterKey"] in _TELLING
    ]
    kept = {key: stack[key] for key in _KEPT if key in stack}
    return {**kept, "Parameters": needed}


OPERATIONS = (
    Operation(
        name=STACKS,
        key="Stacks",
        needs=(INSTANCES,),
        requests=_stacks,
        per="StackName",
        gone=frozenset({"ValidationError"}),
        reduced=_without_secrets,
        is_of_vpcs=False,
    ),
)
