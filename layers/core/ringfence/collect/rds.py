"""What is asked of Relational Database Service."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ringfence.collect.nearby import DATABASES, INTERFACES, where_shown
from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.databases import (
    CLUSTER_SHARING,
    CLUSTER_SNAPSHOTS,
    CLUSTERS,
    INSTANCES,
    SHARING,
    SNAPSHOTS,
)

ACTIONS = (
    "rds:DescribeDBClusterSnapshotAttributes",
    "rds:DescribeDBClusterSnapshots",
    "rds:DescribeDBClusters",
    "rds:DescribeDBInstances",
    "rds:DescribeDBSnapshotAttributes",
    "rds:DescribeDBSnapshots",
)


def _is_inside(
    database: Mapping[str, Any], _responses: Responses, vpcs: frozenset[str]
) -> bool:
    return database.get("DBSubnetGroup", {}).get("VpcId") in vpcs


def _manual(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Automated ones cannot be shared; a database tells itself what they hold."""
    return ({"SnapshotType": "manual"},)


def _may_be_public(
    snapshots: str, key: str, encrypted: str, name: str
) -> Callable[[Responses, Vpcs], Iterable[Parameters]]:
    """Ask for each that is not encrypted: no other can be public."""

    def requests(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
        for snapshot in responses[snapshots][key]:
            if not snapshot.get(encrypted):
                yield {name: snapshot[name]}

    return requests


OPERATIONS = (
    Operation(
        name=INSTANCES,
        key="DBInstances",
        page=100,
        after=(INTERFACES,),
        requests=where_shown(DATABASES),
        keep=_is_inside,
    ),
    Operation(name=CLUSTERS, key="DBClusters", page=100, is_of_vpcs=False),
    Operation(
        name=SNAPSHOTS,
        key="DBSnapshots",
        page=100,
        requests=_manual,
        is_of_vpcs=False,
    ),
    Operation(
        name=SHARING,
        key="DBSnapshotAttributesResult",
        needs=(SNAPSHOTS,),
        requests=_may_be_public(
            SNAPSHOTS, "DBSnapshots", "Encrypted", "DBSnapshotIdentifier"
        ),
        per="DBSnapshotIdentifier",
        gone=frozenset({"DBSnapshotNotFound"}),
        is_of_vpcs=False,
    ),
    Operation(
        name=CLUSTER_SNAPSHOTS,
        key="DBClusterSnapshots",
        page=100,
        requests=_manual,
        is_of_vpcs=False,
    ),
    Operation(
        name=CLUSTER_SHARING,
        key="DBClusterSnapshotAttributesResult",
        needs=(CLUSTER_SNAPSHOTS,),
        requests=_may_be_public(
            CLUSTER_SNAPSHOTS,
            "DBClusterSnapshots",
            "StorageEncrypted",
            "DBClusterSnapshotIdentifier",
        ),
        per="DBClusterSnapshotIdentifier",
        gone=frozenset({"DBClusterSnapshotNotFoundFault"}),
        is_of_vpcs=False,
    ),
)
