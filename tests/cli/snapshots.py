"""Small snapshots on disk, in AWS's own shapes."""

import json
from pathlib import Path
from typing import Any

from ringfence.collect import OPERATIONS

HEAD = {
    "account": "123456789012",
    "region": "eu-west-1",
    "taken_at": "2026-05-04T12:00:00+00:00",
}

TRAIL = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/changes"
RECORDING = {
    "cloudtrail.describe_trails": {
        "trailList": [
            {
                "Name": "changes",
                "TrailARN": TRAIL,
                "HomeRegion": "eu-west-1",
                "LogFileValidationEnabled": True,
            }
        ]
    },
    "cloudtrail.get_trail_status": {TRAIL: {"IsLogging": True}},
    "cloudtrail.get_event_selectors": {TRAIL: {"TrailARN": TRAIL}},
}

VPC = "vpc-1"
GROUP = "sg-1"
INSTANCE = "i-1"
ADDRESS = "203.0.113.7"


def write(folder: Path, *, without: tuple[str, ...] = (), **answers: Any) -> Path:
    """
    Write a snapshot of an account that has nothing but a trail and *answers*.

    Their names have ``__`` for the dot; *without* are operations not read.
    """
    folder.mkdir(exist_ok=True)
    (folder / "snapshot.json").write_text(json.dumps(HEAD))
    given = {name.replace("__", "."): answer for name, answer in answers.items()}
    for operation in OPERATIONS:
        if operation.name not in without:
            nothing = RECORDING.get(operation.name, operation.nothing)
            answer = given.pop(operation.name, nothing)
            (folder / f"{operation.name}.json").write_text(json.dumps(answer))
    assert not given
    return folder


def open_ssh(cidr: str = "0.0.0.0/0") -> dict[str, Any]:
    """An instance with a public address whose group lets *cidr* in to port 22."""
    egress = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    ingress = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": cidr}],
    }
    allow = {"Protocol": "-1", "CidrBlock": "0.0.0.0/0", "RuleAction": "allow"}
    return {
        "ec2__describe_vpcs": {"Vpcs": [{"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}]},
        "ec2__describe_subnets": {
            "Subnets": [
                {"SubnetId": "subnet-1", "VpcId": VPC, "CidrBlock": "10.0.0.0/24"}
            ]
        },
        "ec2__describe_internet_gateways": {
            "InternetGateways": [
                {
                    "InternetGatewayId": "igw-1",
                    "Attachments": [{"VpcId": VPC, "State": "available"}],
                }
            ]
        },
        "ec2__describe_route_tables": {
            "RouteTables": [
                {
                    "RouteTableId": "rtb-1",
                    "VpcId": VPC,
                    "Associations": [{"Main": True, "RouteTableId": "rtb-1"}],
                    "Routes": [
                        {
                            "DestinationCidrBlock": "10.0.0.0/16",
                            "GatewayId": "local",
                            "State": "active",
                        },
                        {
                            "DestinationCidrBlock": "0.0.0.0/0",
                            "GatewayId": "igw-1",
                            "State": "active",
                        },
                    ],
                }
            ]
        },
        "ec2__describe_network_acls": {
            "NetworkAcls": [
                {
                    "NetworkAclId": "acl-1",
                    "VpcId": VPC,
                    "IsDefault": True,
                    "Associations": [{"NetworkAclId": "acl-1", "SubnetId": "subnet-1"}],
                    "Entries": [
                        {"RuleNumber": 100, "Egress": False} | allow,
                        {"RuleNumber": 100, "Egress": True} | allow,
                    ],
                }
            ]
        },
        "ec2__describe_security_groups": {
            "SecurityGroups": [
                {
                    "GroupId": GROUP,
                    "GroupName": "web",
                    "VpcId": VPC,
                    "OwnerId": HEAD["account"],
                    "IpPermissions": [ingress],
                    "IpPermissionsEgress": [egress],
                }
            ]
        },
        "ec2__describe_network_interfaces": {
            "NetworkInterfaces": [
                {
                    "NetworkInterfaceId": "eni-1",
                    "VpcId": VPC,
                    "SubnetId": "subnet-1",
                    "InterfaceType": "interface",
                    "Groups": [{"GroupId": GROUP, "GroupName": "web"}],
                    "Attachment": {"InstanceId": INSTANCE, "Status": "attached"},
                    "PrivateIpAddresses": [
                        {
                            "PrivateIpAddress": "10.0.0.7",
                            "Primary": True,
                            "Association": {"PublicIp": ADDRESS},
                        }
                    ],
                }
            ]
        },
        "ec2__describe_instances": {
            "Reservations": [
                {
                    "Instances": [
                        {
                            "InstanceId": INSTANCE,
                            "ImageId": "ami-1",
                            "State": {"Code": 16, "Name": "running"},
                            "VpcId": VPC,
                            "SubnetId": "subnet-1",
                            "MetadataOptions": {"HttpTokens": "required"},
                            "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}],
                            "SecurityGroups": [{"GroupId": GROUP}],
                            "Tags": [{"Key": "Name", "Value": "bitbucket-1"}],
                        }
                    ]
                }
            ]
        },
        "ssm__describe_instance_information": {
            "InstanceInformationList": [
                {"InstanceId": INSTANCE, "PingStatus": "Online"},
            ]
        },
        "ssm__describe_instance_patch_states": {
            "InstancePatchStates": [
                {
                    "InstanceId": INSTANCE,
                    "OperationEndTime": "2026-05-04T02:00:00+00:00",
                }
            ]
        },
        "ec2__describe_images": {
            "Images": [
                {
                    "ImageId": "ami-1",
                    "State": "available",
                    "Name": "bitbucket",
                    "CreationDate": "2026-05-01T00:00:00.000Z",
                }
            ]
        },
    }
