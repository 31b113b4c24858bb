"""Commands that undo a change: exactly it, or none at all."""

import shlex
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from ringfence.changes import Change, read_change
from tests.changes.records import event

RULE = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/a/1/2/3"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/a/1/2"
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/a/1"
ENTRY = {
    "networkAclId": "acl-0a1b2c3d",
    "ruleNumber": 100,
    "egress": False,
    "ruleAction": "allow",
    "cidrBlock": "0.0.0.0/0",
    "aclProtocol": "6",
    "portRange": {"from": 22, "to": 22},
    "icmpTypeCode": {},
}
SSH = {
    "ipProtocol": "tcp",
    "fromPort": 22,
    "toPort": 22,
    "groups": {},
    "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
    "ipv6Ranges": {},
    "prefixListIds": {},
}
GROUP = {"groupId": "sg-0a1b2c3d", "ipPermissions": {"items": [SSH]}}
PREFIXES = {
    "PrefixListId": "pl-0a1b2c3d",
    "CurrentVersion": 3,
    "AddEntry": [{"tag": 1, "Cidr": "192.0.2.0/24"}, {"tag": 2, "cidr": "10.0.0.0/8"}],
    "RemoveEntry": {"tag": 1, "Cidr": "198.51.100.0/24"},
}
PROFILE = {"InstanceId": "i-0a1b2c3d", "IamInstanceProfile": {"Name": "admin"}}
EVERYBODY = {"add": {"items": [{"group": "all"}]}}


def wrapped(name: str, **members: Any) -> dict[str, Any]:
    return {name: members}


