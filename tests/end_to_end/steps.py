"""What several end-to-end tests do to the account."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.account import Account

SSH = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
}


def open_ssh(account: Account, name: str = "bitbucket-mirror") -> list[str]:
    """Let alice open SSH to the world in a group; give the rules' ids."""
    answer = account.person.do(
        "ec2",
        "authorize_security_group_ingress",
        GroupId=account.estate.ids[f"{name}-group"],
        IpPermissions=[SSH],
    )
    return [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]]


def revoke(account: Account, rules: list[str], name: str = "bitbucket-mirror") -> None:
    """Let alice revoke *rules* again."""
    account.person.do(
        "ec2",
        "revoke_security_group_ingress",
        GroupId=account.estate.ids[f"{name}-group"],
        SecurityGroupRuleIds=rules,
    )


def withdraw(account: Account, finding: str) -> None:
    """Take back what was accepted of a *finding*, as the README says."""
    _, owner, region, key = finding.split("/", 3)
    account.server.client("dynamodb").delete_item(
        TableName=account.stack.ids["FindingsTable"],
        Key={"place": {"S": f"accepted/{owner}/{region}"}, "item": {"S": key}},
    )
    account.sweep()


@contextmanager
def denied(account: Account, role: str, *actions: str) -> Iterator[None]:
    """Deny *actions* to the role with the logical id *role* for a while."""
    iam = account.server.client("iam")
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*"}
    name = {"RoleName": account.stack.ids[role], "PolicyName": "denied-by-a-test"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(**name, PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(**name)


@contextmanager
def blocked_elsewhere(account: Account) -> Iterator[None]:
    """Block public access for a while, but in the VPCs that there are."""
    ec2 = account.server.client("ec2")
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        ec2.create_vpc_block_public_access_exclusion(
            VpcId=vpc["VpcId"], InternetGatewayExclusionMode="allow-bidirectional"
        )
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    try:
        yield
    finally:
        ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="off")


def lead_in(account: Account) -> None:
    """Make an accelerator with a listener, which leads nowhere yet."""
    api = account.server.client("globalaccelerator", region="us-west-2")
    made = api.create_accelerator(Name="git", IdempotencyToken="1")["Accelerator"]
    api.create_listener(
        AcceleratorArn=made["AcceleratorArn"],
        PortRanges=[{"FromPort": 443, "ToPort": 443}],
        Protocol="TCP",
        IdempotencyToken="1",
    )


def take(account: Account, queue: str) -> list[str]:
    """Take all messages out of the queue with the logical id *queue*."""
    sqs = account.server.client("sqs")
    url = account.stack.ids[queue]
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def rows(account: Account) -> dict[str, Any]:
    """Give every row of the findings table that publishing depends on."""
    pages = account.server.client("dynamodb").get_paginator("scan")
    return {
        item["item"]["S"]: item
        for page in pages.paginate(TableName=account.stack.ids["FindingsTable"])
        for item in page["Items"]
        if item["item"]["S"].startswith(("finding/", "alert/"))
    }


def count(account: Account, action: str) -> int:
    """Count the calls of *action* that functions were allowed to make."""
    return sum(
        row["times"]
        for row in account.server.calls()
        if row["action"] == action
        and row["allowed"]
        and row["principal"] != "administrator"
    )
