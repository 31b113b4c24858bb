"""
Who called, as people know them, and by what means.

The kinds of identities are described at
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ringfence.changes.record import Record
from ringfence.changes.styles import first

UNKNOWN = "unknown principal"

_SSO = "AWSReservedSSO_"
_CONSOLE = re.compile(
    r"(\[?S3Console|signin\.amazonaws\.com|console(\.[\w-]+)?\.amazonaws\.com)"
)
_ROOM = 200  # AWS's own names are shorter, but for some user agents


def who(record: Record) -> str:
    """Name the principal, with its account where that is another one."""
    identity = record.identity
    told = _NAMED.get(first(identity, "type"), _other)(identity)
    source = first(identity, "sessionContext.sourceIdentity")
    if source and source not in told:
        told += f", source identity {source}"
    account = first(identity, "accountId")
    if account and account != record.account and account not in told:
        told += f", account {account}"
    service = first(identity, "invokedBy")
    if service and service not in told:
        told += f", through {service}"
    return told[:_ROOM]


def is_console(record: Record) -> bool:
    """Whether the call was made in the AWS Management Console."""
    return record.from_console or bool(_CONSOLE.match(record.agent))


def used_mfa(record: Record) -> bool | None:
    """
    Whether the session began with MFA; None where the record does not tell.

    Where IAM Identity Center or another identity provider signed somebody in, it
    is they who ask for MFA: CloudTrail's "false" means nothing then.
    """
    identity = record.identity
    told = first(identity, "sessionContext.attributes.mfaAuthenticated").lower()
    if told == "true":
        return True
    is_elsewhere = _SSO in first(identity, "arn") or bool(
        first(identity, "sessionContext.webIdFederationData.federatedProvider")
    )
    return None if is_elsewhere or told != "false" else False


def _session(identity: Mapping[str, Any]) -> str:
    arn = first(identity, "arn")
    role, _, name = arn.partition(":assumed-role/")[2].partition("/")
    if not role:
        role = first(identity, "sessionContext.sessionIssuer.userName")
        name = first(identity, "principalId").partition(":")[2]
    if not role:
        return _other(identity)
    if role.startswith(_SSO):
        role = role.removeprefix(_SSO).rpartition("_")[0] or role
        return f"{name}, role {role} (SSO)"
    return f"{name}, role {role}" if name else f"role {role}"


def _root(_identity: Mapping[str, Any]) -> str:
    return "the root user"


def _user(identity: Mapping[str, Any]) -> str:
    name = first(identity, "userName") or _last(first(identity, "arn"))
    return f"{name or 'unknown'} (IAM user)"


def _federated(identity: Mapping[str, Any]) -> str:
    name = first(identity, "userName") or _last(first(identity, "arn"))
    name = name or first(identity, "principalId")
    provider = first(identity, "identityProvider")
    by = f" of {provider}" if provider else ""
    return f"{name} (federated user{by})" if name else _other(identity)


def _center(identity: Mapping[str, Any]) -> str:
    user = first(identity, "onBehalfOf.userId") or first(identity, "principalId")
    return f"{user} (IAM Identity Center user)" if user else _other(identity)


def _foreign(identity: Mapping[str, Any]) -> str:
    account = first(identity, "accountId")
    return f"somebody in account {account}" if account else _other(identity)


def _other(identity: Mapping[str, Any]) -> str:
    """Name a service, or what else is told."""
    for key in ("invokedBy", "arn", "principalId", "type"):
        if told := first(identity, key):
            return told
    return UNKNOWN


def _last(arn: str) -> str:
    return arn.rpartition("/")[2] if "/" in arn else ""


_NAMED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "AssumedRole": _session,
    "AWSAccount": _foreign,
    "FederatedUser": _federated,
    "IAMUser": _user,
    "IdentityCenterUser": _center,
    "Root": _root,
    "SAMLUser": _federated,
    "WebIdentityUser": _federated,
}
