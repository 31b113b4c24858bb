"""Random worlds behind accelerators, and a walk of one client through them."""

import random
from dataclasses import replace
from typing import Literal

from ringfence.inventory import Inventory
from ringfence.inventory.accelerators import (
    Accelerator,
    AcceleratorListener,
    Endpoint,
    EndpointGroup,
)
from ringfence.inventory.records import LoadBalancer, NetworkInterface, Rule
from tests.reach.balanced_walker import Client, behind, nodes_of, rules_of
from tests.reach.balanced_worlds import DIALLED, SERVED, balanced_world
from tests.reach.walker import (
    Packet,
    _acl_lets_reply,
    _is_blocked,
    _is_spoofed,
    _rule_lets,
    acl_of,
)

_RANGES = ((443, 443), (80, 80), (1, 1000), (20, 30), (8080, 8090), (440, 450))
ASKED = (21, 22, 80, 442, 443, 444, 8080)

Session = Literal["both", "one-way", "no"]


def accelerated_world(seed: int) -> Inventory:
    """Give the random balanced world of *seed* behind two accelerators."""
    pick = random.Random(seed)
    base = balanced_world(seed)
    groups = tuple(
        replace(
            group,
            rules=(
                *group.rules,
                Rule(
                    group.id,
                    is_egress=False,
                    protocol="tcp",
                    ports=pick.choice(((22, 22), (20, 443), (443, 8080))),
                    icmp=(-1, -1),
                    source=pick.choice(("0.0.0.0/0", "203.0.113.0/24", "::/0")),
                ),
            ),
        )
        if pick.random() < 0.7
        else group
        for group in base.security_groups
    )
    interfaces = tuple(
        replace(item, ipv6=(f"2600:1f00::e{item.id[-1]}",))
        if item.id.startswith("eni-s")
        else item
        for item in base.network_interfaces
    )
    ends = ["i-0", "i-1", *(item.id for item in base.load_balancers)]
    return replace(
        base,
        security_groups=groups,
        network_interfaces=interfaces,
        accelerators=tuple(
            Accelerator(
                id=f"acc-{n}",
                name=f"acc-{n}",
                is_dual_stack=pick.random() < 0.5,
                listeners=tuple(
                    _listener(pick, f"acc-{n}/{k}", ends)
                    for k in range(pick.randint(1, 2))
                ),
            )
            for n in range(2)
        ),
    )


def _listener(pick: random.Random, name: str, ends: list[str]) -> AcceleratorListener:
    ports = tuple(pick.sample(_RANGES, pick.randint(1, 2)))
    overrides = {
        port: pick.choice((*SERVED, *DIALLED))
        for low, high in ports
        for port in ASKED
        if low <= port <= high and pick.random() < 0.3
    }
    return AcceleratorListener(
        id=name,
        protocol=pick.choice(("tcp", "tcp", "tcp", "udp")),
        ports=ports,
        groups=tuple(
            EndpointGroup(
                id=f"{name}/{region}",
                region=region,
                overrides=tuple(overrides.items()),
                endpoints=tuple(
                    Endpoint(id=end, preserves_client_ip=pick.random() < 0.8)
                    for end in pick.sample(ends, 2)
                ),
            )
            for region in ("eu-west-1", "us-east-1")
        ),
    )


def accelerated(inventory: Inventory, source: str, port: int) -> dict[str, Session]:
    """Walk a TCP client through every accelerator to every interface behind it."""
    found: dict[str, Session] = {}
    for accelerator in inventory.accelerators:
        if ":" in source and not accelerator.is_dual_stack:
            continue
        for listener in accelerator.listeners:
            if listener.protocol != "tcp" or not any(
                low <= port <= high for low, high in listener.ports
            ):
                continue
            for group in listener.groups:
                inner = dict(group.overrides).get(port, port)
                for endpoint in group.endpoints:
                    if group.region == inventory.region and (
                        endpoint.preserves_client_ip
                    ):
                        told = _at_endpoint(inventory, endpoint.id, source, inner)
                        for name, session in told:
                            better(found, name, session)
    return found


def better(found: dict[str, Session], name: str, session: Session) -> None:
    """Note *session* for *name* unless a better one is known."""
    if session == "both" or (session == "one-way" and name not in found):
        found[name] = session


def _at_endpoint(
    inventory: Inventory, endpoint: str, source: str, port: int
) -> list[tuple[str, Session]]:
    for instance in inventory.instances:
        if instance.id == endpoint:
            (server,) = (
                item
                for item in inventory.network_interfaces
                if item.id == instance.interfaces[0]
            )
            told = _at_interface(inventory, server, server.groups, source, port)
            return [(server.id, told)] if instance.state == "running" else []
    (balancer,) = (item for item in inventory.load_balancers if item.id == endpoint)
    answers = any(
        listener.balancer == balancer.id and listener.port == port
        for listener in inventory.listeners
    )
    return _at_balancer(inventory, balancer, source, port) if answers else []


def _at_balancer(
    inventory: Inventory, balancer: LoadBalancer, source: str, port: int
) -> list[tuple[str, Session]]:
    found: list[tuple[str, Session]] = []
    bare = balancer.kind == "network" and not balancer.groups
    for node in nodes_of(inventory, balancer):
        groups = None if bare else balancer.groups
        entry = _at_interface(inventory, node, groups, source, port)
        found.append((node.id, entry))
        if entry != "no":
            client = Client(inventory, source, entry == "both", is_unasked=True)
            for name, arrival in behind(client, balancer, node, port):
                found.append((name, "both" if arrival.is_answered else "one-way"))
    return found


def _at_interface(
    inventory: Inventory,
    interface: NetworkInterface,
    groups: tuple[str, ...] | None,
    source: str,
    port: int,
) -> Session:
    """Meet what an accelerator's packets meet: groups, and the ACL on the way out."""
    gateways = [g for g in inventory.internet_gateways if interface.vpc in g.vpcs]
    if (
        not gateways
        or _is_blocked(inventory, interface)
        or _is_spoofed(inventory, interface.vpc, source)
    ):
        return "no"
    packet = Packet(source, "", "tcp", port)
    rules = rules_of(inventory, groups or (), egress=False)
    if groups is not None and not any(
        _rule_lets(inventory, rule, packet) for rule in rules
    ):
        return "no"
    acl = acl_of(inventory, interface.subnet, interface.vpc)
    return "both" if _acl_lets_reply(acl, packet) else "one-way"
