"""
Which writes matter, and what each of them makes Ringfence re-read.

By event source, then by event name: several services have a ``CreateRule``. The
template's event rules are built of the same names (a test holds them equal). A
write stands here if what it changes is read and judged; what is left out, and
why, is in docs/decisions/0026-events.md.

What stands with a name are the places in the record that lead to the VPCs to be
re-read, each of which has to be told; none (`REGION`) where no place does. A place
is a path in the request, or after ``answer.`` in the answer, as `styles` reads it;
of several with ``|`` between them the first that is told counts. Only places count:
an id found anywhere else may be of another VPC, such as that of a rule's source.
"""

from collections.abc import Mapping
from typing import Final

Places = tuple[str, ...]

REGION: Final[Places] = ()

# By name in a default VPC, a group's id is in the answer only.
_ANSWERED = "answer.securityGroupRuleSet.groupId"
_REVOKED = "answer.revokedSecurityGroupRuleSet.groupId"
_GROUP = (f"groupId|{_ANSWERED}|{_REVOKED}",)
_INTERFACE = ("networkInterfaceId",)
_TABLE = ("routeTableId",)
_ACL = ("networkAclId",)
_INSTANCE = ("instanceId",)
_INSTANCES = ("instancesSet.instanceId",)
_SUBNET = ("subnetId",)
_VPC = ("vpcId",)
_NAT = ("natGatewayId",)


def _all_region(*names: str) -> Mapping[str, Places]:
    return dict.fromkeys(names, REGION)


