"""Endpoints are found, asked for and looked at, each once."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.account import Account, finding_check
from tests.end_to_end.steps import denied

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]

GIT = "bitbucket.example.com"


@contextmanager
def looks(account: Account) -> Iterator[Counter[str]]:
    """Count the endpoints that are looked at meanwhile."""
    process = account.runner.processes["ProbeFunction"]
    before = len(process.log())
    counted: Counter[str] = Counter()
    yield counted
    for line in process.log()[before:]:
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("message") == "probed":
            counted[f"{told['host']}:{told['port']}"] += 1


def test_a_sweep_asks_for_each_endpoint_once(account: Account) -> None:
    """By its name, where it has one; of each port, and of nothing else."""
    with looks(account) as counted:
        account.sweep()

    named = [host for host in counted if host.endswith(".example.com:443")]
    assert {1} == set(counted.values())
    assert [f"{GIT}:443", "mirror.example.com:443"] == sorted(named)
    assert 1 == counted[f"{GIT}:80"]
    assert not [host for host in counted if host.startswith("bitbucket-1.")]
    assert not [host for host in counted if host.endswith((":22", ":7999", ":5801"))]


def test_a_changed_listener_is_looked_at_at_once(account: Account) -> None:
    """The change's own function asks for it, by its name, and for no other."""
    balancer = account.estate.ids["bitbucket-balancer"]
    elbv2 = account.server.client("elbv2")
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    (plain,) = (item for item in listeners if item["Port"] == 80)

    with looks(account) as counted:
        account.person.do(
            "elbv2",
            "modify_listener",
            ListenerArn=plain["ListenerArn"],
            DefaultActions=plain["DefaultActions"],
        )
        account.runner.settle()

    assert {f"{GIT}:80": 1} == counted


def test_without_names_everything_else_is_judged(account: Account) -> None:
    """Only the checks on names cannot answer; the missing permission is told."""
    before = set(account.active())
    with denied(account, "SweepRole", "route53:ListHostedZones"):
        account.sweep()
        during = account.active()

    new = {name for name in during if name not in before}
    own = {name for name in new if finding_check(during[name]) == "RF-001"}
    assert before <= set(during)
    assert any("list_hosted_zones" in name for name in own)
    assert {"RF-001", "RF-005"} >= {finding_check(during[name]) for name in new}
    account.sweep()

    assert before == set(account.active())
