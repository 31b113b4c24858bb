"""
Builders of inventories: say only what matters.

Everything starts as fine: one VPC with an internet gateway, one public subnet,
an ACL and a route that let everything through, and nothing open.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ringfence.estate import Estate
from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.distributions import Behavior, Distribution, Origin
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.patching import ManagedNode
from ringfence.inventory.records import (
    AclEntry,
    Action,
    Certificate,
    Gateway,
    Image,
    Instance,
    Listener,
    ListenerRule,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    Vpc,
)
from ringfence.inventory.stated import StatedVersion
from ringfence.inventory.visits import Cookie, HttpObservation
from ringfence.inventory.webacls import AclLog, AclRule, WebAcl
from ringfence.policy import Policy

ACCOUNT = "111122223333"
REGION = "eu-west-1"
TAKEN_AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
VPC = "vpc-1"
SUBNET = "subnet-1"
GROUP = "sg-1"
INSTANCE = "i-1"
INTERFACE = "eni-1"
ADDRESS = "203.0.113.7"
BALANCER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0a1b"
)
TARGETS = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/nodes/0a1b"
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b"
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/1"
DISTRIBUTION = "arn:aws:cloudfront::111122223333:distribution/E1"
IMAGE = "ami-1"
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def days(count: float) -> timedelta:
    """Shorten the one unit that tests are told in."""
    return timedelta(days=count)


def an_inventory(**parts: Any) -> Inventory:
    """Give an inventory whose every part was read, empty unless given."""
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "taken_at": TAKEN_AT,
        "read": PARTS,
    }
    return Inventory(**(fields | parts))


def an_estate(inventory: Inventory, **policy: Any) -> Estate:
    """Give *inventory* under a policy with the given fields."""
    return Estate(inventory, Policy(**policy))


def a_rule(
    ports: int | tuple[int, int] | None,
    source: str = "0.0.0.0/0",
    *,
    protocol: str = "tcp",
    group: str = GROUP,
    name: str | None = "sgr-1",
    is_egress: bool = False,
) -> Rule:
    """Give a rule that lets *source* in to *ports*; None means all of them."""
    block = (ports, ports) if isinstance(ports, int) else ports
    return Rule(group, is_egress, protocol, block, (-1, -1), source, id=name)


def rules(*openings: tuple[int, str], group: str = GROUP) -> tuple[Rule, ...]:
    """Give a TCP rule for each (port, source)."""
    return tuple(
        a_rule(port, source, group=group, name=f"sgr-{place}")
        for place, (port, source) in enumerate(openings, start=1)
    )


def a_group(*listed: Rule, **fields: Any) -> SecurityGroup:
    """Give a security group of the VPC that has the rules *listed*."""
    group = fields.get("id", GROUP)
    defaults: dict[str, Any] = {"id": group, "name": "web", "vpc": VPC}
    whole = tuple(replace(rule, group=group) for rule in listed)
    return SecurityGroup(**(defaults | {"rules": whole} | fields))


def an_instance(**fields: Any) -> Instance:
    """Give a running instance."""
    defaults: dict[str, Any] = {
        "id": INSTANCE,
        "image": IMAGE,
        "state": "running",
        "vpc": VPC,
        "subnet": SUBNET,
        "interfaces": (INTERFACE,),
        "groups": (GROUP,),
        "requires_imdsv2": True,
    }
    return Instance(**(defaults | fields))


def an_interface(**fields: Any) -> NetworkInterface:
    """Give the interface of the instance, with a public address."""
    defaults: dict[str, Any] = {
        "id": INTERFACE,
        "vpc": VPC,
        "subnet": SUBNET,
        "instance": INSTANCE,
        "groups": (GROUP,),
        "addresses": (PrivateAddress("10.0.0.7", ADDRESS),),
    }
    return NetworkInterface(**(defaults | fields))


def an_image(**fields: Any) -> Image:
    """Give a young image of a supported system."""
    defaults: dict[str, Any] = {
        "id": IMAGE,
        "name": "al2023-ami-2023.9.20260801.0-kernel-6.1-x86_64",
        "owner": "137112412989",
        "created_at": TAKEN_AT - days(30),
    }
    return Image(**(defaults | fields))


def an_acl(*, lets_out: str = "0.0.0.0/0") -> NetworkAcl:
    """Give the default ACL: all in, and all out to *lets_out*."""
    return NetworkAcl(
        id="acl-1",
        vpc=VPC,
        is_default=True,
        entries=(
            _entry("0.0.0.0/0"),
            _entry("::/0"),
            _entry(lets_out, is_egress=True),
            _entry("::/0", is_egress=True),
        ),
    )


def _entry(cidr: str, *, is_egress: bool = False) -> AclEntry:
    number = 101 if ":" in cidr else 100
    return AclEntry(
        number=number, is_egress=is_egress, allows=True, protocol="all", cidr=cidr
    )


def a_network(**parts: Any) -> Inventory:
    """Give a VPC whose one subnet is routed to the internet, and *parts* in it."""
    network: dict[str, Any] = {
        "vpc_networks": (Vpc(id=VPC, cidrs=("10.0.0.0/16",)),),
        "subnets": (Subnet(id=SUBNET, vpc=VPC, cidr="10.0.0.0/24"),),
        "route_tables": (
            RouteTable(
                id="rtb-1",
                vpc=VPC,
                is_main=True,
                routes=tuple(
                    Route(destination=to, target="igw-1")
                    for to in ("0.0.0.0/0", "::/0")
                ),
            ),
        ),
        "network_acls": (an_acl(),),
        "internet_gateways": (Gateway(id="igw-1", vpcs=(VPC,)),),
    }
    return an_inventory(**(network | parts))


def public(*listed: Rule, product: str = "", **parts: Any) -> Inventory:
    """Give an instance at a public address whose one group has the rules *listed*."""
    tags = {"Name": f"{product}-prod"} if product else {}
    fields: dict[str, Any] = {
        "instances": (an_instance(tags=tags),),
        "network_interfaces": (an_interface(),),
        "security_groups": (a_group(*listed),),
        "images": (an_image(),),
    }
    return a_network(**(fields | parts))


def a_listener(
    port: int = 443,
    protocol: str = "HTTPS",
    actions: Iterable[Action] = (),
    **fields: Any,
) -> Listener:
    """Give a listener whose default rule forwards to the target group."""
    does = tuple(actions) or (Action(kind="forward", targets=(TARGETS,)),)
    name = f"{BALANCER.replace(':loadbalancer/', ':listener/')}/{port}"
    defaults: dict[str, Any] = {
        "id": name,
        "balancer": BALANCER,
        "port": port,
        "protocol": protocol,
        "policy": TLS_POLICY if protocol in ("HTTPS", "TLS") else "",
        "rules": (ListenerRule(id=f"{name}/default", priority=None, actions=does),),
    }
    return Listener(**(defaults | fields))


REDIRECT = Action(kind="redirect", redirect_protocol="HTTPS", redirect_port="443")


def balanced(
    *listeners: Listener,
    product: str = "",
    target_port: int = 8080,
    kind: str = "application",
) -> Inventory:
    """Give a private instance behind an internet-facing load balancer."""
    tags = {"Name": f"{product}-prod"} if product else {}
    inside = a_rule(target_port, "sg-lb", group="sg-node", name="sgr-node")
    return a_network(
        instances=(an_instance(tags=tags, groups=("sg-node",)),),
        images=(an_image(),),
        network_interfaces=(
            an_interface(groups=("sg-node",), addresses=(PrivateAddress("10.0.0.7"),)),
        ),
        security_groups=(
            a_group(
                *(a_rule(item.port) for item in listeners),
                a_rule(None, protocol="all", group="sg-lb", name=None, is_egress=True),
                id="sg-lb",
            ),
            a_group(inside, id="sg-node"),
        ),
        load_balancers=(
            LoadBalancer(
                id=BALANCER,
                name="web",
                kind=kind,
                is_internet_facing=True,
                vpc=VPC,
                subnets=(SUBNET,),
                groups=("sg-lb",),
                dns_name="web-1.eu-west-1.elb.amazonaws.com",
            ),
        ),
        listeners=listeners,
        target_groups=(
            TargetGroup(
                id=TARGETS,
                name="nodes",
                kind="instance",
                protocol="HTTP",
                port=target_port,
                vpc=VPC,
                targets=(Target(INSTANCE, target_port, "healthy"),),
            ),
        ),
    )


PROTECTING = tuple(
    AclRule(name=name, managed=f"AWS/AWSManagedRules{name}")
    for name in (
        "CommonRuleSet",
        "KnownBadInputsRuleSet",
        "SQLiRuleSet",
        "AmazonIpReputationList",
    )
)


def guarded(**fields: Any) -> Inventory:
    """Give Bitbucket behind a load balancer with a good web ACL, which is logged."""
    defaults: dict[str, Any] = {
        "id": WEB_ACL,
        "name": "web",
        "rules": PROTECTING,
        "balancers": (BALANCER,),
    }
    return replace(
        balanced(a_listener(), product="bitbucket"),
        web_acls=(WebAcl(**(defaults | fields)),),
        acl_logs=(AclLog(WEB_ACL, ("arn:aws:s3:::aws-waf-logs-web",)),),
    )


def a_certificate(**fields: Any) -> Certificate:
    """Give a good certificate in use, issued by ACM."""
    defaults: dict[str, Any] = {
        "id": CERTIFICATE,
        "store": "acm",
        "kind": "issued",
        "status": "ISSUED",
        "domain": "git.example.com",
        "names": ("git.example.com",),
        "not_before": TAKEN_AT - days(100),
        "not_after": TAKEN_AT + days(200),
        "key": "RSA_2048",
        "signature": "SHA256WITHRSA",
        "is_renewable": True,
        "used_by": (BALANCER,),
    }
    return Certificate(**(defaults | fields))


def certified(**fields: Any) -> Inventory:
    """Give an account whose one certificate has the given fields."""
    return an_inventory(certificates=(a_certificate(**fields),))


def distributed(**fields: Any) -> Inventory:
    """Give a good CloudFront distribution in front of Bitbucket's load balancer."""
    defaults: dict[str, Any] = {
        "id": DISTRIBUTION,
        "domain": "d1.cloudfront.net",
        "aliases": ("git.example.com",),
        "lowest_protocol": "TLSv1.2_2021",
        "has_own_certificate": True,
        "behaviors": (Behavior(path="*", viewers="redirect-to-https"),),
        "origins": (
            Origin(domain="web-1.eu-west-1.elb.amazonaws.com", protocol="https-only"),
        ),
    }
    behind = balanced(a_listener(443), product="bitbucket")
    distribution = Distribution(**(defaults | fields))
    return replace(behind, distributions=(distribution,))


