"""
Random worlds with load balancers before two servers.

Two face the internet, mostly; a third stands behind a network one, or alone.
"""

import random
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    Action,
    Instance,
    Listener,
    ListenerRule,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    PrivateAddress,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
)
from tests.reach.worlds import V4, a_rule, world

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/"
DIALLED = (80, 443)
SERVED = (22, 443, 8080)
SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
INNER = f"{ARN}app/lb2/2a"
_INSIDE = ("10.0.0.0/24", "10.0.1.0/24", "10.0.0.20/32", "10.0.0.0/16")
_ON_OR_OFF = (None, None, True, False)


def balanced_world(seed: int) -> Inventory:
    """Give the random world of *seed*."""
    pick = random.Random(seed)
    base = world(seed)
    balancers = (_balancer(pick, 0), _balancer(pick, 1), _inner(pick))
    servers = tuple(
        NetworkInterface(
            id=f"eni-s{n}",
            vpc="vpc-1",
            subnet=pick.choice(SUBNETS),
            instance=f"i-{n}",
            groups=(f"sg-000000b{n}",),
            addresses=(PrivateAddress(f"10.0.0.{30 + n}"),),
        )
        for n in range(2)
    )
    return replace(
        base,
        # Its addresses are not in the ranges of their subnets, as an edge needs.
        route_tables=tuple(t for t in base.route_tables if not t.gateways),
        network_acls=_acls(pick, base),
        subnets=(
            *base.subnets,
            Subnet(id="subnet-c", vpc="vpc-1", cidr="10.0.2.0/24", zone="eu-west-1a"),
        ),
        security_groups=(
            *base.security_groups,
            *(_front_group(pick, f"sg-000000f{n}") for n in range(3)),
            *(_back_group(pick, f"sg-000000b{n}") for n in range(2)),
        ),
        network_interfaces=(*servers, *_nodes(balancers)),
        instances=tuple(
            Instance(
                id=f"i-{n}",
                state=pick.choice(("running", "running", "running", "stopped")),
                vpc="vpc-1",
                interfaces=(f"eni-s{n}",),
            )
            for n in range(2)
        ),
        load_balancers=balancers,
        listeners=tuple(
            Listener(
                id=f"listener-{n}-{port}",
                balancer=balancer.id,
                port=port,
                protocol="HTTPS" if balancer.kind == "application" else "TCP",
                rules=_listener_rules(pick, n, balancer.kind),
            )
            for n, balancer in enumerate(balancers)
            for port in DIALLED
            if pick.random() < 0.9
        ),
        target_groups=tuple(
            _target_group(pick, f"tg-{n}{letter}", balancer.kind)
            for n, balancer in enumerate(balancers)
            for letter in "xy"
        ),
    )


def _acls(pick: random.Random, base: Inventory) -> tuple[NetworkAcl, ...]:
    """Give the world's ACLs, in half of the worlds with all let through first."""
    if pick.random() < 0.5:
        return base.network_acls
    open_to_all = tuple(
        AclEntry(
            number=1 + is_v6 + 2 * is_egress,
            is_egress=bool(is_egress),
            allows=True,
            protocol="all",
            cidr="::/0" if is_v6 else "0.0.0.0/0",
        )
        for is_egress in (0, 1)
        for is_v6 in (0, 1)
    )
    return tuple(
        replace(acl, entries=open_to_all + acl.entries) for acl in base.network_acls
    )


def _balancer(pick: random.Random, n: int) -> LoadBalancer:
    kind = pick.choice(("application", "application", "network", "network", "classic"))
    bare = kind == "network" and pick.random() < 0.5
    crosses = pick.choice((None, "true", "false"))
    return LoadBalancer(
        id=f"lb{n}" if kind == "classic" else f"{ARN}{kind[:3]}/lb{n}/{n}a",
        name=f"lb{n}",
        kind=kind,
        is_internet_facing=pick.random() < 0.9,
        vpc="vpc-1",
        address_type="dualstack",
        dns_name=f"lb{n}.example",
        subnets=pick.choice(
            (("subnet-a",), ("subnet-b",), ("subnet-c",), ("subnet-a", "subnet-b"))
        ),
        groups=() if bare else (f"sg-000000f{n}",),
        attributes={"load_balancing.cross_zone.enabled": crosses} if crosses else {},
    )


def _inner(pick: random.Random) -> LoadBalancer:
    return LoadBalancer(
        id=INNER,
        name="lb2",
        kind="application",
        is_internet_facing=pick.random() < 0.3,
        vpc="vpc-1",
        dns_name="lb2.example",
        subnets=pick.choice((("subnet-a", "subnet-b"), ("subnet-c", "subnet-b"))),
        groups=("sg-000000f2",),
    )


def _nodes(balancers: tuple[LoadBalancer, ...]) -> tuple[NetworkInterface, ...]:
    return tuple(
        NetworkInterface(
            id=f"eni-lb{n}{subnet[-1]}",
            vpc="vpc-1",
            subnet=subnet,
            groups=balancer.groups,
            description=f"ELB {balancer.id.removeprefix(ARN)}",
            is_requester_managed=True,
            addresses=(
                PrivateAddress(
                    f"10.0.0.{20 + n * 3 + k}",
                    f"192.0.2.{90 + n * 2 + k}"
                    if balancer.is_internet_facing
                    else None,
                ),
            ),
            ipv6=(f"2600:1f00::{n * 2 + k + 80:x}",),
        )
        for n, balancer in enumerate(balancers)
        for k, subnet in enumerate(balancer.subnets)
    )


