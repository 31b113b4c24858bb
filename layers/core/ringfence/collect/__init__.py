"""From AWS to a snapshot: thin fetches, no judgement."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import boto3

from ringfence.clients import client_of
from ringfence.collect import (
    acm,
    apigateway,
    autoscaling,
    backup,
    cloudformation,
    cloudfront,
    cloudtrail,
    ec2,
    efs,
    elb,
    elbv2,
    globalaccelerator,
    iam,
    inspector,
    opensearch,
    rds,
    route53,
    series,
    ssm,
    userdata,
    wafv2,
)
from ringfence.collect.operation import Operation
from ringfence.collect.run import run
from ringfence.inventory.read import OPTIONAL
from ringfence.snapshot import Snapshot

OPERATIONS = (
    *ec2.OPERATIONS,
    *iam.OPERATIONS,
    *elbv2.OPERATIONS,
    *elb.OPERATIONS,
    *wafv2.OPERATIONS,
    *rds.OPERATIONS,
    *efs.OPERATIONS,
    *opensearch.OPERATIONS,
    *cloudfront.OPERATIONS,
    *apigateway.OPERATIONS,
    *acm.OPERATIONS,
    *globalaccelerator.OPERATIONS,
    *cloudformation.OPERATIONS,
    *userdata.OPERATIONS,
    *route53.OPERATIONS,
    *autoscaling.OPERATIONS,
    *ssm.OPERATIONS,
    *inspector.OPERATIONS,
    *backup.OPERATIONS,
    *cloudtrail.OPERATIONS,
    *series.OPERATIONS,
)

# Services whose API is in one Region, and in the commercial partition only.
_HOMES = {"globalaccelerator": globalaccelerator.REGION}


def collect(
    session: boto3.Session,
    *,
    account: str,
    region: str,
    now: Callable[[], datetime],
    vpcs: frozenset[str] | None = None,
    is_home: bool = True,
    user_data: bool = False,
) -> Snapshot:
    """
    Read one Region, or the networks of some of its VPCs.

    What belongs to no Region is asked for where *is_home*, the instances' own
    *user_data* where the owner wants that.

    *account* is taken at its word: it names what *session* may read.
    The snapshot's time is when reading began, so that a change made meanwhile
    is never taken for older than it.
    """
    taken_at = now()
    operations = tuple(
        operation
        for operation in in_scope(vpcs, is_home=is_home)
        if user_data or not operation.shows_secrets
    )
    clients = {
        service: client_of(session, service, _HOMES.get(service, region))
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
    """
    Whether *operation* exists here: in this partition of AWS, and to the SDK.

    An older SDK may lack a mere detail's.
    """
    if operation.service in _HOMES and clients["ec2"].meta.partition != "aws":
        return False
    known = clients[operation.service].meta.method_to_api_mapping
    return operation.name not in OPTIONAL or operation.method in known


def in_scope(
    vpcs: frozenset[str] | None, *, is_home: bool = True
) -> tuple[Operation, ...]:
    """The operations asked for a Region, or for *vpcs* alone."""
    return tuple(
        operation
        for operation in OPERATIONS
        if (vpcs is None or operation.is_of_vpcs)
        and (is_home or not operation.is_worldwide)
    )
