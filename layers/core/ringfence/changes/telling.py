"""
What changed, in a line or a few, and the commands that undo it.

Only places that are named here are told, never a record's parameters as they are:
those of ACM hold certificates, those of instances user data. A command is given where
the record alone tells exactly how it was before; for the rest there is the check's fix.
"""

from collections.abc import Callable, Mapping

from ringfence.changes import eyes, network, rules, services, sharing, webacls
from ringfence.changes.commands import is_plain
from ringfence.changes.record import Record
from ringfence.changes.styles import texts
from ringfence.changes.told import Told, few

_ROOM = 300  # of a line; hostile names may be as long as they like

# The places that name what a call is about, the most telling first.
_SUBJECTS = (
    "groupId",
    "networkInterfaceId",
    "instanceId",
    "instancesSet.instanceId",
    "routeTableId",
    "networkAclId",
    "subnetId",
    "natGatewayId",
    "vpcPeeringConnectionId",
    "prefixListId",
    "vpcEndpointId",
    "serviceId",
    "transitGatewayAttachmentId",
    "exclusionId",
    "publicIp",
    "allocationId",
    "associationId",
    "attachmentId",
    "internetGatewayId",
    "vpnGatewayId",
    "egressOnlyInternetGatewayId",
    "vpcId",
    "imageId",
    "snapshotId",
    "launchTemplateId",
    "launchTemplateName",
    "autoScalingGroupName",
    "launchConfigurationName",
    "ruleArn",
    "listenerArn",
    "targetGroupArn",
    "loadBalancerArn",
    "loadBalancerName",
    "webACLArn",
    "certificateArn",
    "serverCertificateName",
    "instanceProfileName",
    "roleName",
    "policyArn",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "dBSnapshotIdentifier",
    "dBClusterSnapshotIdentifier",
    "mountTargetId",
    "fileSystemId",
    "domainName",
    "backupPlanId",
    "hostedZoneId",
    "acceleratorArn",
    "endpointGroupArn",
    "trailName",
    "groupName",
)


def told(record: Record) -> Told:
    """Say what *record* changed; at least its name, and what it was about."""
    tell = _TELLING.get(record.event_source, {}).get(record.event_name)
    found = tell(record) if tell else Told(())
    what = found.what or (_summary(record),)
    return Told(tuple(_cut(line) for line in what), found.undo, found.rules)


def _cut(line: str) -> str:
    return line if len(line) <= _ROOM else f"{line[: _ROOM - 1]}…"


def _summary(record: Record) -> str:
    for place in _SUBJECTS:
        found = [name for name in texts(record.asked, place) if is_plain(name)]
        if found:
            return f"{record.event_name} on {few(found)}"
    return record.event_name


_TELLING: Mapping[str, Mapping[str, Callable[[Record], Told]]] = {
    "ec2.amazonaws.com": {
        "AssignIpv6Addresses": network.addresses_assigned,
        "AssociateAddress": network.address_associated,
        "AssociateIamInstanceProfile": sharing.profile,
        "AssociateRouteTable": network.table_associated,
        "AttachInternetGateway": network.gateway_attached,
        "AuthorizeSecurityGroupEgress": rules.authorized,
        "AuthorizeSecurityGroupIngress": rules.authorized,
        "CreateNetworkAclEntry": network.acl_entry("added"),
        "CreateRoute": network.route("added a route to"),
        "CreateVpcBlockPublicAccessExclusion": sharing.exclusion,
        "DeleteNetworkAclEntry": network.acl_entry("deleted"),
        "DeleteRoute": network.route("deleted the route to"),
        "DetachInternetGateway": network.gateway_detached,
        "ModifyInstanceAttribute": network.attribute,
        "ModifyInstanceMetadataOptions": network.metadata,
        "ModifyManagedPrefixList": sharing.prefix_list,
        "ModifyNetworkInterfaceAttribute": network.attribute,
        "ModifySecurityGroupRules": rules.modified,
        "ModifySnapshotAttribute": sharing.snapshot_shared,
        "ModifyVpcBlockPublicAccessOptions": sharing.block_options,
        "ReplaceNetworkAclEntry": network.acl_entry("replaced, it is now"),
        "ReplaceRoute": network.route("now routes"),
        "RevokeSecurityGroupEgress": rules.revoked,
        "RevokeSecurityGroupIngress": rules.revoked,
        "RunInstances": network.launched,
    },
    "elasticloadbalancing.amazonaws.com": {
        "CreateListener": services.listener,
        "CreateLoadBalancer": services.balancer,
        "CreateRule": services.listener_rule,
        "DeleteLoadBalancer": services.balancer,
        "ModifyListener": services.listener_modified,
    },
    "wafv2.amazonaws.com": {
        "AssociateWebACL": webacls.associated,
        "DeleteLoggingConfiguration": webacls.logged_no_more,
        "DisassociateWebACL": webacls.disassociated,
        "PutLoggingConfiguration": webacls.logged,
        "UpdateWebACL": webacls.updated,
    },
    "rds.amazonaws.com": {
        "CreateDBInstance": services.database,
        "ModifyDBClusterSnapshotAttribute": services.database_snapshot,
        "ModifyDBInstance": services.database,
        "ModifyDBSnapshotAttribute": services.database_snapshot,
    },
    "route53.amazonaws.com": {"ChangeResourceRecordSets": services.records},
    "cloudtrail.amazonaws.com": {
        "CreateTrail": eyes.trail("made"),
        "DeleteTrail": eyes.trail("deleted"),
        "PutEventSelectors": eyes.trail("records other events"),
        "StartLogging": eyes.trail("started"),
        "StopLogging": eyes.trail("stopped"),
        "UpdateTrail": eyes.trail("modified"),
    },
    "events.amazonaws.com": {
        "DeleteRule": eyes.rule("deleted"),
        "DisableRule": eyes.rule("disabled"),
        "EnableRule": eyes.rule("enabled"),
        "PutRule": eyes.rule("written"),
        "PutTargets": eyes.rule("targets written"),
        "RemoveTargets": eyes.rule("targets removed"),
    },
    "ssm.amazonaws.com": {
        "DeleteParameter": eyes.parameter,
        "DeleteParameters": eyes.parameter,
        "PutParameter": eyes.parameter,
    },
}
