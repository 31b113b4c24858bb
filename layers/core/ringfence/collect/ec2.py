"""What is asked of EC2."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ringfence.collect import implied
from ringfence.collect.implied import ROUTE_TABLES, SUBNETS
from ringfence.collect.nearby import INTERFACES, elastic_addresses
from ringfence.collect.operation import (
    FILTER_VALUES,
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
    filtered,
    in_vpcs,
    only,
)
from ringfence.collect.userdata import without_passwords
from ringfence.inventory.answers import Answers
from ringfence.inventory.associations import ASSOCIATIONS
from ringfence.inventory.blocking import EXCLUSIONS, OFF, OPTIONS
from ringfence.inventory.compute import INSTANCES, images_in_use
from ringfence.inventory.launching import (
    CONFIGURATIONS,
    DEFAULT,
    GROUPS,
    LATEST,
    VERSIONS,
    images_to_launch,
    pinned_versions,
)
from ringfence.inventory.otherways import CONNECT_ENDPOINTS, PERMISSIONS, SERVICES
from ringfence.inventory.volumes import (
    ALL_BLOCKED,
    PUBLIC,
    SHARING,
    SNAPSHOTS,
    VOLUMES,
    attached,
)

ACTIONS = (
    "ec2:DescribeAddresses",
    "ec2:DescribeEgressOnlyInternetGateways",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceConnectEndpoints",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroupVpcAssociations",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolumes",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "ec2:DescribeVpcEndpointServiceConfigurations",
    "ec2:DescribeVpcEndpointServicePermissions",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetManagedPrefixListEntries",
    "ec2:GetSnapshotBlockPublicAccessState",
)

_GROUPS = "ec2.describe_security_groups"
_PREFIX_LISTS = "ec2.describe_managed_prefix_lists"


def _rules(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
    """Those of the groups seen; the API cannot filter them by VPC."""
    if vpcs is None:
        return ({},)
    groups = responses[_GROUPS]["SecurityGroups"]
    return filtered("group-id", (group["GroupId"] for group in groups))


def _peerings(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
    """All, but where no group and no route in the VPCs speaks of anything outside."""
    if vpcs is None or not {_GROUPS, ROUTE_TABLES} <= responses.keys():
        return ({},)
    groups = responses[_GROUPS]["SecurityGroups"]
    known = {group["GroupId"] for group in groups}
    is_spoken_of = any(
        pair.get("GroupId") not in known or "VpcPeeringConnectionId" in pair
        for group in groups
        for key in ("IpPermissions", "IpPermissionsEgress")
        for permission in group.get(key, ())
        for pair in permission.get("UserIdGroupPairs", ())
    ) or any(
        "VpcPeeringConnectionId" in route
        for table in responses[ROUTE_TABLES]["RouteTables"]
        for route in table.get("Routes", ())
    )
    return ({},) if is_spoken_of else ()


def _prefix_lists(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that a group or a route refers to: often none, so no call."""
    return filtered("prefix-list-id", {*_in_groups(responses), *_in_routes(responses)})


def _in_groups(responses: Responses) -> Iterator[str]:
    for group in responses[_GROUPS]["SecurityGroups"]:
        for key in ("IpPermissions", "IpPermissionsEgress"):
            for permission in group.get(key, ()):
                for listed in permission.get("PrefixListIds", ()):
                    yield listed["PrefixListId"]


def _in_routes(responses: Responses) -> Iterator[str]:
    for table in responses[ROUTE_TABLES]["RouteTables"]:
        for route in table.get("Routes", ()):
            if "DestinationPrefixListId" in route:
                yield route["DestinationPrefixListId"]


