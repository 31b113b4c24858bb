"""What was seen in one account and Region at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringfence.inventory.accelerators import Accelerator
from ringfence.inventory.associations import GroupAssociation
from ringfence.inventory.backups import BackupPlan, RecoveryPoint
from ringfence.inventory.blocking import BlockPublicAccess
from ringfence.inventory.databases import Cluster, Database, DatabaseSnapshot
from ringfence.inventory.distributions import Distribution
from ringfence.inventory.entries import Entry
from ringfence.inventory.filesystems import FileSystem
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.launching import AutoScalingGroup, LaunchTemplate
from ringfence.inventory.looks import Endpoint, Held, Look
from ringfence.inventory.memories import Memories
from ringfence.inventory.names import NameRecord
from ringfence.inventory.otherways import (
    ConnectEndpoint,
    EndpointService,
    VpcLink,
    VpcOrigin,
)
from ringfence.inventory.patching import (
    Flaws,
    MaintenanceWindow,
    ManagedNode,
    MissingPatch,
    PatchBaseline,
    PatchState,
    PublicImage,
)
from ringfence.inventory.places import Departure
from ringfence.inventory.records import (
    Address,
    Certificate,
    Gateway,
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
    Vpc,
)
from ringfence.inventory.roles import Role
from ringfence.inventory.searching import SearchDomain
from ringfence.inventory.stacks import Stack
from ringfence.inventory.stated import StatedVersion
from ringfence.inventory.tls_policies import TlsPolicy
from ringfence.inventory.trails import Recording
from ringfence.inventory.userdata import SetUp
from ringfence.inventory.visits import HttpObservation
from ringfence.inventory.volumes import Volume, VolumeSnapshot
from ringfence.inventory.watch import Heartbeat, OwnRule
from ringfence.inventory.webacls import AclLog, WebAcl
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
    group_associations: tuple[GroupAssociation, ...] = ()
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
    file_systems: tuple[FileSystem, ...] = ()
    search_domains: tuple[SearchDomain, ...] = ()
    roles: tuple[Role, ...] = ()
    vpc_origins: tuple[VpcOrigin, ...] = ()
    vpc_links: tuple[VpcLink, ...] = ()
    connect_endpoints: tuple[ConnectEndpoint, ...] = ()
    endpoint_services: tuple[EndpointService, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    stacks: tuple[Stack, ...] = ()
    images: tuple[Image, ...] = ()
    auto_scaling_groups: tuple[AutoScalingGroup, ...] = ()
    launch_templates: tuple[LaunchTemplate, ...] = ()
    managed_nodes: tuple[ManagedNode, ...] = ()
    patch_states: tuple[PatchState, ...] = ()
    missing_patches: tuple[MissingPatch, ...] = ()
    patch_baselines: tuple[PatchBaseline, ...] = ()
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()
    public_images: tuple[PublicImage, ...] = ()
    newer_images: tuple[Image, ...] = ()
    flaws: tuple[Flaws, ...] = ()
    volumes: tuple[Volume, ...] = ()
    volume_snapshots: tuple[VolumeSnapshot, ...] = ()
    public_snapshots: tuple[VolumeSnapshot, ...] = ()
    origins: tuple[VolumeSnapshot, ...] = ()
    database_clusters: tuple[Cluster, ...] = ()
    database_snapshots: tuple[DatabaseSnapshot, ...] = ()
    recovery_points: tuple[RecoveryPoint, ...] = ()
    backup_plans: tuple[BackupPlan, ...] = ()
    recording: tuple[Recording, ...] = ()
    web_acls: tuple[WebAcl, ...] = ()
    acl_logs: tuple[AclLog, ...] = ()
    own_rules: tuple[OwnRule, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()
    tls_observations: tuple[TlsObservation, ...] = ()
    http_observations: tuple[HttpObservation, ...] = ()
    name_records: tuple[NameRecord, ...] = ()
    last_looks: tuple[Look, ...] = ()
    held: tuple[Held, ...] = ()
    stated_versions: tuple[StatedVersion, ...] = ()
    departures: tuple[Departure, ...] = ()
    entries: tuple[Entry, ...] = ()
    asked: tuple[Endpoint, ...] = ()  # what a probe was sent to look at

    # What nobody looked at since then is overdue; None: that is not to be told.
    overdue_before: datetime | None = None

    # Details that no check can need: of blocks at most one; none: nothing is known
    # to be shut, or to lead in from an accelerator.
    block_public_access: tuple[BlockPublicAccess, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
    # Those that AWS was asked about: most need no asking.
    tls_policies: tuple[TlsPolicy, ...] = ()
    # What user data says, of what was asked for: most owners want none of it read.
    set_ups: tuple[SetUp, ...] = ()
    # None of it where nothing is remembered, as on the command line.
    memories: Memories = field(default_factory=Memories)


PARTS = frozenset(Inventory.__dataclass_fields__) - {
    "account",
    "region",
    "taken_at",
    "read",
    "gaps",
    "vpcs",
    "only",
    "block_public_access",
    "accelerators",
    "tls_policies",
    "set_ups",
    "memories",
    "overdue_before",
}
