"""A change, from CloudTrail to Security Hub and SNS, and back."""

import pytest

from local.account import Account
from tests.end_to_end.steps import count, open_ssh, revoke

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]


def exposed(account: Account, name: str = "bitbucket-mirror-1") -> str:
    """Give the id of the finding that SSH of an instance is reachable."""
    node = account.estate.ids[name]
    return f"ringfence/123456789012/eu-west-1/EXP-001/{node}/tcp-22"


def test_an_opened_port_is_told_at_once_and_its_revocation_too(
    account: Account,
) -> None:
    """One event gives one finding and one alert; revoking passes and resolves it."""
    rules = open_ssh(account)
    account.runner.settle()

    assert exposed(account) in account.active()
    [alert] = account.alerts()
    assert "alice" in alert["Message"]["text"]
    assert "revoke-security-group-ingress" in alert["Message"]["text"]
    assert "CRITICAL" == alert["MessageAttributes"]["severity"]["Value"]
    assert len(alert["Subject"]) < 100

    opened = account.findings()[exposed(account)]
    revoke(account, rules)
    account.runner.settle()

    closed = account.findings()[exposed(account)]
    assert ("PASSED", "RESOLVED") == (
        closed["Compliance"]["Status"],
        closed["Workflow"]["Status"],
    )
    assert opened["CreatedAt"] == closed["CreatedAt"]
    assert opened["UpdatedAt"] < closed["UpdatedAt"]
    assert 1 == len(account.alerts())


def test_what_a_customer_suppressed_stays_suppressed(account: Account) -> None:
    """Closing and reopening leaves the customer's word."""
    rules = open_ssh(account)
    account.runner.settle()
    finding = account.findings()[exposed(account)]
    identifier = {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}
    hub = account.server.client("securityhub")
    hub.batch_update_findings(
        FindingIdentifiers=[identifier], Workflow={"Status": "SUPPRESSED"}
    )

    revoke(account, rules)
    account.runner.settle()

    assert "SUPPRESSED" == account.findings()[exposed(account)]["Workflow"]["Status"]
    hub.batch_update_findings(
        FindingIdentifiers=[identifier], Workflow={"Status": "RESOLVED"}
    )


def test_a_burst_of_changes_is_one_evaluation_and_one_alert(account: Account) -> None:
    """Twenty events in one VPC cost one reading of its groups."""
    group = account.estate.ids["bitbucket-mirror-group"]
    before = count(account, "ec2:DescribeSecurityGroupRules")
    rules = open_ssh(account)
    for number in range(20):
        account.person.do(
            "ec2",
            "authorize_security_group_ingress",
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 8000 + number,
                    "ToPort": 8000 + number,
                    "IpRanges": [{"CidrIp": "10.20.0.0/16"}],
                }
            ],
        )

    account.runner.settle()

    assert 1 == count(account, "ec2:DescribeSecurityGroupRules") - before
    assert 1 == len(account.alerts())
    revoke(account, rules)
    account.runner.settle()


def test_an_event_that_comes_twice_alerts_once(account: Account) -> None:
    """CloudTrail delivers at least once."""
    rules = open_ssh(account)
    account.runner.settle()
    assert 1 == len(account.alerts())
    record = account.person.record(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"GroupId": account.estate.ids["bitbucket-mirror-group"]},
        {},
    )

    account.person.put(record)
    account.runner.settle()

    assert [] == account.alerts()
    revoke(account, rules)
    account.runner.settle()


def test_a_web_acl_that_is_taken_away_is_told(account: Account) -> None:
    """Who did it, and what strangers meet no more; putting it back closes it."""
    balancer, acl = (
        account.estate.ids[name] for name in ("bitbucket-balancer", "web-acl")
    )
    finding = f"ringfence/123456789012/eu-west-1/WAF-001/{balancer}"
    assert finding not in account.active()

    account.person.do("wafv2", "disassociate_web_acl", ResourceArn=balancer)
    account.runner.settle()

    assert finding in account.active()
    [alert] = account.alerts()
    assert f"{balancer}: no web ACL any more" in alert["Message"]["text"]
    account.person.do("wafv2", "associate_web_acl", WebACLArn=acl, ResourceArn=balancer)
    account.runner.settle()
    assert "PASSED" == account.findings()[finding]["Compliance"]["Status"]
    account.alerts()
