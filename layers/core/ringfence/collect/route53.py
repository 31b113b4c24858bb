"""
What is asked of Route 53: public zones and their records.

Route 53 is global, and an account has five of its requests a second for all that
it does: they are made one by one.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
"""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.names import (
    RECORDS,
    ZONES,
    is_public,
    leads_somewhere,
    zone_id,
)

ACTIONS = (
    "route53:ListHostedZones",
    "route53:ListResourceRecordSets",
)


def _records(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for zone in responses[ZONES]["HostedZones"]:
        if is_public(zone):
            yield {"HostedZoneId": zone_id(zone)}


OPERATIONS = (
    Operation(
        name=ZONES,
        key="HostedZones",
        page=100,
        is_of_vpcs=False,
        is_worldwide=True,
    ),
    Operation(
        name=RECORDS,
        key="ResourceRecordSets",
        page=300,
        needs=(ZONES,),
        requests=_records,
        per="HostedZoneId",
        gone=frozenset({"NoSuchHostedZone"}),
        wanted=leads_somewhere,
        is_of_vpcs=False,
        is_worldwide=True,
    ),
)