# Service, call, what was asked and answered, the lines that tell it, its undoing.
CASES: list[tuple[str, str, Any, Any, tuple[str, ...], str]] = [
    (
        "ec2",
        "CreateRoute",
        {
            "routeTableId": "rtb-0a1b2c3d",
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": "igw-0a1b2c3d",
        },
        {"_return": True},
        ("rtb-0a1b2c3d: added a route to 0.0.0.0/0 by igw-0a1b2c3d",),
        (
            "ec2 delete-route --region eu-west-1 --route-table-id rtb-0a1b2c3d "
            "--destination-cidr-block 0.0.0.0/0"
        ),
    ),
    (
        "ec2",
        "CreateRoute",
        {
            "routeTableId": "rtb-0a1b2c3d",
            "destinationIpv6CidrBlock": "::/0",
            "gatewayId": "igw-0a1b2c3d",
        },
        None,
        ("rtb-0a1b2c3d: added a route to ::/0 by igw-0a1b2c3d",),
        (
            "ec2 delete-route --region eu-west-1 --route-table-id rtb-0a1b2c3d "
            "--destination-ipv6-cidr-block ::/0"
        ),
    ),
    (
        "ec2",
        "ReplaceRoute",
        {
            "routeTableId": "rtb-0a1b2c3d",
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": "nat-0a1b2c3d",
        },
        None,
        ("rtb-0a1b2c3d: now routes 0.0.0.0/0 by nat-0a1b2c3d",),
        "",
    ),
    (
        "ec2",
        "DeleteRoute",
        {"routeTableId": "rtb-0a1b2c3d", "destinationPrefixListId": "pl-0a1b2c3d"},
        None,
        ("rtb-0a1b2c3d: deleted the route to pl-0a1b2c3d",),
        "",
    ),
    (
        "ec2",
        "CreateNetworkAclEntry",
        ENTRY,
        {"_return": True},
        ("acl-0a1b2c3d: ingress rule 100 added: allow tcp 22 0.0.0.0/0",),
        (
            "ec2 delete-network-acl-entry --region eu-west-1 "
            "--network-acl-id acl-0a1b2c3d --rule-number 100 --ingress"
        ),
    ),
    (
        "ec2",
        "CreateNetworkAclEntry",
        ENTRY | {"egress": True, "ruleNumber": "110", "portRange": {}},
        None,
        ("acl-0a1b2c3d: egress rule 110 added: allow tcp 0.0.0.0/0",),
        (
            "ec2 delete-network-acl-entry --region eu-west-1 "
            "--network-acl-id acl-0a1b2c3d --rule-number 110 --egress"
        ),
    ),
    (
        "ec2",  # to undo it would open what it closed
        "CreateNetworkAclEntry",
        ENTRY | {"ruleAction": "deny"},
        None,
        ("acl-0a1b2c3d: ingress rule 100 added: deny tcp 22 0.0.0.0/0",),
        "",
    ),
    (
        "ec2",
        "ReplaceNetworkAclEntry",
        ENTRY,
        None,
        ("acl-0a1b2c3d: ingress rule 100 replaced, it is now: allow tcp 22 0.0.0.0/0",),
        "",
    ),
    (
        "ec2",
        "DeleteNetworkAclEntry",
        {"networkAclId": "acl-0a1b2c3d", "ruleNumber": 90, "egress": False},
        None,
        ("acl-0a1b2c3d: ingress rule 90 deleted",),
        "",
    ),
    (
        "ec2",
        "AssociateAddress",
        {"allocationId": "eipalloc-0a1b2c3d", "networkInterfaceId": "eni-0a1b2c3d"},
        {"_return": True, "associationId": "eipassoc-0a1b2c3d"},
        ("eni-0a1b2c3d: address eipalloc-0a1b2c3d associated",),
        (
            "ec2 disassociate-address --region eu-west-1 "
            "--association-id eipassoc-0a1b2c3d"
        ),
    ),
    (
        "ec2",
        "AssociateAddress",
        {"publicIp": "203.0.113.7", "instanceId": "i-0a1b2c3d"},
        {"_return": True},
        ("i-0a1b2c3d: address 203.0.113.7 associated",),
        "",
    ),
    (
        "ec2",
        "AssociateRouteTable",
        {"routeTableId": "rtb-0a1b2c3d", "subnetId": "subnet-0a1b2c3d"},
        {"associationId": "rtbassoc-0a1b2c3d"},
        ("rtb-0a1b2c3d: associated with subnet-0a1b2c3d",),
        (
            "ec2 disassociate-route-table --region eu-west-1 "
            "--association-id rtbassoc-0a1b2c3d"
        ),
    ),
    (
        "ec2",
        "AttachInternetGateway",
        {"internetGatewayId": "igw-0a1b2c3d", "vpcId": "vpc-0a1b2c3d"},
        {"_return": True},
        ("vpc-0a1b2c3d: igw-0a1b2c3d attached",),
        (
            "ec2 detach-internet-gateway --region eu-west-1 "
            "--internet-gateway-id igw-0a1b2c3d --vpc-id vpc-0a1b2c3d"
        ),
    ),
    (
        "ec2",  # to undo it would open what it closed
        "DetachInternetGateway",
        {"internetGatewayId": "igw-0a1b2c3d", "vpcId": "vpc-0a1b2c3d"},
        None,
        ("vpc-0a1b2c3d: igw-0a1b2c3d detached",),
        "",
    ),
    (
        "ec2",
        "AssignIpv6Addresses",
        wrapped("AssignIpv6AddressesRequest", NetworkInterfaceId="eni-0a1b2c3d"),
        wrapped(
            "AssignIpv6AddressesResponse",
            assignedIpv6Addresses={"item": ["2001:db8::1", "2001:db8::2"]},
        ),
        ("eni-0a1b2c3d: 2001:db8::1, 2001:db8::2 assigned",),
        (
            "ec2 unassign-ipv6-addresses --region eu-west-1 "
            "--network-interface-id eni-0a1b2c3d "
            "--ipv6-addresses 2001:db8::1 2001:db8::2"
        ),
    ),
    (
        "ec2",
        "AssociateIamInstanceProfile",
        wrapped("AssociateIamInstanceProfileRequest", **PROFILE),
        wrapped(
            "AssociateIamInstanceProfileResponse",
            iamInstanceProfileAssociation={"associationId": "iip-assoc-0a1b2c3d"},
        ),
        ("i-0a1b2c3d: given the profile admin",),
        (
            "ec2 disassociate-iam-instance-profile --region eu-west-1 "
            "--association-id iip-assoc-0a1b2c3d"
        ),
    ),
    (
        "ec2",
        "ModifyManagedPrefixList",
        wrapped("ModifyManagedPrefixListRequest", **PREFIXES),
        None,
        (
            "pl-0a1b2c3d: added 192.0.2.0/24, 10.0.0.0/8",
            "pl-0a1b2c3d: removed 198.51.100.0/24",
        ),
        (
            "ec2 restore-managed-prefix-list-version --region eu-west-1 "
            "--prefix-list-id pl-0a1b2c3d --previous-version 3 --current-version 4"
        ),
    ),
    (
        "ec2",
        "CreateVpcBlockPublicAccessExclusion",
        wrapped(
            "CreateVpcBlockPublicAccessExclusionRequest",
            VpcId="vpc-0a1b2c3d",
            InternetGatewayExclusionMode="allow-bidirectional",
        ),
        wrapped(
            "CreateVpcBlockPublicAccessExclusionResponse",
            vpcBlockPublicAccessExclusion={"exclusionId": "vpcbpa-exclude-0a1b"},
        ),
        ("vpc-0a1b2c3d: spared by VPC Block Public Access (allow-bidirectional)",),
        (
            "ec2 delete-vpc-block-public-access-exclusion --region eu-west-1 "
            "--exclusion-id vpcbpa-exclude-0a1b"
        ),
    ),
    (
        "ec2",
        "ModifyVpcBlockPublicAccessOptions",
        wrapped(
            "ModifyVpcBlockPublicAccessOptionsRequest", InternetGatewayBlockMode="off"
        ),
        None,
        ("VPC Block Public Access is now off",),
        "",
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {
            "snapshotId": "snap-0a1b2c3d",
            "createVolumePermission": EVERYBODY,
            "attributeType": "CREATE_VOLUME_PERMISSION",
        },
        {"_return": True},
        ("snap-0a1b2c3d: shared with everybody",),
        (
            "ec2 modify-snapshot-attribute --region eu-west-1 "
            "--snapshot-id snap-0a1b2c3d --attribute createVolumePermission "
            "--operation-type remove --group-names all"
        ),
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {
            "snapshotId": "snap-0a1b2c3d",
            "createVolumePermission": {"remove": {"items": [{"group": "all"}]}},
        },
        None,
        ("snap-0a1b2c3d: no longer shared with everybody",),
        "",
    ),
    (
        "ec2",
        "ModifySecurityGroupRules",
        wrapped(
            "ModifySecurityGroupRulesRequest",
            GroupId="sg-0a1b2c3d",
            SecurityGroupRule={
                "SecurityGroupRuleId": "sgr-0a1b2c3d",
                "tag": 1,
                "SecurityGroupRule": {
                    "CidrIpv4": "0.0.0.0/0",
                    "FromPort": 22,
                    "ToPort": 22,
                    "IpProtocol": "tcp",
                },
            },
        ),
        None,
        ("sg-0a1b2c3d: rule sgr-0a1b2c3d is now tcp 22, 0.0.0.0/0",),
        "",
    ),
    (
        "ec2",
        "ModifyNetworkInterfaceAttribute",
        {
            "networkInterfaceId": "eni-0a1b2c3d",
            "groupSet": {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]},
        },
        None,
        ("eni-0a1b2c3d: its groups are now sg-1, sg-2",),
        "",
    ),
    (
        "ec2",
        "ModifyInstanceAttribute",
        {"instanceId": "i-0a1b2c3d", "userData": "top secret"},
        None,
        ("ModifyInstanceAttribute on i-0a1b2c3d",),
        "",
    ),
    (
        "ec2",
        "ModifyInstanceAttribute",
        {"instanceId": "i-0a1b2c3d", "sourceDestCheck": {"value": False}},
        None,
        ("i-0a1b2c3d: source/destination check is now off",),
        "",
    ),
    (
        "ec2",
        "ModifyInstanceMetadataOptions",
        wrapped(
            "ModifyInstanceMetadataOptionsRequest",
            InstanceId="i-0a1b2c3d",
            HttpTokens="optional",
        ),
        None,
        ("i-0a1b2c3d: httpTokens is now optional",),
        "",
    ),
    (
        "ec2",
        "RunInstances",
        {"instancesSet": {"items": [{"imageId": "ami-0a1b2c3d"}]}},
        {
            "instancesSet": {
                "items": [{"instanceId": "i-0a1b2c3d", "imageId": "ami-0a1b2c3d"}]
            }
        },
        ("launched i-0a1b2c3d from ami-0a1b2c3d",),
        "",
    ),
    (
        "elasticloadbalancing",
        "CreateListener",
        {"loadBalancerArn": BALANCER, "protocol": "HTTP", "port": 80},
        {"listeners": [{"listenerArn": LISTENER}]},
        (f"{BALANCER}: listener added (HTTP 80)",),
        "",
    ),
    (
        "elasticloadbalancing",
        "CreateRule",
        {"listenerArn": LISTENER, "priority": 10},
        {"rules": [{"ruleArn": RULE}]},
        (f"{LISTENER}: rule added",),
        f"elbv2 delete-rule --region eu-west-1 --rule-arn {RULE}",
    ),
    (
        "elasticloadbalancing",
        "DeleteListener",
        {"listenerArn": LISTENER},
        None,
        (f"DeleteListener on {LISTENER}",),
        "",
    ),
    (
        "elasticloadbalancing",
        "ModifyListener",
        {"listenerArn": LISTENER, "protocol": "HTTP", "port": 80},
        None,
        (f"{LISTENER}: now HTTP, port 80",),
        "",
    ),
    (
        "rds",
        "ModifyDBInstance",
        {"dBInstanceIdentifier": "jira", "publiclyAccessible": True},
        None,
        ("jira: ModifyDBInstance, publicly accessible",),
        "",
    ),
    (
        "rds",
        "ModifyDBSnapshotAttribute",
        {
            "dBSnapshotIdentifier": "jira-1",
            "attributeName": "restore",
            "valuesToAdd": ["all"],
        },
        None,
        ("jira-1: shared with everybody",),
        (
            "rds modify-db-snapshot-attribute --region eu-west-1 "
            "--db-snapshot-identifier jira-1 --attribute-name restore "
            "--values-to-remove all"
        ),
    ),
    (
        "rds",
        "ModifyDBClusterSnapshotAttribute",
        {
            "dBClusterSnapshotIdentifier": "jira-1",
            "attributeName": "restore",
            "valuesToAdd": ["all"],
        },
        None,
        ("jira-1: shared with everybody",),
        (
            "rds modify-db-cluster-snapshot-attribute --region eu-west-1 "
            "--db-cluster-snapshot-identifier jira-1 --attribute-name restore "
            "--values-to-remove all"
        ),
    ),
    (
        "route53",
        "ChangeResourceRecordSets",
        {
            "hostedZoneId": "Z1",
            "changeBatch": {
                "changes": [
                    {
                        "action": "UPSERT",
                        "resourceRecordSet": {"name": "git.example.com", "type": "A"},
                    }
                ]
            },
        },
        None,
        ("zone Z1: UPSERT A git.example.com",),
        "",
    ),
    (
        "cloudtrail",
        "StopLogging",
        {"name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"},
        None,
        ("trail arn:aws:cloudtrail:eu-west-1:111122223333:trail/main: stopped",),
        (
            "cloudtrail start-logging --region eu-west-1 "
            "--name arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        ),
    ),
    ("cloudtrail", "DeleteTrail", {"name": "main"}, None, ("trail main: deleted",), ""),
    (
        "cloudtrail",
        "UpdateTrail",
        {"name": "main", "isMultiRegionTrail": False},
        None,
        ("trail main: modified", "records all Regions: false"),
        "",
    ),
    (
        "cloudtrail",
        "PutEventSelectors",
        {
            "trailName": "main",
            "eventSelectors": [
                {"readWriteType": "ReadOnly", "includeManagementEvents": True}
            ],
        },
        None,
        ("trail main: records other events", "management events: ReadOnly"),
        "",
    ),
    (
        "events",
        "DisableRule",
        {"name": "ringfence-EC2ChangeRule-1"},
        None,
        ("event rule ringfence-EC2ChangeRule-1: disabled",),
        "events enable-rule --region eu-west-1 --name ringfence-EC2ChangeRule-1",
    ),
    (
        "events",
        "RemoveTargets",
        {"rule": "ringfence-EC2ChangeRule-1", "ids": ["queue"]},
        None,
        ("event rule ringfence-EC2ChangeRule-1: targets removed",),
        "",
    ),
    (
        "events",
        "PutRule",
        {"name": "ringfence-EC2ChangeRule-1", "state": "DISABLED"},
        None,
        ("event rule ringfence-EC2ChangeRule-1: written, state DISABLED",),
        "",
    ),
    (
        "ssm",
        "PutParameter",
        {"name": "/ringfence/policy", "value": "version: 1"},
        None,
        ("parameter /ringfence/policy: changed",),
        "",
    ),
    (
        "acm",
        "ImportCertificate",
        {"certificate": {"hb": [45, 45]}, "privateKey": {"hb": [45]}},
        {"certificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/1"},
        ("ImportCertificate",),
        "",
    ),
    (
        "ec2",  # nothing was there to be removed: to add it would open more
        "RevokeSecurityGroupIngress",
        GROUP,
        {"_return": True, "unknownIpPermissionSet": {"items": [SSH]}},
        ("sg-0a1b2c3d: removed tcp 22 from 0.0.0.0/0",),
        "",
    ),
    (
        "wafv2",
        "AssociateWebACL",
        {"webACLArn": WEB_ACL, "resourceArn": BALANCER},
        {},
        (f"{BALANCER}: now behind the web ACL {WEB_ACL}",),
        "",
    ),
    (
        "wafv2",
        "DisassociateWebACL",
        {"resourceArn": BALANCER},
        {},
        (f"{BALANCER}: no web ACL any more",),
        "",
    ),
    (
        "wafv2",
        "UpdateWebACL",
        {
            "name": "web",
            "scope": "REGIONAL",
            "id": "1",
            "defaultAction": {"allow": {}},
            "rules": [
                {"name": "a", "overrideAction": {"count": {}}},
                {"name": "b", "overrideAction": {"none": {}}},
            ],
        },
        {"nextLockToken": "l"},
        ("web ACL web (REGIONAL); allows by default; rules a, b; only counted: a",),
        "",
    ),
    (
        "wafv2",
        "UpdateWebACL",
        {"name": "web", "defaultAction": {"block": {}}},
        {"nextLockToken": "l"},
        ("web ACL web; blocks by default; no rules",),
        "",
    ),
    (
        "wafv2",
        "PutLoggingConfiguration",
        {
            "loggingConfiguration": {
                "resourceArn": WEB_ACL,
                "logDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-web"],
            }
        },
        None,
        (f"{WEB_ACL}: logged to arn:aws:s3:::aws-waf-logs-web",),
        "",
    ),
    (
        "wafv2",
        "DeleteLoggingConfiguration",
        {"resourceArn": WEB_ACL},
        None,
        (f"{WEB_ACL}: logged no more",),
        "",
    ),
    (
        "wafv2",
        "DeleteFirewallManagerRuleGroups",
        {"webACLArn": WEB_ACL, "webACLLockToken": "l"},
        None,
        (f"DeleteFirewallManagerRuleGroups on {WEB_ACL}",),
        "",
    ),
    ("wafv2", "UpdateWebACL", {"omitted": True}, None, ("UpdateWebACL",), ""),
]

