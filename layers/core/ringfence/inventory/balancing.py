"""Load balancers v2: from AWS's answers to records."""

from collections.abc import Mapping

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    cidr,
    flag,
    inner,
    integer,
    present,
    rows,
    tags,
    text,
    text_or_empty,
    text_or_none,
    texts,
)
from ringfence.inventory.records import (
    Action,
    Listener,
    ListenerRule,
    LoadBalancer,
    Tags,
    Target,
    TargetGroup,
)

BALANCERS = "elbv2.describe_load_balancers"
ATTRIBUTES = "elbv2.describe_load_balancer_attributes"
TAGS = "elbv2.describe_tags"
LISTENERS = "elbv2.describe_listeners"
RULES = "elbv2.describe_rules"
TARGET_GROUPS = "elbv2.describe_target_groups"
TARGET_HEALTH = "elbv2.describe_target_health"
TARGET_GROUP_ATTRIBUTES = "elbv2.describe_target_group_attributes"

_HTTP = frozenset({"HTTP", "HTTPS"})
_DATAGRAMS = frozenset({"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})
_STREAMS = frozenset({"TCP", "TLS"})
_GENEVE_PORT = 6081
_CROSS_ZONE = "load_balancing.cross_zone.enabled"
_ON_OR_OFF = {"true": True, "false": False}


def read_load_balancers(answers: Answers) -> tuple[LoadBalancer, ...]:
    tags_of = _tags(answers)

    def read(raw: Raw) -> LoadBalancer | None:
        arn = text(raw, "LoadBalancerArn")
        attributes = _attributes(answers, ATTRIBUTES, arn)
        if attributes is None:
            return None
        return LoadBalancer(
            id=arn,
            name=text(raw, "LoadBalancerName"),
            kind=text(raw, "Type"),
            is_internet_facing=text_or_none(raw, "Scheme") == "internet-facing",
            vpc=text_or_none(raw, "VpcId"),
            state=text_or_none(inner(raw, "State"), "Code") or "active",
            address_type=text_or_none(raw, "IpAddressType") or "ipv4",
            dns_name=text_or_empty(raw, "DNSName"),
            subnets=present(rows(raw, "AvailabilityZones"), "SubnetId"),
            groups=texts(raw, "SecurityGroups"),
            attributes=attributes,
            tags=tags_of.get(arn, {}),
        )

    found = answers.each(BALANCERS, "LoadBalancers", read)
    return tuple(balancer for balancer in found if balancer)


def read_listeners(answers: Answers) -> tuple[Listener, ...]:
    def read(raw: Raw) -> Listener | None:
        arn = text(raw, "ListenerArn")
        rules = _listener_rules(answers, raw, arn)
        if rules is None:
            return None
        protocol = text_or_none(raw, "Protocol")
        port = integer(raw, "Port")
        if protocol and port is None:
            raise MalformedError("Port is missing")
        return Listener(
            id=arn,
            balancer=text(raw, "LoadBalancerArn"),
            port=_GENEVE_PORT if port is None else port,
            protocol=protocol or "GENEVE",
            policy=text_or_empty(raw, "SslPolicy"),
            certificates=present(rows(raw, "Certificates"), "CertificateArn"),
            rules=rules,
        )

    found = answers.each(LISTENERS, "Listeners", read)
    return tuple(listener for listener in found if listener)


def read_target_groups(answers: Answers) -> tuple[TargetGroup, ...]:
    tags_of = _tags(answers)

    def read(raw: Raw) -> TargetGroup | None:
        arn = text(raw, "TargetGroupArn")
        targets = answers.each_of(
            TARGET_HEALTH, arn, "TargetHealthDescriptions", _target
        )
        attributes: Mapping[str, str] | None = {}
        # Snapshots of before have none where clients' addresses are never kept.
        if may_preserve_client_ip(raw) or answers.has(TARGET_GROUP_ATTRIBUTES, arn):
            attributes = _attributes(answers, TARGET_GROUP_ATTRIBUTES, arn)
        if targets is None or attributes is None:
            return None
        return TargetGroup(
            id=arn,
            name=text(raw, "TargetGroupName"),
            kind=text_or_none(raw, "TargetType") or "instance",
            protocol=text_or_empty(raw, "Protocol"),
            port=integer(raw, "Port"),
            vpc=text_or_none(raw, "VpcId"),
            preserves_client_ip=_preserves_client_ip(raw, attributes),
            is_ipv6=text_or_none(raw, "IpAddressType") == "ipv6",
            crosses_zones=_ON_OR_OFF.get(attributes.get(_CROSS_ZONE, "")),
            targets=targets,
            tags=tags_of.get(arn, {}),
        )

    found = answers.each(TARGET_GROUPS, "TargetGroups", read)
    return tuple(group for group in found if group)


def has_rules(listener: Raw) -> bool:
    """Whether AWS keeps rules for *listener*: a gateway balancer's has none."""
    return bool(listener.get("Protocol"))


def has_zones(target_group: Raw) -> bool:
    """Whether *target_group* has targets in zones: a function is in none."""
    return target_group.get("TargetType") != "lambda"


def may_preserve_client_ip(target_group: Raw) -> bool:
    """Whether a network balancer may serve *target_group*: others never preserve."""
    return target_group.get("Protocol") in _DATAGRAMS | _STREAMS


def _preserves_client_ip(raw: Raw, attributes: Mapping[str, str]) -> bool:
    """
    Apply AWS's defaults: on, but for TCP and TLS to bare IP addresses.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """
    protocol = text_or_empty(raw, "Protocol")
    if protocol in _DATAGRAMS:
        return True
    if protocol not in _STREAMS:
        return False
    default = "false" if text_or_none(raw, "TargetType") == "ip" else "true"
    return attributes.get("preserve_client_ip.enabled", default) == "true"


def _tags(answers: Answers) -> Mapping[str, Tags]:
    if not answers.has(TAGS):
        return {}
    found = answers.each(
        TAGS, "TagDescriptions", lambda raw: (text(raw, "ResourceArn"), tags(raw))
    )
    return dict(found)


def _attributes(answers: Answers, operation: str, arn: str) -> Mapping[str, str] | None:
    pairs = answers.each_of(
        operation,
        arn,
        "Attributes",
        lambda raw: (text(raw, "Key"), text_or_empty(raw, "Value")),
    )
    return None if pairs is None else dict(pairs)


def _listener_rules(
    answers: Answers, raw: Raw, arn: str
) -> tuple[ListenerRule, ...] | None:
    """
    By priority, the default rule last.

    A listener that is not HTTP's and whose rules were not asked for has its
    default actions: only rules on source addresses can be missed there.
    """
    if not answers.has(RULES, arn) and raw.get("Protocol") not in _HTTP:
        actions = _actions(raw, "DefaultActions")
        return (ListenerRule(id=arn, priority=None, actions=actions),)
    rules = answers.each_of(RULES, arn, "Rules", _rule)
    return rules and tuple(
        sorted(rules, key=lambda r: (r.priority is None, r.priority or 0))
    )


def _rule(raw: Raw) -> ListenerRule:
    conditions = rows(raw, "Conditions")
    by_source = [item for item in conditions if item.get("Field") == "source-ip"]
    return ListenerRule(
        id=text(raw, "RuleArn"),
        priority=_priority(raw),
        source_cidrs=tuple(source for item in by_source for source in _cidrs(item)),
        has_other_conditions=len(by_source) < len(conditions),
        actions=_actions(raw, "Actions"),
    )


def _priority(raw: Raw) -> int | None:
    priority = text_or_none(raw, "Priority")
    if flag(raw, "IsDefault") or priority == "default":
        return None
    if priority is None or not priority.isdecimal():
        raise MalformedError("Priority is not a number")
    return int(priority)


def _cidrs(condition: Raw) -> tuple[str, ...]:
    values = texts(inner(condition, "SourceIpConfig"), "Values") or texts(
        condition, "Values"
    )
    return tuple(cidr({"Values": value}, "Values") for value in values)


def _actions(raw: Raw, key: str) -> tuple[Action, ...]:
    ordered = sorted(rows(raw, key), key=lambda action: integer(action, "Order") or 0)
    return tuple(_action(action) for action in ordered)


def _action(raw: Raw) -> Action:
    kind = text(raw, "Type")
    if kind == "redirect":
        redirect = inner(raw, "RedirectConfig")
        return Action(
            kind=kind,
            redirect_protocol=text_or_none(redirect, "Protocol") or "#{protocol}",
            redirect_port=text_or_none(redirect, "Port") or "#{port}",
        )
    return Action(
        kind=kind,
        targets=_forward_targets(raw),
        lets_strangers_pass=any(
            text_or_none(inner(raw, config), "OnUnauthenticatedRequest") == "allow"
            for config in ("AuthenticateOidcConfig", "AuthenticateCognitoConfig")
        ),
    )


def _forward_targets(raw: Raw) -> tuple[str, ...]:
    weighted = rows(inner(raw, "ForwardConfig"), "TargetGroups")
    if weighted:
        return tuple(
            text(item, "TargetGroupArn")
            for item in weighted
            if integer(item, "Weight") != 0
        )
    return present([raw], "TargetGroupArn")


def _target(raw: Raw) -> Target:
    target = inner(raw, "Target")
    return Target(
        id=text(target, "Id"),
        port=integer(target, "Port"),
        state=text_or_empty(inner(raw, "TargetHealth"), "State"),
        zone=text_or_empty(target, "AvailabilityZone"),
    )