def _front_group(pick: random.Random, name: str) -> SecurityGroup:
    outward = pick.choice((*_INSIDE, "sg-000000b0", "0.0.0.0/0", "0.0.0.0/0"))
    inward = pick.choice((*V4[:5], "sg-000000f0", "sg-000000f1", "0.0.0.0/0"))
    return SecurityGroup(
        id=name,
        vpc="vpc-1",
        rules=(
            *(a_rule(pick, name) for _ in range(2)),
            _tcp(pick, name, pick.choice(DIALLED), pick.choice(V4[:5])),
            _tcp(pick, name, pick.choice(DIALLED), inward),
            _tcp(pick, name, pick.choice(SERVED), outward, is_egress=True),
            *_generous(pick, name, is_egress=True),
        ),
    )


def _back_group(pick: random.Random, name: str) -> SecurityGroup:
    sources = (*_INSIDE, "sg-000000f0", "sg-000000f2", "203.0.113.0/24", "0.0.0.0/0")
    return SecurityGroup(
        id=name,
        vpc="vpc-1",
        rules=tuple(
            _tcp(pick, name, pick.choice(SERVED), pick.choice(sources))
            for _ in range(3)
        )
        + _generous(pick, name, is_egress=False),
    )


def _generous(pick: random.Random, group: str, *, is_egress: bool) -> tuple[Rule, ...]:
    """Give in half of the worlds a rule that hides what other rules forbid."""
    if pick.random() < 0.5:
        return ()
    wide = _tcp(pick, group, 0, "0.0.0.0/0", is_egress=is_egress)
    return (replace(wide, protocol="all", ports=None),)


def _target_group(pick: random.Random, name: str, balancer: str) -> TargetGroup:
    kinds = {
        "application": ("instance", "ip"),
        "network": ("instance", "ip", "alb", "alb"),
        "classic": ("instance",),
    }
    kind = pick.choice(kinds[balancer])
    is_chain = kind == "alb"
    return TargetGroup(
        id=name,
        name=name,
        kind=kind,
        protocol="TCP",
        port=pick.choice(DIALLED if is_chain else SERVED),
        vpc="vpc-2" if kind == "ip" and pick.random() < 0.3 else "vpc-1",
        preserves_client_ip=balancer == "network" and pick.random() < 0.6,
        crosses_zones=None if balancer == "classic" else pick.choice(_ON_OR_OFF),
        targets=tuple(_target(pick, kind, n) for n in range(1 if is_chain else 2)),
    )


def _target(pick: random.Random, kind: str, n: int) -> Target:
    state = pick.choice(("healthy", "healthy", "unhealthy", "draining"))
    if kind == "alb":
        return Target(INNER, pick.choice((None, *DIALLED)), state)
    port = pick.choice((None, *SERVED))
    if kind == "ip":
        zone = pick.choice(("", "all", "eu-west-1a", "eu-west-1b"))
        return Target(f"10.0.0.{30 + n}", port, state, zone)
    return Target(f"i-{n}", port, state)


def _listener_rules(pick: random.Random, n: int, kind: str) -> tuple[ListenerRule, ...]:
    """Give rules that forward to one group or two, after a login, or not at all."""
    numbered = tuple(
        ListenerRule(
            id=f"rule-{priority}",
            priority=priority,
            source_cidrs=pick.choice(((), ("203.0.113.0/24",), ("2001:db8::/32",))),
            has_other_conditions=pick.random() < 0.5,
            actions=_actions(pick, n, kind),
        )
        for priority in range(1, pick.randint(1, 3))
    )
    return (
        ListenerRule(id="default", priority=None, actions=_actions(pick, n, kind)),
        *numbered,
    )


def _actions(pick: random.Random, n: int, kind: str) -> tuple[Action, ...]:
    named = pick.choice(((f"tg-{n}x",), (f"tg-{n}y",), (f"tg-{n}x", f"tg-{n}y")))
    forward = Action(kind="forward", targets=named)
    if kind == "classic":
        return (Action(kind="forward", targets=named[:1]),)
    stop = Action(kind=pick.choice(("fixed-response", "redirect")))
    if kind == "network":
        return (pick.choice((forward, forward, stop)),)
    login = Action(
        kind=pick.choice(("authenticate-oidc", "authenticate-cognito")),
        lets_strangers_pass=pick.random() < 0.4,
    )
    token = Action(kind="jwt-validation")
    return pick.choice(
        ((forward,), (forward,), (login, forward), (token, forward), (login, stop))
    )


def _tcp(
    pick: random.Random, group: str, port: int, source: str, *, is_egress: bool = False
) -> Rule:
    protocol = pick.choice(("tcp", "tcp", "all"))
    return Rule(
        group,
        is_egress=is_egress,
        protocol=protocol,
        ports=None if protocol == "all" else (port, port),
        icmp=(-1, -1),
        source=source,
        id=f"sgr-{pick.getrandbits(32):08x}",
    )