def imaged(**fields: Any) -> Inventory:
    """Give an instance that nobody reaches, whose image has the given fields."""
    return public(images=(an_image(**fields),))


def a_node(**fields: Any) -> ManagedNode:
    """Give what Systems Manager knows of the instance: all is well."""
    defaults: dict[str, Any] = {
        "instance": INSTANCE,
        "ping": "Online",
        "seen_at": TAKEN_AT,
        "system": "Amazon Linux",
        "version": "2023",
    }
    return ManagedNode(**(defaults | fields))


def in_a_group(count: int = 1, group: str = "nodes", **fields: Any) -> dict[str, Any]:
    """Give the part of *count* instances of an Auto Scaling group."""
    tags = {"aws:autoscaling:groupName": group}
    return {
        "instances": tuple(
            an_instance(id=f"i-{number}", tags=tags, **fields)
            for number in range(1, count + 1)
        )
    }


def a_handshake(**fields: Any) -> Inventory:
    """Give one look at an endpoint that serves a good certificate."""
    defaults: dict[str, Any] = {
        "endpoint": "git.example.com:443",
        "address": ADDRESS,
        "protocol": "TLSv1.3",
        "is_trusted": True,
        "subject": "CN=git.example.com",
        "names": ("git.example.com",),
        "not_before": TAKEN_AT - days(100),
        "not_after": TAKEN_AT + days(200),
    }
    return an_inventory(tls_observations=(TlsObservation(**(defaults | fields)),))


