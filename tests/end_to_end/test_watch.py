"""The heartbeat's whole way, and what breaks it."""

import json
from typing import Any

import pytest

from local.account import Account

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]


def heartbeat(account: Account) -> dict[str, str]:
    """Give when a heartbeat was waited for and when one that came was made."""
    pages = account.server.client("dynamodb").get_paginator("scan")
    return {
        item["item"]["S"].partition("/")[2]: item["made_at"]["S"]
        for page in pages.paginate(TableName=account.stack.ids["FindingsTable"])
        for item in page["Items"]
        if item["item"]["S"].startswith("heartbeat/")
    }


def hand_over(account: Account, service: str, call: str, named: str) -> None:
    """Let the change queue have the record of what alice did."""
    record = account.person.record(service, call, {"Name": named}, {})
    event: dict[str, Any] = {
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{service}",
        "detail": record,
    }
    account.server.client("sqs").send_message(
        QueueUrl=account.stack.ids["ChangeQueue"], MessageBody=json.dumps(event)
    )
    account.runner.settle()


def told(account: Account, code: str) -> list[str]:
    """Give the findings of the check *code* that are open."""
    return [name for name in account.active() if f"/{code}/" in name]


def test_a_heartbeat_comes_round(account: Account) -> None:
    """From the plan function through trail, bus, rule and queue to the change one's."""
    account.sweep()
    known = heartbeat(account)

    assert known["came"] >= known["awaited"]
    assert any(
        "HeartbeatArrived" in line
        for line in account.runner.processes["ChangeFunction"].log()
    )
    assert [] == told(account, "RF-013")


def test_without_a_trail_none_comes_round_and_that_is_told(account: Account) -> None:
    """At once when somebody stops it, and until it is started again."""
    cloudtrail = account.server.client("cloudtrail")
    before = heartbeat(account)["came"]
    cloudtrail.stop_logging(Name="changes")
    hand_over(account, "cloudtrail", "StopLogging", "changes")
    account.sweep()

    assert before == heartbeat(account)["came"]
    assert told(account, "TRAIL-001")
    assert any("alice" in alert["Message"]["text"] for alert in account.alerts())
    cloudtrail.start_logging(Name="changes")
    account.sweep()
    assert [] == told(account, "TRAIL-001")
    assert before < heartbeat(account)["came"]


def test_a_rule_that_is_disabled_is_told_at_once(account: Account) -> None:
    """Its finding has the command that enables it, and passes when that was done."""
    events = account.server.client("events")
    rule = account.stack.ids["EC2ChangeRule"]
    events.disable_rule(Name=rule)
    hand_over(account, "events", "DisableRule", rule)

    (name,) = told(account, "RF-012")
    remedy = account.findings()[name]["Remediation"]["Recommendation"]["Text"]
    assert f"enable-rule --region eu-west-1 --name {rule}" in remedy
    events.enable_rule(Name=rule)
    account.sweep()
    assert [] == told(account, "RF-012")
