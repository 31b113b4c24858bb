"""CloudTrail records in all their styles read as changes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.changes import Change, ChangeError, read_change

ALICE = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b2c/alice",
    "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
}
SSH_OPENED = {
    "eventID": "e-1",
    "eventName": "AuthorizeSecurityGroupIngress",
    "eventSource": "ec2.amazonaws.com",
    "eventTime": "2026-11-22T12:00:03Z",
    "awsRegion": "eu-west-1",
    "recipientAccountId": "111122223333",
    "sourceIPAddress": "198.51.100.7",
    "userIdentity": ALICE,
    "sessionCredentialFromConsole": "true",
    "requestParameters": {
        "groupId": "sg-0123456789abcdef0",
        "ipPermissions": {
            "items": [
                {
                    "ipProtocol": "tcp",
                    "fromPort": 22,
                    "toPort": 22,
                    "groups": {},
                    "ipRanges": {
                        "items": [{"cidrIp": "0.0.0.0/0", "description": "tmp'; rm"}]
                    },
                    "ipv6Ranges": {},
                    "prefixListIds": {},
                }
            ]
        },
    },
    "responseElements": {
        "_return": True,
        "securityGroupRuleSet": {
            "items": [{"securityGroupRuleId": "sgr-0aaaaaaaaaaaaaaaa"}]
        },
    },
}


def read(**differences: Any) -> Change:
    """Read the SSH record with some fields different."""
    change = read_change({"detail": SSH_OPENED | differences})
    assert change is not None
    return change


def test_who_is_named_as_people_know_them() -> None:
    """An SSO session is its user and permission set, with console and MFA."""
    change = read()

    assert "alice, role Admin (SSO)" == change.who
    assert (True, True) == (change.is_console, change.used_mfa)


def test_an_opening_says_what_and_how_to_undo_it() -> None:
    """The undo command revokes exactly the rules that AWS answered with."""
    change = read()

    assert (
        (
            "sg-0123456789abcdef0: added tcp 22 from 0.0.0.0/0"
            "  (rule sgr-0aaaaaaaaaaaaaaaa)"
        ),
    ) == change.what
    assert (
        (
            "aws ec2 revoke-security-group-ingress --region eu-west-1 "
            "--group-id sg-0123456789abcdef0 "
            "--security-group-rule-ids sgr-0aaaaaaaaaaaaaaaa"
        ),
    ) == change.undo
    assert {"sgr-0aaaaaaaaaaaaaaaa"} == change.adds


def test_without_rule_ids_the_permission_itself_is_undone() -> None:
    """Older records name no rule ids; the command then names the permission."""
    (undo,) = read(responseElements={"_return": True}).undo

    assert undo.endswith(
        """--ip-permissions '[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, """
        """"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]'"""
    )


def test_a_revocation_waits_for_the_rule_to_go() -> None:
    """After a revoke the rules must no longer be visible."""
    change = read(
        eventName="RevokeSecurityGroupIngress",
        responseElements={
            "revokedSecurityGroupRuleSet": {
                "items": [{"securityGroupRuleId": "sgr-0bbbbbbbbbbbbbbbb"}]
            }
        },
    )

    assert [{"sgr-0bbbbbbbbbbbbbbbb"}, set()] == [set(change.removes), set(change.adds)]


def test_a_revocation_by_id_says_what_the_rules_were() -> None:
    """Where only rule ids were asked for, AWS's answer tells what they let in."""
    change = read(
        eventName="RevokeSecurityGroupIngress",
        requestParameters={"groupId": "sg-0123456789abcdef0"},
        responseElements={
            "revokedSecurityGroupRuleSet": {
                "items": [
                    {
                        "securityGroupRuleId": "sgr-0bbbbbbbbbbbbbbbb",
                        "ipProtocol": "tcp",
                        "fromPort": 22,
                        "toPort": 22,
                        "cidrIpv4": "0.0.0.0/0",
                    }
                ]
            }
        },
    )
    (what,) = change.what

    assert what.startswith("sg-0123456789abcdef0: removed tcp 22 from 0.0.0.0/0")