EVENTS: Mapping[str, Mapping[str, Places]] = {
    "ec2.amazonaws.com": {
        # Security groups. Descriptions of rules are not judged.
        "AssociateSecurityGroupVpc": REGION,
        "AuthorizeSecurityGroupEgress": _GROUP,
        "AuthorizeSecurityGroupIngress": _GROUP,
        "CreateSecurityGroup": ("vpcId|answer.groupId",),
        "DeleteSecurityGroup": REGION,
        "DisassociateSecurityGroupVpc": REGION,
        "ModifySecurityGroupRules": ("groupId",),
        "RevokeSecurityGroupEgress": _GROUP,
        "RevokeSecurityGroupIngress": _GROUP,
        # Interfaces. One may be attached to an instance of another VPC.
        "AssignIpv6Addresses": _INTERFACE,
        "AssignPrivateIpAddresses": _INTERFACE,
        "AttachNetworkInterface": (*_INTERFACE, *_INSTANCE),
        "CreateNetworkInterface": _SUBNET,
        "DeleteNetworkInterface": REGION,
        "DetachNetworkInterface": REGION,
        "ModifyNetworkInterfaceAttribute": _INTERFACE,
        "UnassignIpv6Addresses": _INTERFACE,
        "UnassignPrivateIpAddresses": _INTERFACE,
        # Addresses. One that is associated may be taken from another VPC.
        "AcceptAddressTransfer": REGION,
        "AllocateAddress": REGION,
        "AssociateAddress": REGION,
        "DisassociateAddress": REGION,
        "ReleaseAddress": REGION,
        # Instances. Roles are read with the Region only; a terminated one is in no VPC.
        "AssociateIamInstanceProfile": REGION,
        "CreateFleet": REGION,
        "CreateReplaceRootVolumeTask": _INSTANCE,
        "DisassociateIamInstanceProfile": REGION,
        "ModifyInstanceAttribute": _INSTANCE,
        "ModifyInstanceMetadataOptions": _INSTANCE,
        "ReplaceIamInstanceProfileAssociation": REGION,
        "RunInstances": ("answer.instancesSet.vpcId",),
        "StartInstances": _INSTANCES,
        "StopInstances": _INSTANCES,
        "TerminateInstances": REGION,
        # Routes. A table and what it is associated with are in one VPC.
        "AssociateRouteTable": _TABLE,
        "CreateRoute": _TABLE,
        "CreateVpnConnectionRoute": REGION,
        "DeleteRoute": _TABLE,
        "DeleteVpnConnectionRoute": REGION,
        "DisableVgwRoutePropagation": _TABLE,
        "DisassociateRouteTable": REGION,
        "EnableVgwRoutePropagation": _TABLE,
        "ReplaceRoute": _TABLE,
        "ReplaceRouteTableAssociation": _TABLE,
        # Network ACLs.
        "CreateNetworkAclEntry": _ACL,
        "DeleteNetworkAclEntry": _ACL,
        "ReplaceNetworkAclAssociation": _ACL,
        "ReplaceNetworkAclEntry": _ACL,
        # VPCs and subnets.
        "AssociateSubnetCidrBlock": _SUBNET,
        "AssociateVpcCidrBlock": _VPC,
        "CreateDefaultSubnet": REGION,
        "CreateDefaultVpc": ("answer.vpc.vpcId",),
        "CreateSubnet": _VPC,
        "CreateVpc": ("answer.vpc.vpcId",),
        "DeleteSubnet": REGION,
        "DeleteVpc": REGION,
        "DisassociateSubnetCidrBlock": REGION,
        "DisassociateVpcCidrBlock": REGION,
        # Gateways. The routes to one that goes lead nowhere any more.
        "AssociateNatGatewayAddress": _NAT,
        "AttachInternetGateway": _VPC,
        "AttachVpnGateway": _VPC,
        "CreateEgressOnlyInternetGateway": _VPC,
        "CreateNatGateway": _SUBNET,
        "DeleteEgressOnlyInternetGateway": REGION,
        "DeleteNatGateway": _NAT,
        "DetachInternetGateway": _VPC,
        "DetachVpnGateway": _VPC,
        "DisassociateNatGatewayAddress": _NAT,
        # What lies between VPCs.
        "AcceptTransitGatewayVpcAttachment": REGION,
        "AcceptVpcPeeringConnection": REGION,
        "CreateTransitGatewayVpcAttachment": _VPC,
        "CreateVpcPeeringConnection": REGION,
        "DeleteTransitGatewayVpcAttachment": REGION,
        "DeleteVpcPeeringConnection": REGION,
        "RejectTransitGatewayVpcAttachment": REGION,
        "RejectVpcPeeringConnection": REGION,
        # Endpoints, and services for other accounts.
        "CreateVpcEndpoint": _VPC,
        "CreateVpcEndpointServiceConfiguration": REGION,
        "DeleteVpcEndpointServiceConfigurations": REGION,
        "DeleteVpcEndpoints": REGION,
        "ModifyVpcEndpoint": REGION,
        "ModifyVpcEndpointServiceConfiguration": REGION,
        "ModifyVpcEndpointServicePermissions": REGION,
        # The Region's own.
        "CreateManagedPrefixList": REGION,
        "CreateVpcBlockPublicAccessExclusion": REGION,
        "DeleteManagedPrefixList": REGION,
        "DeleteVpcBlockPublicAccessExclusion": REGION,
        "DisableSnapshotBlockPublicAccess": REGION,
        "EnableSnapshotBlockPublicAccess": REGION,
        "ModifyManagedPrefixList": REGION,
        "ModifyVpcBlockPublicAccessExclusion": REGION,
        "ModifyVpcBlockPublicAccessOptions": REGION,
        "RestoreManagedPrefixListVersion": REGION,
        # Images, what launches them, and who may restore a snapshot.
        "CreateLaunchTemplate": REGION,
        "CreateLaunchTemplateVersion": REGION,
        "DeleteLaunchTemplate": REGION,
        "DeleteLaunchTemplateVersions": REGION,
        "DeregisterImage": REGION,
        "DisableImage": REGION,
        "DisableImageDeprecation": REGION,
        "EnableImage": REGION,
        "EnableImageDeprecation": REGION,
        "ModifyImageAttribute": REGION,
        "ModifyLaunchTemplate": REGION,
        "ModifySnapshotAttribute": REGION,
        "ResetImageAttribute": REGION,
        "ResetSnapshotAttribute": REGION,
        "RestoreImageFromRecycleBin": REGION,
    },
    "autoscaling.amazonaws.com": _all_region(
        "CreateAutoScalingGroup",
        "CreateLaunchConfiguration",
        "DeleteAutoScalingGroup",
        "DeleteLaunchConfiguration",
        "UpdateAutoScalingGroup",
    ),
    # Both generations. What a balancer leads to may be in another VPC, and its
    # certificates are read with the Region only.
    "elasticloadbalancing.amazonaws.com": _all_region(
        "AddListenerCertificates",
        "ApplySecurityGroupsToLoadBalancer",
        "AttachLoadBalancerToSubnets",
        "CreateListener",
        "CreateLoadBalancer",
        "CreateLoadBalancerListeners",
        "CreateRule",
        "DeleteListener",
        "DeleteLoadBalancer",
        "DeleteLoadBalancerListeners",
        "DeleteRule",
        "DeregisterInstancesFromLoadBalancer",
        "DeregisterTargets",
        "DetachLoadBalancerFromSubnets",
        "DisableAvailabilityZonesForLoadBalancer",
        "EnableAvailabilityZonesForLoadBalancer",
        "ModifyListener",
        "ModifyLoadBalancerAttributes",
        "ModifyRule",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "RegisterInstancesWithLoadBalancer",
        "RegisterTargets",
        "RemoveListenerCertificates",
        "SetIpAddressType",
        "SetLoadBalancerListenerSSLCertificate",
        "SetLoadBalancerPoliciesOfListener",
        "SetRulePriorities",
        "SetSecurityGroups",
        "SetSubnets",
    ),
    # Web ACLs are read with the Region only. One that protects a load balancer cannot
    # be deleted, and a new one protects none.
    "wafv2.amazonaws.com": _all_region(
        "AssociateWebACL",
        "DeleteFirewallManagerRuleGroups",
        "DeleteLoggingConfiguration",
        "DisassociateWebACL",
        "PutLoggingConfiguration",
        "UpdateWebACL",
    ),
    "acm.amazonaws.com": _all_region(
        "DeleteCertificate",
        "ImportCertificate",
        "RenewCertificate",
        "RequestCertificate",
        "RevokeCertificate",
        "UpdateCertificateOptions",
    ),
    # What follows is told in one Region: IAM, CloudFront and Route 53 in us-east-1,
    # Global Accelerator in us-west-2.
    "iam.amazonaws.com": _all_region(
        "AddRoleToInstanceProfile",
        "AttachRolePolicy",
        "CreatePolicyVersion",
        "DeletePolicyVersion",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DeleteServerCertificate",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "RemoveRoleFromInstanceProfile",
        "SetDefaultPolicyVersion",
        "UpdateServerCertificate",
        "UploadServerCertificate",
    ),
    "route53.amazonaws.com": _all_region(
        "ChangeResourceRecordSets",
        "CreateHostedZone",
        "DeleteHostedZone",
    ),
    "cloudfront.amazonaws.com": _all_region(
        "AssociateDistributionWebACL",
        "CopyDistribution",
        "CreateDistribution",
        "CreateDistributionWithTags",
        "DeleteDistribution",
        "DisassociateDistributionWebACL",
        "UpdateDistribution",
        "UpdateDistributionWithStagingConfig",
    ),
    "globalaccelerator.amazonaws.com": _all_region(
        "AddEndpoints",
        "CreateAccelerator",
        "CreateEndpointGroup",
        "CreateListener",
        "DeleteAccelerator",
        "DeleteEndpointGroup",
        "DeleteListener",
        "RemoveEndpoints",
        "UpdateAccelerator",
        "UpdateEndpointGroup",
        "UpdateListener",
    ),
    "rds.amazonaws.com": _all_region(
        "CreateDBCluster",
        "CreateDBInstance",
        "CreateDBInstanceReadReplica",
        "DeleteDBCluster",
        "DeleteDBInstance",
        "ModifyDBCluster",
        "ModifyDBClusterSnapshotAttribute",
        "ModifyDBInstance",
        "ModifyDBSnapshotAttribute",
        "ModifyDBSubnetGroup",
        "RestoreDBClusterFromS3",
        "RestoreDBClusterFromSnapshot",
        "RestoreDBClusterToPointInTime",
        "RestoreDBInstanceFromDBSnapshot",
        "RestoreDBInstanceFromS3",
        "RestoreDBInstanceToPointInTime",
        "StartDBCluster",
        "StartDBInstance",
    ),
    "elasticfilesystem.amazonaws.com": _all_region(
        "CreateFileSystem",
        "CreateMountTarget",
        "DeleteFileSystem",
        "DeleteFileSystemPolicy",
        "DeleteMountTarget",
        "ModifyMountTargetSecurityGroups",
        "PutFileSystemPolicy",
    ),
    "es.amazonaws.com": _all_region(
        "CreateDomain",
        "CreateElasticsearchDomain",
        "DeleteDomain",
        "DeleteElasticsearchDomain",
        "UpdateDomainConfig",
        "UpdateElasticsearchDomainConfig",
    ),
    "backup.amazonaws.com": _all_region(
        "CreateBackupPlan",
        "DeleteBackupPlan",
        "UpdateBackupPlan",
    ),
    # Ringfence's own eyes: trails, its rules, its policy.
    "cloudtrail.amazonaws.com": _all_region(
        "CreateTrail",
        "DeleteTrail",
        "PutEventSelectors",
        "StartLogging",
        "StopLogging",
        "UpdateTrail",
    ),
    "events.amazonaws.com": _all_region(
        "DeleteRule",
        "DisableRule",
        "EnableRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
    ),
    "ssm.amazonaws.com": _all_region(
        "DeleteParameter",
        "DeleteParameters",
        "PutParameter",
    ),
}
