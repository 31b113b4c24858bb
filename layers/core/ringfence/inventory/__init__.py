"""What was seen in one account and Region at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringfence.inventory.blocking import BlockPublicAccess
from ringfence.inventory.databases import Database
from ringfence.inventory.launching import AutoScalingGroup, LaunchTemplate
from ringfence.inventory.patching import (
    Flaws,
    MaintenanceWindow,
    ManagedNode,
    PatchState,
    PublicImage,
)
from ringfence.inventory.records import (
    Address,
    Certificate,
    Gateway,
    HttpObservation,
    Image,
    Instance,
    Listener,
    LoadBalancer,
    NatGateway,
    NetworkAcl,
    NetworkInterface,
    Peering,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Subnet,
    TargetGroup,
    TlsObservation,
    Vpc,
)
from ringfence.snapshot import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """
    The frozen records of one snapshot.

    The record fields are the parts. *read* names those that were read,
    *gaps* what was asked for and could not be read, by part; a part in
    neither was not asked for, and its field says nothing.
    *vpcs* narrows everything to some VPCs; None means the whole Region.
    """

    account: str
    region: str
    taken_at: datetime
    read: frozenset[str]
    gaps: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)
    vpcs: frozenset[str] | None = None
    only: frozenset[str] | None = None  # None: not narrowed to some resources

    # The parts.
    vpc_networks: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    network_interfaces: tuple[NetworkInterface, ...] = ()
    instances: tuple[Instance, ...] = ()
    addresses: tuple[Address, ...] = ()
    internet_gateways: tuple[Gateway, ...] = ()
    egress_only_gateways: tuple[Gateway, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    peerings: tuple[Peering, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    listeners: tuple[Listener, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    databases: tuple[Database, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    images: tuple[Image, ...] = ()
    auto_scaling_groups: tuple[AutoScalingGroup, ...] = ()
    launch_templates: tuple[LaunchTemplate, ...] = ()
    managed_nodes: tuple[ManagedNode, ...] = ()
    patch_states: tuple[PatchState, ...] = ()
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()
    public_images: tuple[PublicImage, ...] = ()
    flaws: tuple[Flaws, ...] = ()
    tls_observations: tuple[TlsObservation, ...] = ()
    http_observations: tuple[HttpObservation, ...] = ()

    # Details that no check can need: at most one; none: nothing is known to be shut.
    block_public_access: tuple[BlockPublicAccess, ...] = ()


PARTS = frozenset(Inventory.__dataclass_fields__) - {
    "account",
    "region",
    "taken_at",
    "read",
    "gaps",
    "vpcs",
    "only",
    "block_public_access",
}