def an_answer(**fields: Any) -> Inventory:
    """Give one look at an endpoint that redirects to HTTPS."""
    defaults: dict[str, Any] = {
        "endpoint": "git.example.com:80",
        "address": ADDRESS,
        "status": 301,
        "location": "https://git.example.com/",
    }
    return an_inventory(http_observations=(HttpObservation(**(defaults | fields)),))


def a_page(**fields: Any) -> Inventory:
    """Give one look at a Bitbucket in HTTPS that does all as it should."""
    defaults: dict[str, Any] = {
        "endpoint": "git.example.com:443",
        "address": ADDRESS,
        "is_tls": True,
        "status": 302,
        "location": "/login",
        "redirects": ("https://git.example.com/login",),
        "page_status": 200,
        "headers": {
            "content-type": "text/html;charset=UTF-8",
            "strict-transport-security": "max-age=31536000",
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
        },
        "cookies": (Cookie("BITBUCKETSESSIONID", is_secure=True, is_http_only=True),),
        "product": "bitbucket",
        "version": "8.19.1",
        "state": "RUNNING",
    }
    return an_inventory(http_observations=(HttpObservation(**(defaults | fields)),))


def a_statement(**fields: Any) -> Inventory:
    """Give an instance of which a tag states the version, and nothing else."""
    defaults: dict[str, Any] = {
        "resource": INSTANCE,
        "instance": INSTANCE,
        "label": "i-1 (jira-prod)",
        "product": "jira",
        "text": "9.12.0",
        "source": "the tag ringfence:version",
    }
    return an_inventory(stated_versions=(StatedVersion(**(defaults | fields)),))