# What the AWS CLI calls otherwise than its API.
_FLAGS = {"ingress": ("Egress", False), "egress": ("Egress", True)}


def read(service: str, name: str, asked: Any, answered: Any) -> Change:
    change = read_change(event(service, name, asked, answered))
    assert change is not None
    return change


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_and_undone(case: Any) -> None:
    """In a line or two; undone only where the record tells how it was before."""
    service, name, asked, answered, what, undo = case
    change = read(service, name, asked, answered)

    assert what == change.what
    assert ((f"aws {undo}",) if undo else ()) == change.undo


def parsed(command: str) -> tuple[str, str, dict[str, list[str]]]:
    """The service, the operation and the options of a command."""
    words = shlex.split(command)
    assert "aws" == words.pop(0)
    service, operation = words.pop(0), words.pop(0)
    options: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            options[word.removeprefix("--")] = []
        else:
            options[list(options)[-1]].append(word)
    return service, operation, options


@pytest.mark.parametrize("undo", [case[-1] for case in CASES if case[-1]])
def test_an_undoing_is_a_call_that_aws_knows(undo: str) -> None:
    """Its operation, its options and all that it cannot do without."""
    service, operation, options = parsed(f"aws {undo}")
    assert ["eu-west-1"] == options.pop("region")
    model = botocore.session.get_session().get_service_model(service)
    called = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(called[operation]).input_shape
    assert shape is not None
    known = {xform_name(name, "-"): name for name in shape.members}
    given: dict[str, Any] = {}
    for option, values in options.items():
        if not values:
            member, flag = _FLAGS[option]
            given[member] = flag
            continue
        member = known[option]
        kind = shape.members[member].type_name
        numbers = {"integer", "long"}
        given[member] = (
            values
            if kind == "list"
            else int(values[0])
            if kind in numbers
            else values[0]
        )
    report = ParamValidator().validate(given, shape)

    assert not report.has_errors(), report.generate_report()


