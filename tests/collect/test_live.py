"""Against moto: real requests, real paging, real filters."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import (
    moto_accelerators,
    moto_backups,
    moto_ec2,
    moto_group_associations,
    moto_hosts,
    moto_other_ways,
    moto_public_access,
    moto_routes,
    moto_trails,
    moto_web_acls,
    services,
)
from ringfence.clients import client_of
from ringfence.collect import OPERATIONS, collect
from ringfence.collect.run import run
from ringfence.inventory import Inventory
from ringfence.inventory.accelerators import Endpoint
from ringfence.inventory.blocking import BlockPublicAccess, Exclusion
from ringfence.inventory.read import read
from ringfence.inventory.statements import Statement

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
REGION = "eu-west-1"


@dataclass(frozen=True)
class Network:
    """A VPC with one of everything that is in a VPC."""

    session: boto3.Session
    block: str

    def build(self) -> str:
        ec2 = self.session.client("ec2")
        vpc = ec2.create_vpc(CidrBlock=f"{self.block}.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"{self.block}.{number}.0/24",
                AvailabilityZone=f"{REGION}{zone}",
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("ab")
        ]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        [table] = ec2.describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [vpc]}]
        )["RouteTables"]
        ec2.create_route(
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway,
        )
        ec2.create_egress_only_internet_gateway(VpcId=vpc)
        ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")
        group = self._group(ec2, vpc)
        profile = _a_profile(self.session, f"of-{vpc}")
        (instance,) = ec2.run_instances(
            IamInstanceProfile={"Arn": profile},
            ImageId=_an_image(ec2),
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[0],
            SecurityGroupIds=[group],
        )["Instances"]
        self._balancers(vpc, subnets, group, instance["InstanceId"])
        self._database(vpc, subnets, group)
        self._stores(vpc, subnets, group)
        return vpc

    def _group(self, ec2: Any, vpc: str) -> str:
        listed = ec2.create_managed_prefix_list(
            PrefixListName=f"of-{vpc}",
            MaxEntries=1,
            AddressFamily="IPv4",
            Entries=[{"Cidr": "198.51.100.0/24"}],
        )["PrefixList"]["PrefixListId"]
        group: str = ec2.create_security_group(
            VpcId=vpc, GroupName="web", Description="web"
        )["GroupId"]
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        sources = {"PrefixListIds": [{"PrefixListId": listed}]}
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[permission | sources]
        )
        return group

    def _stores(self, vpc: str, subnets: list[str], group: str) -> None:
        """Make a file system, a search domain, and each other way in."""
        efs = self.session.client("efs")
        system = efs.create_file_system(CreationToken=vpc)["FileSystemId"]
        efs.create_mount_target(
            FileSystemId=system, SubnetId=subnets[0], SecurityGroups=[group]
        )
        self.session.client("opensearch").create_domain(DomainName=f"s-{vpc[-8:]}")
        ec2 = self.session.client("ec2")
        ec2.create_instance_connect_endpoint(SubnetId=subnets[0])
        (balancer, *_) = self.session.client("elbv2").describe_load_balancers()[
            "LoadBalancers"
        ]
        ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]]
        )
        self.session.client("apigatewayv2").create_vpc_link(
            Name=vpc, SubnetIds=subnets, SecurityGroupIds=[group]
        )
        self.session.client("cloudfront").create_vpc_origin(
            VpcOriginEndpointConfig={
                "Name": vpc,
                "Arn": balancer["LoadBalancerArn"],
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "https-only",
            }
        )

    def _balancers(
        self, vpc: str, subnets: list[str], group: str, instance: str
    ) -> None:
        newer = self.session.client("elbv2")
        (balancer,) = newer.create_load_balancer(
            Name=f"new-{vpc[-8:]}", Subnets=subnets, SecurityGroups=[group]
        )["LoadBalancers"]
        (targets,) = newer.create_target_group(
            Name=f"t-{vpc[-8:]}", Protocol="HTTP", Port=8080, VpcId=vpc
        )["TargetGroups"]
        newer.register_targets(
            TargetGroupArn=targets["TargetGroupArn"], Targets=[{"Id": instance}]
        )
        newer.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Port=80,
            Protocol="HTTP",
            DefaultActions=[
                {"Type": "forward", "TargetGroupArn": targets["TargetGroupArn"]}
            ],
        )
        self.session.client("elb").create_load_balancer(
            LoadBalancerName=f"old-{vpc[-8:]}",
            Subnets=subnets[:1],
            SecurityGroups=[group],
            Listeners=[
                {
                    "Protocol": "http",
                    "LoadBalancerPort": 80,
                    "InstanceProtocol": "http",
                    "InstancePort": 8080,
                }
            ],
        )

    def _database(self, vpc: str, subnets: list[str], group: str) -> None:
        rds = self.session.client("rds")
        rds.create_db_subnet_group(
            DBSubnetGroupName=vpc, DBSubnetGroupDescription=vpc, SubnetIds=subnets
        )
        rds.create_db_instance(
            DBInstanceIdentifier=f"db-{vpc[-8:]}",
            Engine="postgres",
            DBInstanceClass="db.m7g.large",
            PubliclyAccessible=True,
            DBSubnetGroupName=vpc,
            VpcSecurityGroupIds=[group],
        )


def _a_profile(session: boto3.Session, name: str) -> str:
    """Make a profile whose role has an inline, a managed and a bounding policy."""
    iam = session.client("iam")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    arns = [
        iam.create_policy(PolicyName=f"{kind}-{name}", PolicyDocument=document)
        for kind in ("managed", "bound")
    ]
    managed, bound = (made["Policy"]["Arn"] for made in arns)
    iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=document, PermissionsBoundary=bound
    )
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    iam.attach_role_policy(RoleName=name, PolicyArn=managed)
    profile = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    arn: str = profile["Arn"]
    return arn


def _an_image(ec2: Any) -> str:
    image: str = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    return image


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    moto_backups.install()
    moto_trails.install()
    moto_web_acls.install()
    moto_other_ways.install()
    moto_accelerators.install()
    moto_public_access.install()
    moto_ec2.install()
    moto_group_associations.install()
    moto_hosts.install()
    moto_routes.install()
    with mock_aws():
        yield boto3.Session(
            aws_access_key_id="AKIA0", aws_secret_access_key="s", region_name=REGION
        )


@pytest.fixture
def vpcs(session: boto3.Session) -> tuple[str, str]:
    networks = (Network(session, f"10.{number}") for number in (1, 2))
    first, second = (network.build() for network in networks)
    ec2 = session.client("ec2")
    ec2.create_vpc_peering_connection(VpcId=first, PeerVpcId=second)
    third = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    for home, away in ((first, second), (second, first), (second, third)):
        (group,) = ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [home]},
                {"Name": "group-name", "Values": ["web"]},
            ]
        )["SecurityGroups"]
        ec2.associate_security_group_vpc(GroupId=group["GroupId"], VpcId=away)
    ec2.allocate_address(Domain="vpc")
    session.client("acm").request_certificate(DomainName="a.example.com")
    return first, second


def _inventory(
    session: boto3.Session, narrowed_to: frozenset[str] | None = None
) -> Inventory:
    snapshot = collect(
        session, account="1", region=REGION, now=lambda: NOW, vpcs=narrowed_to
    )
    assert () == snapshot.gaps
    inventory = read(snapshot)
    # It is some minutes ago, whenever it is asked for.
    still = (replace(one, restorable_until=None) for one in inventory.databases)
    return replace(inventory, databases=tuple(still))


def test_a_region_in_moto_is_read_whole(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """Moto knows most operations; the embedded AWS adds the others."""
    inventory = _inventory(session)

    assert set(vpcs) < {vpc.id for vpc in inventory.vpc_networks}
    assert {1} == {len(listed.cidrs) for listed in inventory.prefix_lists}
    assert ["a.example.com"] == [item.domain for item in inventory.certificates]
    assert ["available"] == [image.state for image in inventory.images]
    everything = (Statement(allows=True, actions=("*",), resources=("*",)),)
    for role in inventory.roles:
        policies = [*role.policies, role.boundary]
        assert [everything] * 3 == [item.statements for item in policies if item]
    for part in (
        "roles",
        "file_systems",
        "search_domains",
        "vpc_origins",
        "vpc_links",
        "connect_endpoints",
        "endpoint_services",
    ):
        assert 2 == len(getattr(inventory, part)), part


def test_narrowed_to_a_vpc_is_the_region_restricted_to_it(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """The same records, neither more nor less."""
    first, _ = vpcs
    region = _inventory(session)

    narrowed = _inventory(session, frozenset({first}))

    for part in narrowed.read & set(Inventory.__dataclass_fields__):
        expected = [
            record for record in getattr(region, part) if _is_in(record, first, region)
        ]
        if part == "peerings":  # no rule and no route speaks of the one there is
            expected = []
        if part == "addresses":  # one of no interface is in no VPC
            expected = [address for address in expected if address.interface]
        assert expected == list(getattr(narrowed, part)), part
    assert region.read - narrowed.read == {
        "egress_only_gateways",
        "nat_gateways",
        "group_associations",
        "auto_scaling_groups",
        "certificates",
        "certificate_bodies",
        "roles",
        "file_systems",
        "search_domains",
        "vpc_origins",
        "vpc_links",
        "connect_endpoints",
        "endpoint_services",
        "distributions",
        "further_certificates",
        "stacks",
        "name_records",
        "flaws",
        "launch_templates",
        "maintenance_windows",
        "managed_nodes",
        "patch_states",
        "public_images",
        "newer_images",
        "missing_patches",
        "patch_baselines",
        "origins",
        "volumes",
        "volume_snapshots",
        "public_snapshots",
        "database_clusters",
        "database_snapshots",
        "recovery_points",
        "backup_plans",
        "recording",
        "web_acls",
        "acl_logs",
    }


def _is_in(record: Any, vpc: str, region: Inventory) -> bool:
    """Whether *record* belongs to *vpc*; addresses are of the Region."""
    inside = {item.id for item in region.load_balancers if item.vpc == vpc}
    used = {item.image for item in region.instances if item.vpc == vpc}
    groups = {item.id for item in region.security_groups if item.vpc == vpc}
    judges: dict[str, Callable[[Any], bool]] = {
        "Address": lambda _address: True,
        "BlockPublicAccess": lambda _block: True,
        "Gateway": lambda gateway: vpc in gateway.vpcs,
        "GroupAssociation": lambda one: one.vpc == vpc or one.group in groups,
        "Image": lambda image: image.id in used,
        "Listener": lambda listener: listener.balancer in inside,
        "Peering": lambda one: vpc in {one.requester_vpc, one.accepter_vpc},
        "PrefixList": lambda listed: listed.name == f"of-{vpc}",
        "Vpc": lambda network: network.id == vpc,
    }
    judge = judges.get(type(record).__name__)
    return judge(record) if judge else bool(record.vpc == vpc)


def test_a_trail_of_another_region_is_read_here(session: boto3.Session) -> None:
    """One of all Regions records in each; one that is stopped is there, too."""
    session.client("s3", region_name="us-east-1").create_bucket(Bucket="trail")
    elsewhere = client_of(session, "cloudtrail", "us-east-1")
    for name, is_wide in (("wide", True), ("narrow", False)):
        elsewhere.create_trail(
            Name=name, S3BucketName="trail", IsMultiRegionTrail=is_wide
        )
    elsewhere.start_logging(Name="wide")
    here = client_of(session, "cloudtrail", REGION)
    here.create_trail(Name="stopped", S3BucketName="trail")

    (recording,) = _inventory(session).recording

    assert {"wide": True, "stopped": False} == {
        trail.name: trail.is_logging for trail in recording.trails
    }
    assert {"us-east-1", REGION} == {trail.home for trail in recording.trails}
    assert all(
        trail.takes_write("ec2.amazonaws.com", "CreateRoute")
        for trail in recording.trails
    )


def test_backups_are_read_as_they_were_made(session: boto3.Session) -> None:
    """Own snapshots of volumes in use, public ones of any, and what AWS Backup has."""
    ec2, backup = session.client("ec2"), session.client("backup")
    made = ec2.run_instances(ImageId=_an_image(ec2), MinCount=1, MaxCount=1)
    instance = made["Instances"][0]["InstanceId"]
    (used,) = ec2.describe_volumes()["Volumes"]
    other = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    kept, public = (
        ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        for volume in (used["VolumeId"], other)
    )
    ec2.modify_snapshot_attribute(
        SnapshotId=public,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    arn = f"arn:aws:ec2:{REGION}:123456789012:instance/{instance}"
    backup.create_backup_vault(BackupVaultName="v")
    backup.start_backup_job(BackupVaultName="v", ResourceArn=arn, IamRoleArn=arn)

    inventory = _inventory(session)

    (disk,) = (one for one in inventory.volumes if one.attachments)
    assert (instance, True) == (
        disk.attachments[0].instance,
        disk.attachments[0].dies_with_it,
    )
    assert [kept] == [one.id for one in inventory.volume_snapshots]
    assert [public] == [one.id for one in inventory.public_snapshots]
    assert [arn] == [one.resource for one in inventory.recovery_points]


def test_web_acls_are_read_with_what_they_protect(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """The one before one of two load balancers, its groups, and its log."""
    first, _ = _inventory(session).load_balancers[:2]
    client: Any = session.client
    arn = services.protect(client, first.id)

    inventory = _inventory(session)

    (acl,) = inventory.web_acls
    assert (arn, "web", (first.id,)) == (acl.id, acl.name, acl.balancers)
    assert (4, {True}) == (len(acl.rules), {rule.stops for rule in acl.rules})
    assert {arn} == {log.acl for log in inventory.acl_logs}
    session.client("wafv2").disassociate_web_acl(ResourceArn=first.id)
    assert () == _inventory(session).web_acls


def test_block_public_access_is_read_as_it_was_set(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """Off until it is set, with what is spared then."""
    assert (BlockPublicAccess(mode="off"),) == _inventory(session).block_public_access
    ec2 = session.client("ec2")
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    ec2.create_vpc_block_public_access_exclusion(
        VpcId=vpcs[0], InternetGatewayExclusionMode="allow-bidirectional"
    )

    (block,) = _inventory(session).block_public_access

    spared = Exclusion(resource=vpcs[0], mode="allow-bidirectional")
    assert ("block-ingress", (spared,)) == (block.mode, block.exclusions)
    # Subnets say what is in force for them, which is all that a change needs.
    modes = [_inventory(session, frozenset({vpc})).block_public_access for vpc in vpcs]
    assert [(BlockPublicAccess(mode="off"),), (block,)] == modes


def test_a_vpc_s_ranges_are_the_same_by_its_routes(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """Those that came later, too, and none that was taken away."""
    first, _ = vpcs
    ec2 = session.client("ec2")
    for block in ("10.3.0.0/16", "10.4.0.0/16"):
        associated = ec2.associate_vpc_cidr_block(VpcId=first, CidrBlock=block)
    ec2.disassociate_vpc_cidr_block(
        AssociationId=associated["CidrBlockAssociation"]["AssociationId"]
    )

    (narrowed,) = _inventory(session, frozenset({first})).vpc_networks

    assert ("10.1.0.0/16", "10.3.0.0/16") == narrowed.cidrs
    assert narrowed in _inventory(session).vpc_networks


def test_a_detached_gateway_lets_nothing_in(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """Its routes stay behind, as blackholes; narrowed or not, it is in no VPC."""
    ec2 = session.client("ec2")
    first, _ = vpcs
    (gateway,) = _inventory(session, frozenset({first})).internet_gateways
    ec2.detach_internet_gateway(InternetGatewayId=gateway.id, VpcId=first)

    region, narrowed = _inventory(session), _inventory(session, frozenset({first}))

    assert () == narrowed.internet_gateways
    assert replace(gateway, vpcs=()) in region.internet_gateways
    (table,) = (one for one in narrowed.route_tables if one.vpc == first)
    assert [False] == [
        route.is_active for route in table.routes if route.target == gateway.id
    ]


def test_small_pages_are_all_fetched(session: boto3.Session) -> None:
    """What AWS answers in several pages is one answer."""
    ec2 = client_of(session, "ec2", REGION)
    image = _an_image(ec2)
    for _ in range(11):
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
    expected = ec2.describe_instances()["Reservations"]
    pages: list[int] = []
    ec2.meta.events.register("before-call", lambda **_event: pages.append(1))
    (operation,) = [one for one in OPERATIONS if one.name == "ec2.describe_instances"]

    responses, gaps = run([replace(operation, page=5)], {"ec2": ec2}, None)

    assert ({operation.name: {"Reservations": expected}}, ()) == (responses, gaps)
    assert 3 == len(pages)


def test_accelerators_are_read_from_their_own_region(
    session: boto3.Session, vpcs: tuple[str, str]
) -> None:
    """A sweep of Ireland asks Oregon, where the API is, and finds what leads here."""
    api = session.client("globalaccelerator", region_name="us-west-2")
    accelerator = api.create_accelerator(Name="git", IdempotencyToken="1")
    arn = accelerator["Accelerator"]["AcceleratorArn"]
    listener = api.create_listener(
        AcceleratorArn=arn,
        PortRanges=[{"FromPort": 443, "ToPort": 444}],
        Protocol="TCP",
        IdempotencyToken="1",
    )
    api.create_endpoint_group(
        ListenerArn=listener["Listener"]["ListenerArn"],
        EndpointGroupRegion=REGION,
        EndpointConfigurations=[
            {"EndpointId": "i-1", "ClientIPPreservationEnabled": True}
        ],
        PortOverrides=[{"ListenerPort": 443, "EndpointPort": 8443}],
        IdempotencyToken="1",
    )

    inventory = _inventory(session)

    (found,) = inventory.accelerators
    (way,) = found.listeners
    (group,) = way.groups
    assert ("git", "tcp", ((443, 444),)) == (found.name, way.protocol, way.ports)
    assert ((443, 8443),) == group.overrides
    assert (Endpoint(id="i-1", preserves_client_ip=True),) == group.endpoints
    assert "accelerators" in inventory.read
