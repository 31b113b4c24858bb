"""What the demo estate still has of older days."""

import json
from typing import Any

from local import images, stores

# The part of Atlassian's template for one Bitbucket server that matters here.
_TEMPLATE = {
    "Parameters": {
        "SSLCertificate": {"Type": "String", "Default": "None"},
        "Subnet": {"Type": "String"},
    },
    "Resources": {
        "Server": {
            "Type": "AWS::EC2::Instance",
            "Properties": {
                "ImageId": images.CURRENT,
                "InstanceType": "m7i.large",
                "SubnetId": {"Ref": "Subnet"},
                "BlockDeviceMappings": stores.disks(has_data=False),
                "Tags": [{"Key": "Name", "Value": "lone-stash-1"}],
            },
        }
    },
}


def classic_balancer(
    elb: Any, *, subnet: str, group: str, certificate: str, instance: str
) -> None:
    """Put the classic balancer ``git`` in front of *instance*."""
    elb.create_load_balancer(
        LoadBalancerName="git",
        Scheme="internal",
        Subnets=[subnet],
        SecurityGroups=[group],
        Listeners=[
            {
                "Protocol": "SSL",
                "LoadBalancerPort": 443,
                "InstanceProtocol": "TCP",
                "InstancePort": 7990,
                "SSLCertificateId": certificate,
            }
        ],
    )
    elb.register_instances_with_load_balancer(
        LoadBalancerName="git", Instances=[{"InstanceId": instance}]
    )
    _negotiate_old_tls(elb, "git", 443)


def _negotiate_old_tls(elb: Any, balancer: str, port: int) -> None:
    """Choose what AWS chooses where nobody does; moto leaves it open."""
    reference = {
        "AttributeName": "Reference-Security-Policy",
        "AttributeValue": "ELBSecurityPolicy-2016-08",
    }
    elb.create_load_balancer_policy(
        LoadBalancerName=balancer,
        PolicyName="tls",
        PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[reference],
    )
    elb.set_load_balancer_policies_of_listener(
        LoadBalancerName=balancer, LoadBalancerPort=port, PolicyNames=["tls"]
    )


def lone_server(cloudformation: Any, ec2: Any, *, subnet: str, group: str) -> str:
    """
    Launch a server from a stack that has it sign its own certificate.

    moto puts what a stack makes into the VPC's default group, whatever it says.
    """
    chosen = {
        "SSLCertificate": "Generate a self-signed certificate",
        "Subnet": subnet,
    }
    cloudformation.create_stack(
        StackName="lone-stash",
        TemplateBody=json.dumps(_TEMPLATE),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in chosen.items()
        ],
    )
    [made] = cloudformation.describe_stack_resources(StackName="lone-stash")[
        "StackResources"
    ]
    server: str = made["PhysicalResourceId"]
    [reservation] = ec2.describe_instances(InstanceIds=[server])["Reservations"]
    [instance] = reservation["Instances"]
    for interface in instance["NetworkInterfaces"]:
        ec2.modify_network_interface_attribute(
            NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[group]
        )
    ec2.modify_instance_attribute(InstanceId=server, Groups=[group])
    return server
