"""Who called, and by what means."""

from typing import Any

import pytest

from ringfence.changes import Change, read_change
from tests.changes.records import ACCOUNT, event

STS = f"arn:aws:sts::{ACCOUNT}"


def read(identity: Any, **more: Any) -> Change:
    change = read_change(
        event("ec2", "StopInstances", {}, userIdentity=identity, **more)
    )
    assert change is not None
    return change


@pytest.mark.parametrize(
    ("identity", "who"),
    [
        (
            {"type": "AssumedRole", "arn": f"{STS}:assumed-role/deploy/run-7"},
            "run-7, role deploy",
        ),
        (
            {
                "type": "AssumedRole",
                "arn": f"{STS}:assumed-role/AWSReservedSSO_Power_User_0a1b/alice@x.org",
            },
            "alice@x.org, role Power_User (SSO)",
        ),
        (
            {
                "type": "AssumedRole",
                "principalId": "AROAEXAMPLE:run-7",
                "sessionContext": {"sessionIssuer": {"userName": "deploy"}},
            },
            "run-7, role deploy",
        ),
        (
            {
                "type": "AssumedRole",
                "arn": f"{STS}:assumed-role/deploy/run-7",
                "sessionContext": {"sourceIdentity": "alice"},
            },
            "run-7, role deploy, source identity alice",
        ),
        (
            {
                "type": "AssumedRole",
                "arn": f"{STS}:assumed-role/deploy/run-7",
                "accountId": ACCOUNT,
                "invokedBy": "cloudformation.amazonaws.com",
            },
            "run-7, role deploy, through cloudformation.amazonaws.com",
        ),
        (
            {
                "type": "AssumedRole",
                "arn": "arn:aws:sts::222233334444:assumed-role/deploy/run-7",
                "accountId": "222233334444",
            },
            "run-7, role deploy, account 222233334444",
        ),
        ({"type": "AssumedRole"}, "AssumedRole"),
        ({"type": "Root", "accountId": ACCOUNT}, "the root user"),
        (
            {"type": "Root", "accountId": "222233334444"},
            "the root user, account 222233334444",
        ),
        ({"type": "IAMUser", "userName": "bob"}, "bob (IAM user)"),
        (
            {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/ops/bob"},
            "bob (IAM user)",
        ),
        (
            {"type": "FederatedUser", "arn": f"{STS}:federated-user/carol"},
            "carol (federated user)",
        ),
        (
            {
                "type": "WebIdentityUser",
                "userName": "repo:acme/infra",
                "identityProvider": "token.actions.githubusercontent.com",
            },
            "repo:acme/infra (federated user of token.actions.githubusercontent.com)",
        ),
        (
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}},
            "u-1 (IAM Identity Center user)",
        ),
        (
            {"type": "AWSAccount", "accountId": "222233334444", "principalId": "AIDA"},
            "somebody in account 222233334444",
        ),
        (
            {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"},
            "autoscaling.amazonaws.com",
        ),
        ({"type": "Something new", "arn": "arn:aws:x"}, "arn:aws:x"),
        ({"type": ["IAMUser"], "userName": 7}, "7 (IAM user)"),
        ("garbage", "unknown principal"),
        (None, "unknown principal"),
    ],
)
def test_every_kind_of_principal_has_a_name(identity: Any, who: str) -> None:
    """With the role and the session, and the account where it is another one."""
    assert who == read(identity).who


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"sessionCredentialFromConsole": "true"}, True),
        ({"sessionCredentialFromConsole": True}, True),
        ({"userAgent": "console.amazonaws.com"}, True),
        ({"userAgent": "console.ec2.amazonaws.com"}, True),
        ({"userAgent": "signin.amazonaws.com"}, True),
        ({"userAgent": "[S3Console/0.4]"}, True),
        ({"userAgent": "aws-cli/2.31 console.amazonaws.com"}, False),
        ({"userAgent": "AWS Internal"}, False),
        ({"userAgent": None}, False),
    ],
)
def test_the_console_is_told_from_the_api(more: Any, expected: bool) -> None:  # noqa: FBT001
    """By the session's own mark, or by the agents that only the console has."""
    assert expected is read({}, **more).is_console


@pytest.mark.parametrize(
    ("arn", "told", "expected"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/bob", "true", True),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", "false", False),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", None, None),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", "perhaps", None),
        (f"{STS}:assumed-role/AWSReservedSSO_Admin_0a/alice", "true", True),
        (f"{STS}:assumed-role/AWSReservedSSO_Admin_0a/alice", "false", None),
    ],
)
def test_mfa_is_told_where_the_record_tells(arn: str, told: Any, expected: Any) -> None:
    """Where Identity Center signs in, it asks for MFA: "false" says nothing then."""
    context = {"attributes": {"mfaAuthenticated": told}}

    assert expected is read({"arn": arn, "sessionContext": context}).used_mfa
