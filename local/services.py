"""What AWS runs for the demo estate beside its network: roles, files, other ways in."""

import json
from collections.abc import Callable
from typing import Any

_Clients = Callable[[str], Any]


def rule_the_account(client: _Clients, name: str, instance: str) -> None:
    """Give *instance* a role that may do everything, by a policy of its own."""
    iam = client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        RoleName=name, PolicyName="deploy", PolicyDocument=_policy(everything)
    )
    metrics = {
        "Effect": "Allow",
        "Action": "cloudwatch:PutMetricData",
        "Resource": "*",
    }
    managed = iam.create_policy(
        PolicyName=f"{name}-metrics", PolicyDocument=_policy(metrics)
    )
    iam.attach_role_policy(RoleName=name, PolicyArn=managed["Policy"]["Arn"])
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    client("ec2").associate_iam_instance_profile(
        IamInstanceProfile={"Name": name}, InstanceId=instance
    )


def protect(client: _Clients, balancer: str) -> str:
    """Put a web ACL with all that is wanted before *balancer*, and log it."""
    wafv2 = client("wafv2")
    name = "web"
    acl: str = wafv2.create_web_acl(
        Name=name,
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=_counted(name),
        Rules=[
            {
                "Name": group,
                "Priority": place,
                "OverrideAction": {"None": {}},
                "Statement": {
                    "ManagedRuleGroupStatement": {
                        "VendorName": "AWS",
                        "Name": f"AWSManagedRules{group}",
                    }
                },
                "VisibilityConfig": _counted(group),
            }
            for place, group in enumerate(_RULE_GROUPS)
        ],
    )["Summary"]["ARN"]
    wafv2.associate_web_acl(WebACLArn=acl, ResourceArn=balancer)
    group = f"aws-waf-logs-{name}"
    client("logs").create_log_group(logGroupName=group)
    _, _, _, region, account, _ = acl.split(":", 5)
    to = f"arn:aws:logs:{region}:{account}:log-group:{group}"
    wafv2.put_logging_configuration(
        LoggingConfiguration={"ResourceArn": acl, "LogDestinationConfigs": [to]}
    )
    return acl


_RULE_GROUPS = (
    "CommonRuleSet",
    "KnownBadInputsRuleSet",
    "SQLiRuleSet",
    "AmazonIpReputationList",
)


def _counted(name: str) -> dict[str, Any]:
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": name,
    }


def keep_database(client: _Clients, subnets: list[str], group: str) -> None:
    """Make a private PostgreSQL in *subnets* that has *group*."""
    rds = client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="atlassian",
        DBSubnetGroupDescription="private subnets",
        SubnetIds=subnets,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="atlassian",
        Engine="postgres",
        DBInstanceClass="db.m7g.large",
        AllocatedStorage=100,
        StorageEncrypted=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        MasterUsername="atlassian",
        ManageMasterUserPassword=True,
        PubliclyAccessible=False,
        DBSubnetGroupName="atlassian",
        VpcSecurityGroupIds=[group],
    )


def share_files(client: _Clients, subnet: str, group: str) -> str:
    """Make a file system with a mount target that has *group*; give its ARN."""
    efs = client("efs")
    made = efs.create_file_system(
        CreationToken="shared-home",
        Encrypted=True,
        Tags=[{"Key": "Name", "Value": "shared-home"}],
    )
    efs.create_mount_target(
        FileSystemId=made["FileSystemId"], SubnetId=subnet, SecurityGroups=[group]
    )
    arn: str = made["FileSystemArn"]
    return arn


def index(client: _Clients, subnet: str, group: str) -> str:
    """Make a search domain in *subnet* that has *group*; give its ARN."""
    made = client("opensearch").create_domain(
        DomainName="bitbucket-index",
        EngineVersion="OpenSearch_2.19",
        VPCOptions={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
        DomainEndpointOptions={"EnforceHTTPS": True},
        EncryptionAtRestOptions={"Enabled": True},
        NodeToNodeEncryptionOptions={"Enabled": True},
    )
    arn: str = made["DomainStatus"]["ARN"]
    return arn


def record(client: _Clients, bucket: str = "atlassian-trail") -> str:
    """Have a trail record what is done in all Regions; give its ARN."""
    s3, cloudtrail = client("s3"), client("cloudtrail")
    here = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=here)
    made = cloudtrail.create_trail(
        Name="changes",
        S3BucketName=bucket,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
    )
    cloudtrail.start_logging(Name="changes")
    arn: str = made["TrailARN"]
    return arn


def lead_in(client: _Clients, subnet: str, group: str, balancer: str) -> str:
    """Lead in by each other way, as it should be; give the endpoint service's id."""
    ec2 = client("ec2")
    ec2.create_instance_connect_endpoint(SubnetId=subnet, SecurityGroupIds=[group])
    client("apigatewayv2").create_vpc_link(
        Name="git", SubnetIds=[subnet], SecurityGroupIds=[group]
    )
    client("cloudfront").create_vpc_origin(
        VpcOriginEndpointConfig={
            "Name": "git",
            "Arn": balancer,
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        }
    )
    made = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer], AcceptanceRequired=True
    )
    service: str = made["ServiceConfiguration"]["ServiceId"]
    return service


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
