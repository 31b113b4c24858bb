"""What goes wrong is told, and nothing is lost or falsely closed."""

import json

import pytest

from local import estate
from local.account import Account, finding_check, finding_resource
from local.server import REGION
from ringfence.cli import main
from tests.end_to_end.steps import count, denied, open_ssh, revoke, take

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]


def own(account: Account) -> dict[tuple[str, str], str]:
    """Give what Ringfence newly has to say about itself, by check and resource."""
    told = {
        (finding_check(finding), finding_resource(finding)): finding["Description"]
        for finding in account.active().values()
        if finding_check(finding).startswith("RF-")
    }
    return {key: text for key, text in told.items() if key not in expected(account)}


def expected(account: Account) -> set[tuple[str, str]]:
    """Give the endpoints that nobody answers for in a world of their own."""
    return {pair for pair in account.estate.expected if pair[0] == "RF-005"}


def others(account: Account) -> set[str]:
    """Give the ids of open findings that are not about Ringfence."""
    return {name for name in account.active() if "/RF-" not in name}


@pytest.mark.parametrize(
    "action", ["ec2:DescribeSecurityGroups", "ec2:DescribeInstances"]
)
def test_a_denied_api_is_told_and_closes_nothing(account: Account, action: str) -> None:
    """The missing permission is named; what cannot be judged stays as it was."""
    before = others(account)

    with denied(account, "SweepRole", action):
        account.sweep()

    assert before == others(account)
    service, _, name = action.partition(":")
    method = {"DescribeSecurityGroups": "describe_security_groups"}.get(
        name, "describe_instances"
    )
    assert action in own(account)["RF-001", f"{service}.{method}"]
    account.sweep()
    assert {} == own(account)


def test_a_throttled_api_is_waited_out(account: Account) -> None:
    """A few refusals for want of speed change nothing at all."""
    before = account.active().keys()
    account.server.fail("ec2:DescribeNetworkInterfaces", "RequestLimitExceeded", 3)

    account.sweep()

    assert before == account.active().keys()


@pytest.mark.parametrize(
    ("queue", "dead"),
    [
        ("SweepQueue", "SweepDeadLetterQueue"),
        ("ChangeQueue", "ChangeDeadLetterQueue"),
        ("ProbeQueue", "ProbeDeadLetterQueue"),
        ("ActQueue", "ActDeadLetterQueue"),
    ],
)
def test_garbage_is_put_aside_and_good_messages_go_on(
    account: Account, queue: str, dead: str
) -> None:
    """A message that nobody can read ends where a person finds it, whole."""
    sqs = account.server.client("sqs")
    sqs.send_message(QueueUrl=account.stack.ids[queue], MessageBody="{not json")

    rules = open_ssh(account)
    account.runner.settle()

    assert any("/EXP-001/" in name for name in account.active())
    assert ["{not json"] == take(account, dead)
    revoke(account, rules)
    account.runner.settle()


def test_an_event_of_an_unknown_shape_is_put_aside(account: Account) -> None:
    """An event that is no CloudTrail record is kept for a person to see."""
    sqs = account.server.client("sqs")
    body = json.dumps({"detail-type": "Something else", "detail": {"x": 1}})
    sqs.send_message(QueueUrl=account.stack.ids["ChangeQueue"], MessageBody=body)

    account.runner.settle()

    assert [body] == take(account, "ChangeDeadLetterQueue")


def test_omitted_parameters_mean_the_whole_region(account: Account) -> None:
    """A record without its parameters is judged by re-reading everything."""
    before = count(account, "acm:ListCertificates")
    record = account.person.record("ec2", "AuthorizeSecurityGroupIngress", {}, {})
    record["requestParameters"] = {"omitted": True, "originalSize": 120000}

    account.person.put(record)
    account.runner.settle()

    assert 1 == count(account, "acm:ListCertificates") - before


def test_a_broken_policy_leaves_the_last_good_one_in_force(account: Account) -> None:
    """The field is named, and what was trusted stays trusted."""
    before = others(account)
    account.set_policy("trusted: {office: [not-a-range]}")

    account.sweep()

    assert before == others(account)
    assert "trusted.office" in own(account)["RF-003", "policy"]
    account.set_policy(estate.POLICY)
    account.sweep()
    assert {} == own(account)


def test_a_hub_that_is_denied_for_a_while_gets_everything_later(
    account: Account,
) -> None:
    """What could not be imported is parked; the next sweep says so and sends it."""
    node = account.estate.ids["bitbucket-mirror-1"]
    with denied(account, "PublishRole", "securityhub:BatchImportFindings"):
        rules = open_ssh(account)
        account.runner.settle()
        held_back = not any(node in name for name in account.active())

    account.sweep()

    assert held_back
    assert any(node in name for name in account.active())
    assert ["RF-016"] == [check for check, _ in own(account)]
    assert 0 == account.waiting("PublishDeadLetterQueue")
    revoke(account, rules)
    account.runner.settle()
    account.sweep()
    assert {} == own(account)


def test_what_could_not_be_published_is_by_a_redrive(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding is in Security Hub then, and people are told no second time."""
    # Not one that botocore tries again by itself, which takes a minute each time.
    account.server.fail("securityhub:BatchImportFindings", "ResourceConflict", 999)
    rules = open_ssh(account)
    account.runner.settle()
    account.server.forget_faults()
    node = account.estate.ids["bitbucket-mirror-1"]
    before = any(node in name for name in account.active())
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.server.url)
    for name, value in account.server.credentials.environment().items():
        monkeypatch.setenv(name, value)
    code = main(["redrive", "--stack", account.stack.name, "--region", REGION])
    account.runner.settle()

    assert (0, False) == (code, before)
    assert any(node in name for name in account.active())
    assert 1 == len(account.alerts())
    assert take(account, "PublishDeadLetterQueue")
    revoke(account, rules)
    account.runner.settle()


def test_a_hub_that_fails_for_a_while_is_asked_again_and_alerts_once(
    account: Account,
) -> None:
    """The records come again from the stream; the alert among them was sent."""
    account.server.fail("securityhub:BatchImportFindings", "InternalException", 4)

    rules = open_ssh(account)
    account.runner.settle()

    node = account.estate.ids["bitbucket-mirror-1"]
    assert any(node in name for name in account.active())
    assert 1 == len(account.alerts())
    assert 0 == account.waiting("PublishDeadLetterQueue")
    revoke(account, rules)
    account.runner.settle()
