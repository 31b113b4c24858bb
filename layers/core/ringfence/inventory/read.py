"""From a snapshot to its inventory: which answers make which part."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ringfence.garbage import undisturbed
from ringfence.inventory import (
    Inventory,
    accelerators,
    associations,
    backups,
    balancing,
    blocking,
    certificates,
    classic,
    compute,
    databases,
    distributions,
    filesystems,
    groups,
    launching,
    names,
    network,
    otherways,
    patching,
    roles,
    searching,
    series,
    stacks,
    tls_policies,
    trails,
    userdata,
    volumes,
    webacls,
)
from ringfence.inventory.answers import AbsentError, Answers, crash
from ringfence.snapshot import AnswerError, Gap, Snapshot, SnapshotError


@dataclass(frozen=True, slots=True)
class Source:
    """
    One service's share of a part, and the operations that it cannot miss.

    A snapshot without the answers of one that *is_optional* was made before they
    were asked for: its part is then neither read nor a gap.
    """

    part: str
    read: Callable[[Answers], tuple[object, ...]]
    needs: tuple[str, ...]
    is_optional: bool = False


SOURCES = (
    Source("vpc_networks", network.read_vpcs, ("ec2.describe_vpcs",)),
    Source("subnets", network.read_subnets, ("ec2.describe_subnets",)),
    Source("route_tables", network.read_route_tables, ("ec2.describe_route_tables",)),
    Source("network_acls", network.read_network_acls, ("ec2.describe_network_acls",)),
    Source(
        "security_groups",
        groups.read_security_groups,
        ("ec2.describe_security_groups",),
    ),
    Source(
        "network_interfaces",
        compute.read_network_interfaces,
        ("ec2.describe_network_interfaces",),
    ),
    Source("instances", compute.read_instances, (compute.INSTANCES,)),
    Source("addresses", compute.read_addresses, ("ec2.describe_addresses",)),
    Source(
        "internet_gateways",
        network.read_internet_gateways,
        ("ec2.describe_internet_gateways",),
    ),
    Source(
        "egress_only_gateways",
        network.read_egress_only_gateways,
        ("ec2.describe_egress_only_internet_gateways",),
    ),
    Source("nat_gateways", network.read_nat_gateways, ("ec2.describe_nat_gateways",)),
    Source(
        "prefix_lists",
        network.read_prefix_lists,
        ("ec2.describe_managed_prefix_lists", network.ENTRIES),
    ),
    Source(
        "peerings",
        network.read_peerings,
        ("ec2.describe_vpc_peering_connections",),
    ),
    Source(
        "load_balancers",
        balancing.read_load_balancers,
        (balancing.BALANCERS, balancing.ATTRIBUTES),
    ),
    Source(
        "load_balancers",
        classic.read_load_balancers,
        (classic.BALANCERS, classic.ATTRIBUTES),
    ),
    Source(
        "listeners",
        balancing.read_listeners,
        (balancing.LISTENERS, balancing.RULES),
    ),
    Source("listeners", classic.read_listeners, (classic.BALANCERS,)),
    Source(
        "target_groups",
        balancing.read_target_groups,
        (
            balancing.TARGET_GROUPS,
            balancing.TARGET_HEALTH,
            balancing.TARGET_GROUP_ATTRIBUTES,
        ),
    ),
    Source("target_groups", classic.read_target_groups, (classic.BALANCERS,)),
    Source("databases", databases.read_databases, (databases.INSTANCES,)),
    Source(
        "certificates",
        certificates.read_acm,
        (certificates.ACM_LIST, certificates.ACM_DETAIL),
    ),
    Source(
        "certificates",
        certificates.read_iam,
        (certificates.IAM_LIST, balancing.LISTENERS, classic.BALANCERS),
    ),
    Source("images", compute.read_images, (compute.INSTANCES, "ec2.describe_images")),
    Source("name_records", names.read_name_records, (names.ZONES, names.RECORDS)),
    Source(
        "auto_scaling_groups",
        launching.read_auto_scaling_groups,
        (launching.GROUPS, launching.CONFIGURATIONS, launching.VERSIONS),
        is_optional=True,
    ),
    Source(
        "launch_templates",
        launching.read_launch_templates,
        (launching.VERSIONS,),
        is_optional=True,
    ),
    Source(
        "managed_nodes",
        patching.read_managed_nodes,
        (patching.NODES,),
        is_optional=True,
    ),
    Source(
        "patch_states",
        patching.read_patch_states,
        (patching.NODES, patching.STATES),
        is_optional=True,
    ),
    Source("missing_patches", patching.read_missing_patches, ()),
    Source("patch_baselines", patching.read_patch_baselines, ()),
    Source(
        "maintenance_windows",
        patching.read_maintenance_windows,
        (patching.WINDOWS,),
        is_optional=True,
    ),
    Source(
        "public_images",
        patching.read_public_images,
        (patching.PARAMETERS,),
        is_optional=True,
    ),
    Source(
        "flaws",
        patching.read_flaws,
        (patching.STATUS, patching.COUNTS),
        is_optional=True,
    ),
    # Details with a field of their own: without them nothing is known to be shut,
    # or to lead in.
    Source("block_public_access", blocking.read_block_public_access, ()),
    # Parts that snapshots may lack: what they are made of is among the details.
    Source("group_associations", associations.read_associations, ()),
    Source("roles", roles.read_roles, ()),
    Source("file_systems", filesystems.read_file_systems, ()),
    Source("search_domains", searching.read_domains, ()),
    Source("vpc_origins", otherways.read_vpc_origins, ()),
    Source("vpc_links", otherways.read_vpc_links, ()),
    Source("connect_endpoints", otherways.read_connect_endpoints, ()),
    Source("endpoint_services", otherways.read_endpoint_services, ()),
    Source("accelerators", accelerators.read_accelerators, ()),
    Source("distributions", distributions.read_distributions, ()),
    Source("stacks", stacks.read_stacks, ()),
    Source("set_ups", userdata.read_set_ups, ()),
    Source("tls_policies", tls_policies.read_tls_policies, ()),
    Source("newer_images", series.read_newer_images, ()),
    Source("volumes", volumes.read_volumes, ()),
    Source("volume_snapshots", volumes.read_snapshots, ()),
    Source("public_snapshots", volumes.read_public_snapshots, ()),
    Source("origins", volumes.read_origins, ()),
    Source("database_clusters", databases.read_clusters, ()),
    Source("database_snapshots", databases.read_snapshots, ()),
    Source("recovery_points", backups.read_recovery_points, ()),
    Source("backup_plans", backups.read_plans, ()),
    Source("recording", trails.read_recording, ()),
    Source("web_acls", webacls.read_web_acls, ()),
    Source("acl_logs", webacls.read_acl_logs, ()),
)

# What only adds detail to a part: without it the part is still read, and the
# detail's own name is in the inventory's *read* or *gaps*. So are parts that only
# few checks need, which older snapshots and SDKs may lack.
DETAILS: Mapping[str, tuple[str, ...]] = {
    "rule_ids": (groups.RULES,),
    "tags": (balancing.TAGS, classic.TAGS),
    "certificate_bodies": (certificates.ACM_BODY, certificates.IAM_BODY),
    "further_certificates": (certificates.SNI,),
    "block_public_access": (blocking.OPTIONS, blocking.EXCLUSIONS),
    "group_associations": (associations.ASSOCIATIONS,),
    "roles": roles.NEEDS,
    "file_systems": filesystems.NEEDS,
    "search_domains": searching.NEEDS,
    "vpc_origins": (otherways.VPC_ORIGINS,),
    "vpc_links": otherways.LINK_NEEDS,
    "connect_endpoints": (otherways.CONNECT_ENDPOINTS,),
    "endpoint_services": otherways.SERVICE_NEEDS,
    "accelerators": (
        accelerators.ACCELERATORS,
        accelerators.LISTENERS,
        accelerators.ENDPOINT_GROUPS,
    ),
    "distributions": (distributions.DISTRIBUTIONS,),
    "stacks": (stacks.STACKS,),
    "set_ups": (userdata.INSTANCE_DATA,),
    "tls_policies": (tls_policies.NEWER, tls_policies.CLASSIC),
    # A part too: what reads names has nothing to say of a snapshot without them.
    "name_records": (names.ZONES, names.RECORDS),
    "newer_images": (series.NEWER,),
    "missing_patches": (patching.PATCHES,),
    "patch_baselines": (patching.BASELINE,),
    "volumes": (volumes.VOLUMES,),
    "volume_snapshots": (volumes.SNAPSHOTS,),
    "public_snapshots": (volumes.SHARING, volumes.PUBLIC),
    "origins": (volumes.ORIGINS,),
    "database_clusters": (databases.CLUSTERS,),
    "database_snapshots": databases.SNAPSHOT_NEEDS,
    "recovery_points": (backups.PROTECTED,),
    "backup_plans": backups.PLAN_NEEDS,
    "recording": trails.NEEDS,
    "web_acls": (webacls.LISTED, webacls.PROTECTED, webacls.CONTENT),
    "acl_logs": (webacls.LOGGING,),
}

# The code of a gap that is the snapshot's own: nobody asked AWS, or kept the answer.
NOT_IN_SNAPSHOT = "NotInSnapshot"

REQUIRED = frozenset(
    operation
    for source in SOURCES
    if not source.is_optional
    for operation in source.needs
)
OPTIONAL = frozenset(
    operation for needs in DETAILS.values() for operation in needs
) | frozenset(
    operation for source in SOURCES if source.is_optional for operation in source.needs
)


def read_on(snapshot: Snapshot) -> Inventory:
    """
    As `read`, but past the answers that make no sense to us: each is a gap.

    It is of the whole operation, as if AWS had refused it.
    """
    while True:
        try:
            return read(snapshot)
        except AnswerError as error:  # its operation is not read again
            snapshot = replace(snapshot, gaps=(*snapshot.gaps, error.gap))


@undisturbed()
def read(snapshot: Snapshot) -> Inventory:
    """
    The records of *snapshot*, and which parts of them are whole.

    A part is read when all that it comes from was answered.
    Of one that is not, the services that did answer still give their records.
    An answer that makes no sense is an `AnswerError`.
    """
    missed: dict[str, list[Gap]] = {}
    for gap in snapshot.gaps:
        missed.setdefault(gap.operation, []).append(gap)
    answers = Answers(
        {
            operation: answer
            for operation, answer in snapshot.responses.items()
            if operation not in missed
        }
    )
    records: dict[str, list[object]] = {}
    gaps = {detail: _gaps(needs, missed) for detail, needs in DETAILS.items()}
    unread = {detail for detail, needs in DETAILS.items() if not _all(needs, answers)}
    for source in SOURCES:
        found, missing = _ask(source, answers, missed)
        if found is None:
            unread.add(source.part)
        records.setdefault(source.part, []).extend(found or ())
        gaps.setdefault(source.part, []).extend(missing)
    parts: dict[str, Any] = {part: tuple(items) for part, items in records.items()}
    return Inventory(
        account=snapshot.account,
        region=snapshot.region,
        taken_at=snapshot.taken_at,
        read=frozenset(gaps) - unread,
        gaps={part: tuple(dict.fromkeys(some)) for part, some in gaps.items() if some},
        vpcs=snapshot.vpcs,
        **parts,
    )


def _ask(
    source: Source, answers: Answers, missed: Mapping[str, list[Gap]]
) -> tuple[tuple[object, ...] | None, list[Gap]]:
    """*source*'s records, None if it was not read whole, and what it missed."""
    if missing := _gaps(source.needs, missed):
        return None, missing
    if not _all(source.needs, answers):
        return None, []
    try:
        return source.read(answers), []
    except AbsentError as absent:
        return None, [Gap(absent.operation, NOT_IN_SNAPSHOT, argument=absent.argument)]
    except SnapshotError:
        raise
    except Exception as error:
        asked = (*source.needs, *DETAILS.get(source.part, ()))
        blamed = next((name for name in asked if answers.has(name)), None)
        if blamed is None:  # no answer's fault
            raise
        raise AnswerError(blamed, crash(error)) from error


def _gaps(needs: Iterable[str], missed: Mapping[str, list[Gap]]) -> list[Gap]:
    return [gap for operation in needs for gap in missed.get(operation, ())]


def _all(needs: Iterable[str], answers: Answers) -> bool:
    return all(answers.has(operation) for operation in needs)
