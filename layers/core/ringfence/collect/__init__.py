"""From AWS to a snapshot: thin fetches, no judgement."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import boto3

from ringfence.clients import client_of
from ringfence.collect import (
    acm,
    autoscaling,
    ec2,
    elb,
    elbv2,
    iam,
    inspector,
    rds,
    ssm,
)
from ringfence.collect.operation import Operation
from ringfence.collect.run import run
from ringfence.inventory.read import OPTIONAL
from ringfence.snapshot import Snapshot

OPERATIONS = (
    *ec2.OPERATIONS,
    *elbv2.OPERATIONS,
    *elb.OPERATIONS,
    *rds.OPERATIONS,
    *acm.OPERATIONS,
    *iam.OPERATIONS,
    *autoscaling.OPERATIONS,
    *ssm.OPERATIONS,
    *inspector.OPERATIONS,
)


def collect(
    session: boto3.Session,
    *,
    account: str,
    region: str,
    now: Callable[[], datetime],
    vpcs: frozenset[str] | None = None,
) -> Snapshot:
    """
    Read one Region, or the networks of some of its VPCs.

    *account* is taken at its word: it names what *session* may read.
    The snapshot's time is when reading began, so that a change made meanwhile
    is never taken for older than it.
    """
    taken_at = now()
    operations = in_scope(vpcs)
    clients = {
        service: client_of(session, service, region)
        for service in sorted({operation.service for operation in operations})
    }
    operations = tuple(one for one in operations if _can_be_asked(one, clients))
    responses, gaps = run(operations, clients, vpcs)
    return Snapshot(
        account=account,
        region=region,
        taken_at=taken_at,
        responses=responses,
        gaps=gaps,
        vpcs=vpcs,
        asked=frozenset(operation.name for operation in operations),
    )


def _can_be_asked(operation: Operation, clients: Mapping[str, Any]) -> bool:
    """Whether the SDK knows *operation*: an older one may lack a mere detail's."""
    known = clients[operation.service].meta.method_to_api_mapping
    return operation.name not in OPTIONAL or operation.method in known


def in_scope(vpcs: frozenset[str] | None) -> tuple[Operation, ...]:
    """The operations asked for a Region, or for *vpcs* alone."""
    if vpcs is None:
        return OPERATIONS
    return tuple(operation for operation in OPERATIONS if operation.is_of_vpcs)
