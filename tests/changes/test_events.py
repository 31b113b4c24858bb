"""The table of events against what Ringfence reads and judges."""

import pytest

from ringfence.changes import EVENTS
from ringfence.collect import OPERATIONS

# What a call to AWS changes, by what is asked of AWS: a service, or one operation.
# Some call for each; the table may know more.
TOLD: dict[str, tuple[str, tuple[str, ...]]] = {
    "acm": ("acm", ("ImportCertificate", "DeleteCertificate")),
    "autoscaling": ("autoscaling", ("UpdateAutoScalingGroup",)),
    "backup": ("backup", ("DeleteBackupPlan",)),
    "cloudfront.list_distributions": ("cloudfront", ("UpdateDistribution",)),
    "cloudtrail": ("cloudtrail", ("StopLogging", "DeleteTrail", "PutEventSelectors")),
    "ec2.describe_addresses": ("ec2", ("AssociateAddress", "ReleaseAddress")),
    "ec2.describe_egress_only_internet_gateways": (
        "ec2",
        ("CreateEgressOnlyInternetGateway",),
    ),
    "ec2.describe_images": ("ec2", ("DeregisterImage", "DisableImage")),
    "ec2.describe_instance_attribute": ("ec2", ("ModifyInstanceAttribute",)),
    "ec2.describe_instances": ("ec2", ("RunInstances", "TerminateInstances")),
    "ec2.describe_internet_gateways": ("ec2", ("AttachInternetGateway",)),
    "ec2.describe_launch_template_versions": ("ec2", ("CreateLaunchTemplateVersion",)),
    "ec2.describe_managed_prefix_lists": ("ec2", ("RestoreManagedPrefixListVersion",)),
    "ec2.describe_nat_gateways": ("ec2", ("CreateNatGateway",)),
    "ec2.describe_network_acls": ("ec2", ("ReplaceNetworkAclAssociation",)),
    "ec2.describe_network_interfaces": ("ec2", ("ModifyNetworkInterfaceAttribute",)),
    "ec2.describe_route_tables": ("ec2", ("CreateRoute", "EnableVgwRoutePropagation")),
    "ec2.describe_security_group_rules": ("ec2", ("ModifySecurityGroupRules",)),
    "ec2.describe_security_group_vpc_associations": (
        "ec2",
        ("AssociateSecurityGroupVpc", "DisassociateSecurityGroupVpc"),
    ),
    "ec2.describe_security_groups": ("ec2", ("AuthorizeSecurityGroupIngress",)),
    "ec2.describe_snapshots.public": ("ec2", ("ModifySnapshotAttribute",)),
    "ec2.describe_subnets": ("ec2", ("CreateSubnet", "DeleteSubnet")),
    "ec2.describe_vpc_block_public_access_exclusions": (
        "ec2",
        ("CreateVpcBlockPublicAccessExclusion",),
    ),
    "ec2.describe_vpc_block_public_access_options": (
        "ec2",
        ("ModifyVpcBlockPublicAccessOptions",),
    ),
    "ec2.describe_vpc_endpoint_service_configurations": (
        "ec2",
        ("CreateVpcEndpointServiceConfiguration",),
    ),
    "ec2.describe_vpc_endpoint_service_permissions": (
        "ec2",
        ("ModifyVpcEndpointServicePermissions",),
    ),
    "ec2.describe_vpc_peering_connections": ("ec2", ("AcceptVpcPeeringConnection",)),
    "ec2.describe_vpcs": ("ec2", ("CreateVpc", "AssociateVpcCidrBlock")),
    "ec2.get_managed_prefix_list_entries": ("ec2", ("ModifyManagedPrefixList",)),
    "ec2.get_snapshot_block_public_access_state": (
        "ec2",
        ("DisableSnapshotBlockPublicAccess",),
    ),
    "efs": ("elasticfilesystem", ("PutFileSystemPolicy", "CreateMountTarget")),
    "elb": ("elasticloadbalancing", ("CreateLoadBalancerListeners",)),
    "elbv2": ("elasticloadbalancing", ("CreateListener", "RegisterTargets")),
    "events": ("events", ("DisableRule", "RemoveTargets")),
    "globalaccelerator": ("globalaccelerator", ("AddEndpoints",)),
    "iam": ("iam", ("AttachRolePolicy", "UploadServerCertificate")),
    "opensearch": ("es", ("UpdateDomainConfig", "UpdateElasticsearchDomainConfig")),
    "rds": ("rds", ("ModifyDBInstance", "ModifyDBSnapshotAttribute")),
    "route53": ("route53", ("ChangeResourceRecordSets",)),
    "wafv2": ("wafv2", ("AssociateWebACL", "UpdateWebACL")),
    "wafv2.list_logging_configurations": ("wafv2", ("DeleteLoggingConfiguration",)),
}

# What no event tells, and why; docs/decisions/0026-events.md says more.
UNTOLD = {
    "apigateway": "links are listed, never judged",
    "apigatewayv2": "links are listed, never judged",
    "cloudformation": "a stack is not made yet when the call is",
    "cloudfront.list_vpc_origins": "origins are listed, never judged",
    "ec2.describe_images.series": "newer images come out, whoever makes them",
    "ec2.describe_instance_connect_endpoints": "endpoints are listed, never judged",
    "ec2.describe_snapshots": "backups come and go all day",
    "ec2.describe_snapshots.origins": "backups come and go all day",
    "ec2.describe_volumes": "volumes come and go all day",
    "inspector2": "no call: the service finds out by itself",
    "ssm": "no call: agents report by themselves",
}


@pytest.mark.parametrize("operation", [item.name for item in OPERATIONS])
def test_what_is_read_is_told_by_events_or_knowingly_not(operation: str) -> None:
    """Whoever reads something new decides which calls change it."""
    service = operation.partition(".")[0]
    found = TOLD.get(operation) or TOLD.get(service)

    if found:
        source, names = found
        assert set(names) <= set(EVENTS[f"{source}.amazonaws.com"])
    else:
        assert operation in UNTOLD or service in UNTOLD


def test_each_source_changes_something_that_is_read() -> None:
    """A call that changes nothing that is read would cost a Region, for nothing."""
    told = {f"{source}.amazonaws.com" for source, _ in TOLD.values()}

    assert told | {"ssm.amazonaws.com"} == set(EVENTS)  # the policy is a parameter


def test_descriptions_and_tags_are_not_followed() -> None:
    """They change all day, and nothing that the internet reaches."""
    every = {name for names in EVENTS.values() for name in names}

    assert not every & {
        "CreateTags",
        "DeleteTags",
        "AddTags",
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "UpdateSecurityGroupRuleDescriptionsEgress",
    }