HOSTILE = [
    "$(reboot)",
    "`reboot`",
    "x; reboot",
    "x && reboot",
    "x | sh",
    "x > /etc/passwd",
    "'; reboot; '",
    '"; reboot; "',
    "x\nreboot",
    "--debug",
    "-x",
    "file:///etc/passwd",
    "fileb://x",
    "https://evil.example",
    "\ud800",
    "",
    "x" * 3000,
]


def put(value: Any, hostile: str) -> Any:
    """*value* with every text in it being *hostile*, but for what chooses a kind."""
    if isinstance(value, dict):
        return {key: put(inner, hostile) for key, inner in value.items()}
    if isinstance(value, list):
        return [put(inner, hostile) for inner in value]
    kinds = {"allow", "all", "restore", "tcp"}
    return hostile if isinstance(value, str) and value not in kinds else value


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_hostile_value_gets_into_a_command(hostile: str) -> None:
    """Who pastes an undoing runs that and nothing else."""
    for service, name, asked, answered, _, _ in [
        *CASES,
        ("ec2", "AuthorizeSecurityGroupIngress", GROUP, {"_return": True}, (), ""),
        ("ec2", "RevokeSecurityGroupEgress", GROUP, {"_return": True}, (), ""),
    ]:
        change = read(service, name, put(asked, hostile), put(answered, hostile))

        assert () == change.undo, (service, name)