def test_the_ids_lead_to_the_vpcs() -> None:
    """All EC2 ids of parameters and answer are hints of what to re-read."""
    assert frozenset({"sg-0123456789abcdef0"}) == read().ids


@pytest.mark.parametrize(
    "differences",
    [
        {"requestParameters": {"omitted": True, "originalSize": 130000}},
        {"requestParameters": None},
        {"requestParameters": "garbage"},
        {"eventName": "SomethingNobodyKnows"},
        {
            "eventSource": "elasticloadbalancing.amazonaws.com",
            "eventName": "CreateRule",
        },
        {"requestParameters": {"groupName": "web"}, "responseElements": None},
    ],
)
def test_what_cannot_be_read_means_the_whole_region(differences: Any) -> None:
    """Omitted, unknown or nameless parameters never narrow the scope."""
    assert read(**differences).ids is None


def test_a_failed_call_changed_nothing() -> None:
    """Calls with an error code are delivered too, and are no change."""
    failed = SSH_OPENED | {"errorCode": "Client.UnauthorizedOperation"}

    assert read_change({"detail": failed}) is None


@pytest.mark.parametrize("field", ["eventID", "eventName", "awsRegion", "eventTime"])
def test_an_event_without_its_core_names_the_field(field: str) -> None:
    """A record that cannot be used is refused with the missing field's name."""
    broken = {key: value for key, value in SSH_OPENED.items() if key != field}

    with pytest.raises(ChangeError, match=f"detail.{field}"):
        read_change({"detail": broken})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["items", "groupId", "ipPermissions", "cidrIp", "tag", "omitted", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values, json_values, json_values)
def test_no_parameters_crash_the_reader(asked: Any, answered: Any, who: Any) -> None:
    """Whatever the parameters look like, the record gives a change."""
    change = read(requestParameters=asked, responseElements=answered, userIdentity=who)

    assert "e-1" == change.event_id


@given(json_values)
def test_garbage_is_refused_and_never_crashes(garbage: Any) -> None:
    """What is no event at all is a `ChangeError`."""
    with pytest.raises(ChangeError):
        read_change(garbage)


LISTENER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0a1b/2c3d"
)
BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0a1b"
)
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b"


@pytest.mark.parametrize(
    ("source", "name", "asked", "answered", "expected"),
    [
        (
            "elasticloadbalancing",
            "CreateListener",
            {"loadBalancerArn": BALANCER, "port": 443},
            {"listeners": [{"listenerArn": LISTENER, "loadBalancerArn": BALANCER}]},
            {LISTENER.lower()},
        ),
        (
            "elasticloadbalancing",
            "SetSecurityGroups",
            {"loadBalancerArn": BALANCER, "securityGroups": ["sg-1"]},
            None,
            {BALANCER.lower()},
        ),
        (
            "elasticloadbalancing",
            "SetLoadBalancerListenerSSLCertificate",
            {"loadBalancerName": "git", "loadBalancerPort": 443},
            None,
            {"git"},
        ),
        (
            "acm",
            "ImportCertificate",
            {"certificateArn": CERTIFICATE},
            None,
            {CERTIFICATE},
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
                            "resourceRecordSet": {
                                "name": "Git.example.com.",
                                "type": "A",
                            },
                        }
                    ]
                },
            },
            {"changeInfo": {"id": "/change/C1", "status": "PENDING"}},
            {"git.example.com"},
        ),
        ("ec2", "RunInstances", {"name": "web"}, None, set()),
        ("acm", "ImportCertificate", {"omitted": True}, None, None),
        ("acm", "ImportCertificate", None, None, None),
        ("route53", "DeleteHostedZone", {"id": "Z1"}, None, None),
    ],
)
def test_what_visitors_meet_is_named(
    source: str, name: str, asked: Any, answered: Any, expected: set[str] | None
) -> None:
    """Wherever the record says it; None where it does not say which."""
    record = SSH_OPENED | {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": asked,
        "responseElements": answered,
    }
    change = read_change({"detail": record})

    assert change
    assert expected == change.met
