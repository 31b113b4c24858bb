"""Other accounts in the embedded AWS, which Ringfence watches."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.deploy import Stack
from local.member import MEMBER
from local.server import ACCOUNT, REGION, Credentials, Server
from local.template import read

_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class Member:
    """One account; *server* is the embedded AWS with its administrator's key."""

    account: str
    server: Server

    def client(self, name: str, region: str = REGION) -> Any:
        """Make a client of its administrator."""
        return self.server.client(name, region=region)

    def findings(self, region: str = REGION) -> list[dict[str, Any]]:
        """Read what its Security Hub shows in *region*."""
        pages = self.client("securityhub", region).get_paginator("get_findings")
        return [finding for page in pages.paginate() for finding in page["Findings"]]


def join(server: Server, account: str) -> Member:
    """Give *account* an administrator, before IAM is enforced."""
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    lent = replace(server, credentials=server.assume(role))
    iam = lent.client("iam")
    iam.create_user(UserName="administrator")
    iam.put_user_policy(
        UserName="administrator",
        PolicyName="everything",
        PolicyDocument=json.dumps(_EVERYTHING),
    )
    key = iam.create_access_key(UserName="administrator")["AccessKey"]
    own = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    return Member(account, replace(server, credentials=own))


def deploy(
    member: Member, hub: Stack, parameters: Mapping[str, str], region: str = REGION
) -> None:
    """Deploy member.yaml into *member*, as a StackSet of *hub*'s owner does."""
    roles = {
        name: hub.functions[f"{name}Function"].role
        for name in ("Sweep", "Change", "Publish")
    }
    given = {
        "HubAccount": ACCOUNT,
        "HubRegion": REGION,
        "HomeRegion": REGION,
        "ReaderRoleArns": f"{roles['Sweep']},{roles['Change']}",
        "PublisherRoleArn": roles["Publish"],
        **parameters,
    }
    cloudformation = member.client("cloudformation", region)
    cloudformation.create_stack(
        StackName="ringfence-member",
        TemplateBody=MEMBER.read_text(),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in given.items()
        ],
    )
    if region == given["HomeRegion"]:
        _attach_policies(member)


def _attach_policies(member: Member) -> None:
    """Attach managed policies to the role, which moto's CloudFormation leaves out."""
    rows = member.client("cloudformation").describe_stack_resources(
        StackName="ringfence-member"
    )["StackResources"]
    ids = {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}
    role = read(MEMBER)["Resources"]["ReadRole"]["Properties"]
    for policy in role["ManagedPolicyArns"]:
        member.client("iam").attach_role_policy(
            RoleName=ids["ReadRole"], PolicyArn=ids[policy["Ref"]]
        )