@given(st.text(max_size=30), st.sampled_from(CASES))
def test_a_command_is_of_words_that_its_change_tells(text: str, case: Any) -> None:
    """Any text at all is either one word of a command or in none."""
    service, name, asked, answered, _, _ = case
    for command in read(service, name, put(asked, text), put(answered, text)).undo:
        _, _, options = parsed(command)
        values = {value for some in options.values() for value in some}

        assert values <= {
            text,
            "eu-west-1",
            *map(str, range(1000)),
            "all",
            "restore",
            "remove",
            "createVolumePermission",
        }


def test_the_sources_account_is_named_when_rules_are_undone() -> None:
    """A group of another account is no source without its account."""
    pair = {"groupId": "sg-0b1b2c3d", "userId": "222233334444"}
    ssh = SSH | {"ipRanges": {}, "groups": {"items": [pair]}}
    asked = GROUP | {"ipPermissions": {"items": [ssh]}}
    (undo,) = read(
        "ec2", "AuthorizeSecurityGroupIngress", asked, {"_return": True}
    ).undo

    assert '"GroupId": "sg-0b1b2c3d", "UserId": "222233334444"' in undo


@pytest.mark.parametrize(
    "spoiled",
    [
        {"ipProtocol": None},
        {"fromPort": "many"},
        {"toPort": None},
        {"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}, {"cidrIp": None}]}},
        {"ipRanges": {}},
    ],
)
def test_a_permission_that_is_half_read_is_not_undone(spoiled: dict[str, Any]) -> None:
    """Half of it would undo another one, or all traffic."""
    asked = GROUP | {"ipPermissions": {"items": [SSH | spoiled]}}
    change = read("ec2", "AuthorizeSecurityGroupIngress", asked, {"_return": True})

    assert () == change.undo


def test_ports_may_be_written_as_text() -> None:
    """Numbers come as numbers or as strings."""
    asked = GROUP | {
        "ipPermissions": {"items": [SSH | {"fromPort": "22", "toPort": "22"}]}
    }
    change = read("ec2", "AuthorizeSecurityGroupIngress", asked, {"_return": True})

    assert ("sg-0a1b2c3d: added tcp 22 from 0.0.0.0/0",) == change.what
    assert '"FromPort": 22, "ToPort": 22' in change.undo[0]


def test_nothing_of_a_certificate_is_told() -> None:
    """CloudTrail records certificates and keys byte by byte."""
    body = {"hb": [45, 45, 45], "capacity": 3, "text": "-----BEGIN PRIVATE KEY-----"}
    for service, name in (
        ("acm", "ImportCertificate"),
        ("iam", "UploadServerCertificate"),
    ):
        asked = {"certificate": body, "privateKey": body, "certificateBody": body}
        told = read(service, name, asked, None).model_dump_json()

        assert "hb" not in told
        assert "PRIVATE" not in told


def test_what_a_web_acl_looks_for_is_not_told() -> None:
    """The header by which CloudFront is told from others is a shared secret."""
    looks = {"byteMatchStatement": {"searchString": "sesame-4711"}}
    rule = {"name": "only-cloudfront", "statement": looks, "action": {"block": {}}}
    change = read("wafv2", "UpdateWebACL", {"name": "web", "rules": [rule]}, None)

    assert "sesame-4711" not in change.model_dump_json()
