"""No function may do more than it does."""

import pytest

from local import estate
from local.account import Account
from tests.end_to_end.steps import (
    SSH,
    blocked_elsewhere,
    denied,
    lead_in,
    open_ssh,
    revoke,
    take,
    withdraw,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]

# What AWS's own services do in the role's name, and moto's do not; and what only
# an AWS newer than moto is asked.
_NEWER = {
    "elasticloadbalancing:DescribeSSLPolicies": "TLS policies that our table lacks"
}
UNSEEN = {
    "SweepRole": _NEWER,
    "ChangeRole": _NEWER,
    "ProbeRole": {
        "dynamodb:DeleteItem": "looks at a hundred endpoints show more than one"
        " transaction takes; see change_much"
    },
    "ScheduleRole": {
        "lambda:InvokeFunction": "EventBridge Scheduler starts the function",
        "sqs:SendMessage": "EventBridge Scheduler tells its dead-letter queue",
    },
    "PublishRole": {
        "kms:Decrypt": "SNS encrypts with the caller's permission",
        "kms:GenerateDataKey": "SNS encrypts with the caller's permission",
    },
}


def exercise(account: Account) -> None:
    """Do all that the functions are for, good and bad."""
    account.set_policy(f"{estate.POLICY}endpoints: [{{host: 127.0.0.1}}]\n")
    account.sweep()
    account.set_policy(estate.POLICY)
    account.sweep()
    change_a_listener(account)
    rules = open_ssh(account)
    account.runner.settle()
    revoke(account, rules)
    account.runner.settle()
    change_much(account)
    account.server.client("sqs").send_message(
        QueueUrl=account.stack.ids["ChangeQueue"], MessageBody="{not json"
    )
    account.runner.settle()
    take(account, "ChangeDeadLetterQueue")
    account.server.fail("securityhub:BatchImportFindings", "InternalException", 4)
    rules = open_ssh(account)
    account.runner.settle()
    revoke(account, rules)
    account.runner.settle()
    accept_something(account)
    with denied(account, "PublishRole", "sns:Publish"):
        rules = open_ssh(account)
        account.runner.settle()
    revoke(account, rules)
    account.runner.settle()


def change_much(account: Account) -> None:
    """Let fifty groups be open at once, and an event say nothing of which."""
    ec2 = account.server.client("ec2")
    known = account.estate.ids["bitbucket-mirror-group"]
    [mirror] = ec2.describe_security_groups(GroupIds=[known])["SecurityGroups"]
    groups = [
        ec2.create_security_group(
            GroupName=f"many-{number}", Description="x", VpcId=mirror["VpcId"]
        )["GroupId"]
        for number in range(50)
    ]
    for group in groups:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[SSH])
    account.person.put(
        account.person.record("ec2", "AuthorizeSecurityGroupIngress", {}, {})
    )
    account.runner.settle()
    for group in groups:
        ec2.delete_security_group(GroupId=group)


def accept_something(account: Account) -> None:
    """Let alice accept a finding, first without a reason and then with one."""
    name = next(name for name in sorted(account.active()) if "/SG-001/" in name)
    account.choose("Accept 30 days", name)
    account.write_note(name, "Known, and gone by the end of the month")
    account.choose("Accept 30 days", name)
    withdraw(account, name)


def change_a_listener(account: Account) -> None:
    """Let alice touch a listener, so that its visitors' view is looked at."""
    elbv2 = account.server.client("elbv2")
    balancer = account.estate.ids["bitbucket-balancer"]
    listener = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]
    account.person.do(
        "elbv2",
        "modify_listener",
        ListenerArn=listener["ListenerArn"],
        DefaultActions=listener["DefaultActions"],
    )
    account.runner.settle()


def test_no_permitted_action_is_unused(account: Account) -> None:
    """Each action of each role was used, or is AWS's own to use."""
    lead_in(account)
    with blocked_elsewhere(account):
        exercise(account)

    used: dict[str, set[str]] = {}
    for row in account.server.calls():
        if row["allowed"]:
            used.setdefault(row["principal"], set()).add(row["action"])
    names = {physical: logical for logical, physical in account.stack.ids.items()}
    unused = {
        names[role]: sorted(
            actions - used.get(role, set()) - UNSEEN.get(names[role], {}).keys()
        )
        for role, actions in account.stack.permitted.items()
    }
    assert {role: [] for role in unused} == unused