def _entries(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for listed in responses[_PREFIX_LISTS]["PrefixLists"]:
        yield {"PrefixListId": listed["PrefixListId"]}


def _exclusions(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those of a block that is on: where it is off there is nothing to spare."""
    options = responses[OPTIONS]["VpcBlockPublicAccessOptions"]
    is_off = options.get("InternetGatewayBlockMode", OFF) == OFF
    return () if is_off else ({},)


def _images(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """
    Those in use, or about to be, by filter.

    Asked for by ImageIds, one that is gone would fail the whole call.
    """
    answers = Answers(responses)
    wanted = images_in_use(answers) | images_to_launch(answers)
    for request in filtered("image-id", wanted):
        yield {**request, "IncludeDeprecated": True}


def _services(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for service in responses[SERVICES]["ServiceConfigurations"]:
        yield {"ServiceId": service["ServiceId"]}


def _versions(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """The newest and the default of every template, and those that groups pin."""
    yield {"Versions": [LATEST, DEFAULT]}
    groups = responses.get(GROUPS, {}).get("AutoScalingGroups", ())
    for template, versions in sorted(pinned_versions(groups).items()):
        for batch in batches(sorted(versions), FILTER_VALUES):
            yield {"LaunchTemplateId": template, "Versions": batch}


def _snapshots(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """
    The account's own, of volumes that are in use.

    An account may have a hundred thousand, most of them of volumes long gone.
    """
    for request in filtered("volume-id", attached(Answers(responses))):
        yield {**request, "OwnerIds": ["self"]}


def _public(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that everybody may restore, whatever volume they are of."""
    if responses[SHARING]["State"] == ALL_BLOCKED:
        return ()
    return ({"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},)


def _is_peered(
    peering: Mapping[str, Any], _responses: Responses, vpcs: frozenset[str]
) -> bool:
    sides = ("RequesterVpcInfo", "AccepterVpcInfo")
    return any(peering.get(side, {}).get("VpcId") in vpcs for side in sides)


OPERATIONS = (
    Operation(
        name="ec2.describe_vpcs",
        key="Vpcs",
        page=1000,
        after=(ROUTE_TABLES,),
        implied=implied.networks,
        requests=in_vpcs("vpc-id"),
    ),
    Operation(
        name=SUBNETS,
        key="Subnets",
        page=1000,
        requests=in_vpcs("vpc-id"),
    ),
    Operation(
        name=ROUTE_TABLES,
        key="RouteTables",
        page=100,
        requests=in_vpcs("vpc-id"),
    ),
    Operation(
        name="ec2.describe_network_acls",
        key="NetworkAcls",
        page=1000,
        requests=in_vpcs("vpc-id"),
    ),
    Operation(
        name=_GROUPS,
        key="SecurityGroups",
        page=1000,
        requests=in_vpcs("vpc-id"),
    ),
    Operation(
        name="ec2.describe_security_group_rules",
        key="SecurityGroupRules",
        page=1000,
        needs=(_GROUPS,),
        requests=_rules,
    ),
    Operation(
        name=ASSOCIATIONS,
        key="SecurityGroupVpcAssociations",
        page=1000,
        is_of_vpcs=False,
    ),
    Operation(
        name=INTERFACES,
        key="NetworkInterfaces",
        page=1000,
        requests=in_vpcs("vpc-id"),
        wishes={"IncludeManagedResources": True},
    ),
    Operation(
        name=INSTANCES,
        key="Reservations",
        page=1000,
        requests=in_vpcs("vpc-id"),
        wishes={"IncludeManagedResources": True},
    ),
    Operation(
        name="ec2.describe_addresses",
        key="Addresses",
        after=(INTERFACES,),
        requests=elastic_addresses,
    ),
    Operation(
        name="ec2.describe_internet_gateways",
        key="InternetGateways",
        page=1000,
        after=(ROUTE_TABLES,),
        implied=implied.gateways,
        requests=in_vpcs("attachment.vpc-id"),
    ),
    Operation(
        name="ec2.describe_egress_only_internet_gateways",
        key="EgressOnlyInternetGateways",
        page=255,
        is_of_vpcs=False,
    ),
    Operation(
        name="ec2.describe_nat_gateways",
        key="NatGateways",
        page=1000,
        is_of_vpcs=False,
    ),
    Operation(
        name="ec2.describe_vpc_peering_connections",
        key="VpcPeeringConnections",
        page=1000,
        after=(_GROUPS, ROUTE_TABLES),
        requests=_peerings,
        keep=_is_peered,
    ),
    Operation(
        name=_PREFIX_LISTS,
        key="PrefixLists",
        page=100,
        needs=(_GROUPS, ROUTE_TABLES),
        requests=_prefix_lists,
    ),
    Operation(
        name="ec2.get_managed_prefix_list_entries",
        key="Entries",
        page=100,
        needs=(_PREFIX_LISTS,),
        requests=_entries,
        per="PrefixListId",
        gone=frozenset({"InvalidPrefixListID.NotFound"}),
    ),
    Operation(
        name=VERSIONS,
        key="LaunchTemplateVersions",
        page=200,
        after=(GROUPS,),
        requests=_versions,
        gone=frozenset(
            {
                "InvalidLaunchTemplateId.NotFound",
                "InvalidLaunchTemplateId.VersionNotFound",
            }
        ),
        reduced=without_passwords,
        is_of_vpcs=False,
    ),
    Operation(
        name="ec2.describe_images",
        key="Images",
        page=1000,
        needs=(INSTANCES,),
        after=(VERSIONS, CONFIGURATIONS),
        requests=_images,
        wishes={"IncludeDisabled": True},
    ),
    # The Region's own, whatever VPCs are looked at.
    Operation(
        name=OPTIONS,
        key="VpcBlockPublicAccessOptions",
        after=(SUBNETS,),
        implied=implied.no_block,
        is_one=True,
    ),
    Operation(
        name=EXCLUSIONS,
        key="VpcBlockPublicAccessExclusions",
        page=1000,
        needs=(OPTIONS,),
        requests=_exclusions,
    ),
    Operation(
        name=CONNECT_ENDPOINTS,
        key="InstanceConnectEndpoints",
        page=50,
        is_of_vpcs=False,
    ),
    Operation(
        name=SERVICES,
        key="ServiceConfigurations",
        page=1000,
        is_of_vpcs=False,
    ),
    Operation(
        name=PERMISSIONS,
        key="AllowedPrincipals",
        page=1000,
        needs=(SERVICES,),
        requests=_services,
        per="ServiceId",
        gone=frozenset({"InvalidVpcEndpointServiceId.NotFound"}),
        is_of_vpcs=False,
    ),
    Operation(
        name=VOLUMES,
        key="Volumes",
        page=500,
        is_of_vpcs=False,
    ),
    Operation(
        name=SNAPSHOTS,
        key="Snapshots",
        page=1000,
        needs=(VOLUMES,),
        requests=_snapshots,
        reduced=only("SnapshotId", "VolumeId", "StartTime", "State", "Encrypted"),
        is_of_vpcs=False,
    ),
    Operation(
        name=SHARING,
        key="State",
        is_one=True,
        is_of_vpcs=False,
    ),
    Operation(
        name=PUBLIC,
        key="Snapshots",
        page=1000,
        needs=(SHARING,),
        requests=_public,
        is_of_vpcs=False,
    ),
)
