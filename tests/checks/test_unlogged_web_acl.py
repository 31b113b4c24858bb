"""WAF-004: web ACLs that write no log."""

from dataclasses import replace

from ringfence.checks.unlogged_web_acl import unlogged_web_acl
from ringfence.evaluate import evaluate
from ringfence.finding import Doubt, Problem
from ringfence.inventory.webacls import AclLog
from ringfence.snapshot import Gap
from tests.build import WEB_ACL, an_estate, guarded

FIRES = [
    replace(guarded(), acl_logs=()),
    replace(guarded(), acl_logs=(AclLog("arn:other", ("arn:aws:s3:::logs",)),)),
]
QUIET = [guarded(), replace(guarded(), acl_logs=(), internet_gateways=())]


def test_the_log_group_is_called_as_waf_wants_it() -> None:
    """It has to begin with aws-waf-logs-."""
    (problem,) = unlogged_web_acl(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (
        "The web ACL web before Bitbucket (load balancer web) writes no log."
    ) == problem.message
    assert problem.fix
    assert (
        f"ResourceArn={WEB_ACL},LogDestinationConfigs="
        "arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-web"
    ) in problem.fix


def test_unread_network_is_doubt() -> None:
    """Nobody can tell whether strangers meet it."""
    (doubt,) = unlogged_web_acl(an_estate(replace(FIRES[0], subnets=())))

    assert isinstance(doubt, Doubt)


def test_logs_that_could_not_be_read_blind_this_check_alone() -> None:
    """The other checks of web ACLs answer, and this one neither passes nor fails."""
    gap = Gap("wafv2.list_logging_configurations", "AccessDeniedException")
    inventory = replace(
        FIRES[0],
        read=FIRES[0].read - {"acl_logs"},
        gaps={"acl_logs": (gap,)},
    )

    report = evaluate(an_estate(inventory))

    assert ["WAF-004"] == [
        item.check for item in report.unknowns if item.resource is None
    ]
    assert {"WAF-001", "WAF-002", "WAF-003"} <= report.ran
    (unread,) = (item for item in report.findings if item.check == "RF-001")
    assert "wafv2:ListLoggingConfigurations is missing" in unread.message
