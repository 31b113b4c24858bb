"""What is asked of Relational Database Service."""

from collections.abc import Mapping
from typing import Any

from ringfence.collect.operation import Operation, Responses
from ringfence.inventory.databases import INSTANCES

ACTIONS = ("rds:DescribeDBInstances",)


def _is_inside(
    database: Mapping[str, Any], _responses: Responses, vpcs: frozenset[str]
) -> bool:
    return database.get("DBSubnetGroup", {}).get("VpcId") in vpcs


OPERATIONS = (Operation(name=INSTANCES, key="DBInstances", page=100, keep=_is_inside),)
