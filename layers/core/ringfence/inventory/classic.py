"""
Classic load balancers, told in the records of the newer ones.

A port is a listener that forwards to one group: the registered instances at
that port's instance port.
"""

from collections.abc import Mapping
from itertools import chain

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    flag,
    inner,
    integer,
    present,
    rows,
    structure,
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

BALANCERS = "elb.describe_load_balancers"
ATTRIBUTES = "elb.describe_load_balancer_attributes"
TAGS = "elb.describe_tags"

# Nobody asked for their health; AWS's own word for a state that it cannot tell.
_STATE = "unavailable"


def read_load_balancers(answers: Answers) -> tuple[LoadBalancer, ...]:
    tags_of = _tags(answers)

    def read(raw: Raw) -> LoadBalancer | None:
        name = text(raw, "LoadBalancerName")
        attributes = answers.one_of(ATTRIBUTES, name, _attributes)
        if attributes is None:
            return None
        return LoadBalancer(
            id=name,
            name=name,
            kind="classic",
            # In EC2-Classic there was no scheme, and all faced the internet.
            is_internet_facing=text_or_none(raw, "Scheme") != "internal",
            vpc=text_or_none(raw, "VPCId") or None,
            dns_name=text_or_empty(raw, "DNSName"),
            subnets=texts(raw, "Subnets"),
            groups=texts(raw, "SecurityGroups"),
            attributes=attributes,
            tags=tags_of.get(name, {}),
        )

    found = answers.each(BALANCERS, "LoadBalancerDescriptions", read)
    return tuple(balancer for balancer in found if balancer)


def read_listeners(answers: Answers) -> tuple[Listener, ...]:
    return tuple(
        chain.from_iterable(
            answers.each(BALANCERS, "LoadBalancerDescriptions", _listeners)
        )
    )


def read_target_groups(answers: Answers) -> tuple[TargetGroup, ...]:
    return tuple(
        chain.from_iterable(
            answers.each(BALANCERS, "LoadBalancerDescriptions", _target_groups)
        )
    )


def _tags(answers: Answers) -> Mapping[str, Tags]:
    if not answers.has(TAGS):
        return {}
    found = answers.each(
        TAGS, "TagDescriptions", lambda raw: (text(raw, "LoadBalancerName"), tags(raw))
    )
    return dict(found)


def _attributes(raw: Raw) -> Mapping[str, str]:
    """Those that the newer balancers have too, by the newer ones' names."""
    raw = structure(raw, "LoadBalancerAttributes")
    timeout = integer(inner(raw, "ConnectionSettings"), "IdleTimeout")
    found = {
        "access_logs.s3.enabled": _on_or_off(inner(raw, "AccessLog")),
        "load_balancing.cross_zone.enabled": _on_or_off(
            inner(raw, "CrossZoneLoadBalancing")
        ),
        "connection_draining.enabled": _on_or_off(inner(raw, "ConnectionDraining")),
    }
    if timeout is not None:
        found["idle_timeout.timeout_seconds"] = str(timeout)
    others = rows(raw, "AdditionalAttributes")
    return found | {text(pair, "Key"): text_or_empty(pair, "Value") for pair in others}


def _on_or_off(raw: Raw) -> str:
    return "true" if flag(raw, "Enabled") else "false"


def _listeners(raw: Raw) -> tuple[Listener, ...]:
    name = text(raw, "LoadBalancerName")
    negotiating = set(texts(inner(raw, "Policies"), "OtherPolicies"))
    return tuple(
        _listener(name, negotiating, item) for item in rows(raw, "ListenerDescriptions")
    )


def _listener(name: str, negotiating: set[str], raw: Raw) -> Listener:
    listener = inner(raw, "Listener")
    port = _port(listener, "LoadBalancerPort")
    target_group = f"{name}/{_port(listener, 'InstancePort')}"
    identity = f"{name}/{port}"
    policies = [item for item in texts(raw, "PolicyNames") if item in negotiating]
    return Listener(
        id=identity,
        balancer=name,
        port=port,
        protocol=text(listener, "Protocol").upper(),
        policy=policies[0] if policies else "",
        certificates=present([listener], "SSLCertificateId"),
        rules=(
            ListenerRule(
                id=identity,
                priority=None,
                actions=(Action(kind="forward", targets=(target_group,)),),
            ),
        ),
    )


def _target_groups(raw: Raw) -> tuple[TargetGroup, ...]:
    """One group for each instance port, however many listeners lead there."""
    name = text(raw, "LoadBalancerName")
    instances = [text(item, "InstanceId") for item in rows(raw, "Instances")]
    found: dict[int, TargetGroup] = {}
    for item in rows(raw, "ListenerDescriptions"):
        listener = inner(item, "Listener")
        port = _port(listener, "InstancePort")
        protocol = text_or_none(listener, "InstanceProtocol")
        found[port] = TargetGroup(
            id=f"{name}/{port}",
            name=f"{name}/{port}",
            kind="instance",
            protocol=(protocol or text(listener, "Protocol")).upper(),
            port=port,
            vpc=text_or_none(raw, "VPCId") or None,
            targets=tuple(Target(item, port, _STATE) for item in instances),
        )
    return tuple(found.values())


def _port(raw: Raw, key: str) -> int:
    port = integer(raw, key)
    if port is None:
        raise MalformedError(f"{key} is missing")
    return port
