"""CloudTrail events, done to an inventory."""

from typing import Any

import pytest

from ringfence.changes import ChangeError
from ringfence.whatif.trail import replayed
from tests import build

CLOSED = build.public()
PERMISSIONS = {
    "items": [
        {
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
            "groups": {},
            "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
            "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]},
            "prefixListIds": {},
        }
    ]
}


def record(
    name: str = "AuthorizeSecurityGroupIngress", **fields: Any
) -> dict[str, Any]:
    """Give a record of a call that changes sg-1."""
    told: dict[str, Any] = {
        "eventID": "e-1",
        "eventName": name,
        "eventSource": "ec2.amazonaws.com",
        "eventTime": "2026-09-01T12:00:00Z",
        "awsRegion": build.REGION,
        "recipientAccountId": build.ACCOUNT,
        "requestParameters": {"groupId": "sg-1", "ipPermissions": PERMISSIONS},
        "responseElements": {"_return": True},
    }
    return told | fields


def test_an_authorization_adds_its_permissions() -> None:
    """Each source of a permission is a rule of its own."""
    edited, missed = replayed(CLOSED, [record()])

    rules = edited.security_groups[0].rules
    assert [("tcp", (22, 22), "0.0.0.0/0"), ("tcp", (22, 22), "::/0")] == [
        (rule.protocol, rule.ports, rule.source) for rule in rules
    ]
    assert () == missed


def test_events_are_done_in_the_order_of_their_times() -> None:
    """CloudTrail delivers unordered and doubled, bare or by EventBridge."""
    added = record()
    removed = record(
        "RevokeSecurityGroupIngress", eventID="e-2", eventTime="2026-09-01T12:01:00Z"
    )

    edited, missed = replayed(CLOSED, [removed, {"detail": added}, added])

    assert (CLOSED, ()) == (edited, missed)


def test_rules_are_read_from_the_answer_where_the_request_has_none() -> None:
    """A revocation by ids names its rules in the answer only."""
    answered = {
        "revokedSecurityGroupRuleSet": {
            "items": [
                {
                    "groupId": "sg-1",
                    "securityGroupRuleId": "sgr-1",
                    "ipProtocol": "tcp",
                    "fromPort": 22,
                    "toPort": 22,
                    "cidrIpv4": "0.0.0.0/0",
                }
            ]
        }
    }
    event = record(
        "RevokeSecurityGroupIngress",
        requestParameters={"groupId": "sg-1"},
        responseElements=answered,
    )

    edited, missed = replayed(build.public(build.a_rule(22)), [event])

    assert () == edited.security_groups[0].rules
    assert () == missed


@pytest.mark.parametrize(
    ("event", "because"),
    [
        (record("AuthorizeSecurityGroupEgress"), "only changes of inbound rules"),
        (record("RunInstances"), "only changes of inbound rules"),
        (record(awsRegion="us-east-1"), "it is of 111122223333 us-east-1"),
        (record(requestParameters={"omitted": True}), "it does not tell the rules"),
        (record("RevokeSecurityGroupIngress"), "sg-1 has no such rule"),
    ],
    ids=["egress", "another call", "another Region", "omitted", "not there"],
)
def test_what_is_not_applied_is_named(event: dict[str, Any], because: str) -> None:
    """Nobody is to take the result for more than it is."""
    edited, (missed,) = replayed(CLOSED, [event])

    assert CLOSED == edited
    assert ("e-1", event["eventName"]) == (missed.event_id, missed.event_name)
    assert because in missed.because


def test_a_call_that_failed_changes_nothing() -> None:
    """There is nothing to apply, so nothing is missed."""
    event = record(errorCode="Client.UnauthorizedOperation")

    assert (CLOSED, ()) == replayed(CLOSED, [event])


def test_what_is_no_event_is_refused() -> None:
    """The message names the field."""
    with pytest.raises(ChangeError, match="eventID"):
        replayed(CLOSED, [{"eventName": "AuthorizeSecurityGroupIngress"}])
