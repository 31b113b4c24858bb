"""
CloudTrail records read as changes: who did what, and what to re-read.

A record is a hint: it may be late, doubled, or lack its parameters. Nothing here
judges, and what cannot be read widens the scope to the whole Region.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ringfence.visitors import met_by_visitors

# Which writes matter, by event source. The template's event rules are built of the
# same names (a test holds them equal). "vpc": the ids in the record lead to the VPCs
# to re-read; "region": they do not.
EVENTS: Mapping[str, Mapping[str, Literal["vpc", "region"]]] = {
    "ec2.amazonaws.com": {
        "AcceptVpcPeeringConnection": "region",
        "AssignIpv6Addresses": "vpc",
        "AssociateAddress": "vpc",
        "AssociateRouteTable": "vpc",
        "AssociateSecurityGroupVpc": "region",
        "AttachInternetGateway": "vpc",
        "AttachNetworkInterface": "vpc",
        "AuthorizeSecurityGroupEgress": "vpc",
        "AuthorizeSecurityGroupIngress": "vpc",
        "CreateNetworkAclEntry": "vpc",
        "CreateNetworkInterface": "vpc",
        "CreateRoute": "vpc",
        "CreateSecurityGroup": "vpc",
        "DeleteNetworkAclEntry": "vpc",
        "DeleteNetworkInterface": "region",
        "DeleteRoute": "vpc",
        "DeleteSecurityGroup": "region",
        "DeleteVpcPeeringConnection": "region",
        "DetachInternetGateway": "vpc",
        "DetachNetworkInterface": "region",
        "DisassociateAddress": "region",
        "DisassociateRouteTable": "region",
        "DisassociateSecurityGroupVpc": "region",
        "ModifyInstanceAttribute": "vpc",
        "ModifyManagedPrefixList": "region",
        "ModifyNetworkInterfaceAttribute": "vpc",
        "ModifySecurityGroupRules": "vpc",
        "ReplaceNetworkAclAssociation": "region",
        "ReplaceNetworkAclEntry": "vpc",
        "ReplaceRoute": "vpc",
        "ReplaceRouteTableAssociation": "region",
        "RevokeSecurityGroupEgress": "vpc",
        "RevokeSecurityGroupIngress": "vpc",
        "RunInstances": "vpc",
        "StartInstances": "vpc",
        "StopInstances": "vpc",
        "TerminateInstances": "region",
        "UnassignIpv6Addresses": "vpc",
    },
    "elasticloadbalancing.amazonaws.com": dict.fromkeys(
        (
            "AddListenerCertificates",
            "ApplySecurityGroupsToLoadBalancer",
            "AttachLoadBalancerToSubnets",
            "CreateListener",
            "CreateLoadBalancer",
            "CreateLoadBalancerListeners",
            "CreateRule",
            "DeleteListener",
            "DeleteLoadBalancer",
            "DeleteLoadBalancerListeners",
            "DeleteRule",
            "DeregisterInstancesFromLoadBalancer",
            "DeregisterTargets",
            "DetachLoadBalancerFromSubnets",
            "ModifyListener",
            "ModifyLoadBalancerAttributes",
            "ModifyRule",
            "ModifyTargetGroup",
            "ModifyTargetGroupAttributes",
            "RegisterInstancesWithLoadBalancer",
            "RegisterTargets",
            "RemoveListenerCertificates",
            "SetIpAddressType",
            "SetLoadBalancerListenerSSLCertificate",
            "SetLoadBalancerPoliciesOfListener",
            "SetRulePriorities",
            "SetSecurityGroups",
            "SetSubnets",
        ),
        "region",
    ),
    "acm.amazonaws.com": dict.fromkeys(
        (
            "DeleteCertificate",
            "ImportCertificate",
            "RenewCertificate",
        ),
        "region",
    ),
    "iam.amazonaws.com": dict.fromkeys(
        (
            "DeleteServerCertificate",
            "UpdateServerCertificate",
            "UploadServerCertificate",
        ),
        "region",
    ),
    "route53.amazonaws.com": dict.fromkeys(
        (
            "ChangeResourceRecordSets",
            "CreateHostedZone",
            "DeleteHostedZone",
        ),
        "region",
    ),
}

_ID = re.compile(r"\b(?:sg|i|eni|subnet|vpc|rtb|acl|igw|nat)-[0-9a-f]{8,17}\b")


class ChangeError(ValueError):
    """A message is no CloudTrail event; the text names the field."""


class Change(BaseModel):
    """
    One write to AWS as CloudTrail tells it: a hint, never a verdict.

    *ids* are the EC2 ids that the record names; None when they do not lead to
    VPCs, which means the whole Region. *adds* and *removes* are rule ids that
    must (or must no longer) be visible once AWS shows the change.
    *what* says in words what changed, *undo* holds the commands that undo it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    event_source: str
    event_name: str
    at: datetime
    account: str
    region: str
    who: str
    source_ip: str = ""
    agent: str = ""
    is_console: bool = False
    used_mfa: bool | None = None  # None: the record does not tell
    ids: frozenset[str] | None = None
    adds: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    met: frozenset[str] | None = frozenset()
    what: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()


class Cause(BaseModel):
    """What made Ringfence look: a sweep, a probe, some changes, or a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["sweep", "change", "probe", "asked"]
    id: str
    changes: tuple[Change, ...] = ()
    not_visible: bool = False  # AWS did not show the change yet when we judged


class _Record(BaseModel):
    """The fields of a CloudTrail record without which nothing can be done."""

    model_config = ConfigDict(extra="ignore")

    event_id: str = Field(alias="eventID", min_length=1)
    event_name: str = Field(alias="eventName", min_length=1)
    event_source: str = Field(alias="eventSource", min_length=1)
    at: datetime = Field(alias="eventTime")
    region: str = Field(alias="awsRegion", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    account: str = Field(alias="recipientAccountId", pattern=r"^\d{12}$")
    error_code: str | None = Field(None, alias="errorCode")
    source_ip: str = Field("", alias="sourceIPAddress")
    agent: str = Field("", alias="userAgent")
    from_console: Any = Field(None, alias="sessionCredentialFromConsole")
    identity: Any = Field(None, alias="userIdentity")
    asked: Any = Field(None, alias="requestParameters")
    answered: Any = Field(None, alias="responseElements")


def read_change(event: Any) -> Change | None:
    """
    Read an EventBridge event of CloudTrail's; None for a call that failed.

    Raises `ChangeError` for anything that is not such an event.
    """
    detail = event.get("detail") if isinstance(event, dict) else None
    if not isinstance(detail, dict):
        raise ChangeError("not an EventBridge event: 'detail' is missing or no object")
    try:
        record = _Record.model_validate(detail)
    except ValidationError as error:
        fields = ", ".join(
            f"detail.{item['loc'][0]} ({item['msg']})"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise ChangeError(f"not a CloudTrail record: {fields}") from None
    if record.error_code:
        return None
    what, undo, rules = _told(record)
    removed = record.event_name.startswith("RevokeSecurityGroup")
    return Change(
        event_id=record.event_id,
        event_source=record.event_source,
        event_name=record.event_name,
        at=record.at,
        account=record.account,
        region=record.region,
        who=_who(record.identity),
        source_ip=record.source_ip,
        agent=record.agent,
        is_console=str(record.from_console).lower() == "true",
        used_mfa=_mfa(record.identity),
        ids=_ids(record),
        adds=frozenset() if removed else rules,
        removes=rules if removed else frozenset(),
        met=met_by_visitors(record.event_source, record.asked, record.answered),
        what=what,
        undo=undo,
    )


def _ids(record: _Record) -> frozenset[str] | None:
    """Give the ids that lead to VPCs; None where the record is not enough."""
    if EVENTS.get(record.event_source, {}).get(record.event_name) != "vpc":
        return None
    asked = record.asked
    if not isinstance(asked, dict) or "omitted" in asked:
        return None
    text = json.dumps([asked, record.answered], default=str)
    return frozenset(_ID.findall(text)) or None


def _who(identity: Any) -> str:
    """Name the principal as people know it."""
    if not isinstance(identity, dict):
        return "unknown principal"
    kind = identity.get("type", "")
    arn = str(identity.get("arn", ""))
    if kind == "AssumedRole" and ":assumed-role/" in arn:
        return _session(arn)
    if kind == "Root":
        return "the root user"
    if kind == "IAMUser":
        return f"{identity.get('userName', 'unknown')} (IAM user)"
    return str(identity.get("invokedBy") or arn or kind or "unknown principal")


def _session(arn: str) -> str:
    role, _, name = arn.partition(":assumed-role/")[2].partition("/")
    if role.startswith("AWSReservedSSO_"):
        role = role.removeprefix("AWSReservedSSO_").rpartition("_")[0] or role
        return f"{name}, role {role} (SSO)"
    return f"{name}, role {role}"


def _mfa(identity: Any) -> bool | None:
    context = identity.get("sessionContext") if isinstance(identity, dict) else None
    attributes = context.get("attributes") if isinstance(context, dict) else None
    value = attributes.get("mfaAuthenticated") if isinstance(attributes, dict) else None
    return None if value is None else str(value).lower() == "true"


def _told(record: _Record) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Say what changed, how to undo it, and which rules the answer names."""
    match = re.fullmatch(
        r"(Authorize|Revoke)SecurityGroup(Ingress|Egress)", record.event_name
    )
    asked = record.asked if isinstance(record.asked, dict) else {}
    group = str(asked.get("groupId") or "")
    if record.event_source != "ec2.amazonaws.com" or not match or not group:
        return (_summary(record),), (), frozenset()
    verb, way = match[1], match[2].lower()
    rules = frozenset(
        str(rule["securityGroupRuleId"]) for rule in _rules(record.answered)
    )
    permissions = [_permission(item) for item in _items(asked.get("ipPermissions"))]
    if not permissions:  # asked for by rule ids: the answer tells what they were
        permissions = [_permission_of(rule) for rule in _rules(record.answered)]
    word, preposition = (
        ("added" if verb == "Authorize" else "removed"),
        ("from" if way == "ingress" else "to"),
    )
    named = f"  (rule {', '.join(sorted(rules))})" if rules else ""
    told = [
        f"{group}: {word} {_in_words(item)} {preposition} {source}{named}"
        for item in permissions
        for source in _sources(item)
    ] or [f"{group}: {word} {way} rules{named}"]
    base = f"--region {record.region} --group-id {group}"
    if verb == "Authorize" and rules:
        undo = (
            f"aws ec2 revoke-security-group-{way} {base} "
            f"--security-group-rule-ids {' '.join(sorted(rules))}"
        )
    else:
        opposite = "revoke" if verb == "Authorize" else "authorize"
        undo = (
            f"aws ec2 {opposite}-security-group-{way} {base} "
            f"--ip-permissions {shlex.quote(json.dumps(permissions))}"
        )
    return tuple(told), (undo,) if permissions or rules else (), rules


def _summary(record: _Record) -> str:
    ids = sorted(_ids(record) or ())
    return f"{record.event_name}{' on ' + ', '.join(ids[:8]) if ids else ''}"


def _items(value: Any) -> list[Any]:
    """
    Give a list in any of CloudTrail's styles as a list.

    ``{"items": […]}``, ``{}``, a bare object, an array, or nothing at all.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if "items" in value:
            return _items(value["items"])
        return [value] if value else []
    return []


def _permission(item: Any) -> dict[str, Any]:
    """Give a recorded permission as the API takes it, without descriptions."""
    item = item if isinstance(item, dict) else {}
    permission: dict[str, Any] = {"IpProtocol": str(item.get("ipProtocol", "-1"))}
    for theirs, ours in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        if isinstance(item.get(theirs), int):
            permission[ours] = item[theirs]
    for theirs, ours, field, name in (
        ("ipRanges", "IpRanges", "cidrIp", "CidrIp"),
        ("ipv6Ranges", "Ipv6Ranges", "cidrIpv6", "CidrIpv6"),
        ("prefixListIds", "PrefixListIds", "prefixListId", "PrefixListId"),
        ("groups", "UserIdGroupPairs", "groupId", "GroupId"),
    ):
        found = [
            {name: str(entry[field])}
            for entry in _items(item.get(theirs))
            if isinstance(entry, dict) and entry.get(field)
        ]
        if found:
            permission[ours] = found
    return permission


def _sources(permission: Mapping[str, Any]) -> Iterator[str]:
    for name in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"):
        for entry in permission.get(name, ()):
            yield from entry.values()


def _in_words(permission: Mapping[str, Any]) -> str:
    protocol = permission["IpProtocol"]
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if protocol == "-1":
        return "all traffic"
    if low is None:
        return str(protocol)
    return f"{protocol} {low}" if low == high else f"{protocol} {low}-{high}"


def _permission_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Give a rule of an answer as the API takes it."""
    wrapped = {
        "ipRanges": [{"cidrIp": rule.get("cidrIpv4")}],
        "ipv6Ranges": [{"cidrIpv6": rule.get("cidrIpv6")}],
        "prefixListIds": [{"prefixListId": rule.get("prefixListId")}],
        "groups": [{"groupId": rule.get("referencedGroupId")}],
    }
    return _permission({**rule, **wrapped})


def _rules(answered: Any) -> Iterator[dict[str, Any]]:
    """Give the rules that AWS answered with, in newer records."""
    if not isinstance(answered, dict):
        return
    for name in ("securityGroupRuleSet", "revokedSecurityGroupRuleSet"):
        for entry in _items(answered.get(name)):
            if isinstance(entry, dict) and entry.get("securityGroupRuleId"):
                yield entry
