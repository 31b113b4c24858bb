"""
The comparison with the walker would notice each of these mistakes.

The engine is asked about a world that has been bent as the mistake would read it,
the walker about the real one.
"""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    Action,
    LoadBalancer,
    NetworkAcl,
    Rule,
    TargetGroup,
)
from ringfence.reach import exposures
from tests.reach.balanced_walker import reached
from tests.reach.balanced_worlds import DIALLED, balanced_world
from tests.reach.test_against_walker import (
    SOURCES,
    covering,
    is_bogon,
    packets,
    protocols_named,
    rows_for,
)
from tests.reach.walker import verdict
from tests.reach.worlds import world


def with_acls(
    change: Callable[[NetworkAcl], tuple[AclEntry, ...]],
) -> Callable[[Inventory], Inventory]:
    """Bend the entries of every ACL."""

    def bend(inventory: Inventory) -> Inventory:
        acls = (replace(acl, entries=change(acl)) for acl in inventory.network_acls)
        return replace(inventory, network_acls=tuple(acls))

    return bend


def with_rules(
    change: Callable[[tuple[Rule, ...]], tuple[Rule, ...]],
) -> Callable[[Inventory], Inventory]:
    """Bend the rules of every group."""

    def bend(inventory: Inventory) -> Inventory:
        groups = (
            replace(group, rules=change(group.rules))
            for group in inventory.security_groups
        )
        return replace(inventory, security_groups=tuple(groups))

    return bend


def one_range(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Give every TCP rule the ports of all of them."""
    ports = [rule.ports for rule in rules if rule.ports and rule.protocol == "tcp"]
    if not ports:
        return rules
    hull = (min(low for low, _ in ports), max(high for _, high in ports))
    return tuple(
        replace(rule, ports=hull) if rule.ports and rule.protocol == "tcp" else rule
        for rule in rules
    )


def first_group_only(inventory: Inventory) -> Inventory:
    """Look at one group of an interface."""
    return replace(
        inventory,
        network_interfaces=tuple(
            replace(interface, groups=interface.groups[:1])
            for interface in inventory.network_interfaces
        ),
    )


def main_table_only(inventory: Inventory) -> Inventory:
    """Forget that a subnet may have a table of its own."""
    tables = (replace(table, subnets=()) for table in inventory.route_tables)
    return replace(inventory, route_tables=tuple(tables))


def default_routes_only(inventory: Inventory) -> Inventory:
    """Look at no route but the widest."""
    return replace(
        inventory,
        route_tables=tuple(
            replace(
                table,
                routes=tuple(r for r in table.routes if r.destination.endswith("/0")),
            )
            for table in inventory.route_tables
        ),
    )


def no_blackholes(inventory: Inventory) -> Inventory:
    """Take a route that leads nowhere for none."""
    return replace(
        inventory,
        route_tables=tuple(
            replace(table, routes=tuple(r for r in table.routes if r.is_active))
            for table in inventory.route_tables
        ),
    )


def no_prefix_lists(inventory: Inventory) -> Inventory:
    """Take prefix lists for empty."""
    lists = (replace(item, cidrs=()) for item in inventory.prefix_lists)
    return replace(inventory, prefix_lists=tuple(lists))


ANSWERING = ("forward", "redirect", "fixed-response")

FAULTS: dict[str, Callable[[Inventory], Inventory]] = {
    "ACL rules in the wrong order": with_acls(
        lambda acl: tuple(
            replace(entry, number=1000 - entry.number)
            for entry in reversed(acl.entries)
        )
    ),
    "the reply's ACL is ignored": with_acls(
        lambda acl: (
            *(entry for entry in acl.entries if not entry.is_egress),
            *(
                AclEntry(
                    number=n, is_egress=True, allows=True, protocol="all", cidr=cidr
                )
                for n, cidr in enumerate(("0.0.0.0/0", "::/0"), 1)
            ),
        )
    ),
    "denies are ignored": with_acls(
        lambda acl: tuple(entry for entry in acl.entries if entry.allows)
    ),
    "ports are joined across rules": with_rules(one_range),
    "an ICMP code is ignored": with_rules(
        lambda rules: tuple(
            replace(rule, icmp=(rule.icmp[0], -1))
            if rule.protocol.startswith("icmp")
            else rule
            for rule in rules
        )
    ),
    "only 0.0.0.0/0 and ::/0 count": with_rules(
        lambda rules: tuple(rule for rule in rules if rule.source.endswith("/0"))
    ),
    "egress rules let in": with_rules(
        lambda rules: tuple(replace(rule, is_egress=False) for rule in rules)
    ),
    "one group of an interface is looked at": first_group_only,
    "explicit route tables are ignored": main_table_only,
    "more specific routes are ignored": default_routes_only,
    "blackholes are ignored": no_blackholes,
    "prefix lists are empty": no_prefix_lists,
    "Block Public Access is ignored": lambda inventory: replace(
        inventory, block_public_access=()
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_filters_is_noticed(fault: str) -> None:
    """Some packet gets another verdict than the walker's."""
    assert any(_differs(seed, FAULTS[fault]) for seed in range(200))


def _differs(seed: int, bend: Callable[[Inventory], Inventory]) -> bool:
    real = world(seed)
    rows = exposures(bend(real)).rows
    possible = [p for p in packets(real) if not is_bogon(p.source)]
    for packet in random.Random(seed).sample(possible, 60):
        found = rows_for(rows, packet, protocols_named(real, packet.target))
        if (found[0].session if found else "no") != verdict(real, packet):
            return True
    return False


def everything_runs(inventory: Inventory) -> Inventory:
    """Take stopped instances for running."""
    running = (replace(item, state="running") for item in inventory.instances)
    return replace(inventory, instances=tuple(running))


def nothing_drains(inventory: Inventory) -> Inventory:
    """Take draining targets for healthy."""
    return replace(
        inventory,
        target_groups=tuple(
            replace(
                group,
                targets=tuple(
                    replace(target, state="healthy") for target in group.targets
                ),
            )
            for group in inventory.target_groups
        ),
    )


def no_client_addresses(inventory: Inventory) -> Inventory:
    """Forget that clients' addresses may be preserved."""
    groups = (
        replace(group, preserves_client_ip=False) for group in inventory.target_groups
    )
    return replace(inventory, target_groups=tuple(groups))


def no_conditions(inventory: Inventory) -> Inventory:
    """Ignore the source conditions of listener rules."""
    return replace(
        inventory,
        listeners=tuple(
            replace(
                listener,
                rules=tuple(replace(rule, source_cidrs=()) for rule in listener.rules),
            )
            for listener in inventory.listeners
        ),
    )


def all_is_facing(inventory: Inventory) -> Inventory:
    """Take internal load balancers for internet-facing ones."""
    facing = (
        replace(balancer, is_internet_facing=True)
        for balancer in inventory.load_balancers
    )
    return replace(inventory, load_balancers=tuple(facing))


def no_classic(inventory: Inventory) -> Inventory:
    """Take classic load balancers for application ones."""
    modern = (
        replace(balancer, kind="application")
        if balancer.kind == "classic"
        else balancer
        for balancer in inventory.load_balancers
    )
    return replace(inventory, load_balancers=tuple(modern))


def with_groups(
    change: Callable[[TargetGroup], TargetGroup],
) -> Callable[[Inventory], Inventory]:
    """Bend every target group."""

    def bend(inventory: Inventory) -> Inventory:
        groups = tuple(change(group) for group in inventory.target_groups)
        return replace(inventory, target_groups=groups)

    return bend


def with_balancers(
    change: Callable[[LoadBalancer], LoadBalancer],
) -> Callable[[Inventory], Inventory]:
    """Bend every load balancer."""

    def bend(inventory: Inventory) -> Inventory:
        balancers = tuple(change(balancer) for balancer in inventory.load_balancers)
        return replace(inventory, load_balancers=balancers)

    return bend


def with_actions(
    change: Callable[[tuple[Action, ...]], tuple[Action, ...]],
) -> Callable[[Inventory], Inventory]:
    """Bend the actions of every listener rule."""

    def bend(inventory: Inventory) -> Inventory:
        return replace(
            inventory,
            listeners=tuple(
                replace(
                    listener,
                    rules=tuple(
                        replace(rule, actions=change(rule.actions))
                        for rule in listener.rules
                    ),
                )
                for listener in inventory.listeners
            ),
        )

    return bend


def one_zone(inventory: Inventory) -> Inventory:
    """Forget in which zone a subnet or an address is."""
    subnets = (replace(subnet, zone="here") for subnet in inventory.subnets)
    bent = replace(inventory, subnets=tuple(subnets))
    return with_groups(
        lambda group: replace(
            group, targets=tuple(replace(item, zone="") for item in group.targets)
        )
    )(bent)


def every_zone_enabled(inventory: Inventory) -> Inventory:
    """Forget that a load balancer has zones of its own, as if it had a node in each."""
    names = tuple(subnet.id for subnet in inventory.subnets)
    return with_balancers(lambda balancer: replace(balancer, subnets=names))(inventory)


def cross_zone(told: str | None) -> Callable[[LoadBalancer], LoadBalancer]:
    """Take every load balancer's attribute for *told*."""
    attributes = {"load_balancing.cross_zone.enabled": told} if told else {}
    return lambda balancer: replace(balancer, attributes=attributes)


BALANCER_FAULTS: dict[str, Callable[[Inventory], Inventory]] = {
    "stopped instances are reached": everything_runs,
    "draining targets are reached": nothing_drains,
    "clients' addresses are never preserved": no_client_addresses,
    "source conditions are ignored": no_conditions,
    "internal load balancers are public": all_is_facing,
    "a classic balancer's own ACL is ignored": no_classic,
    "zones are ignored": one_zone,
    "zones that are not enabled are ignored": every_zone_enabled,
    "cross-zone is always on": with_groups(
        lambda group: replace(group, crosses_zones=True)
    ),
    "a target group's own word on zones is ignored": with_groups(
        lambda group: replace(group, crosses_zones=None)
    ),
    "cross-zone is on by default": with_balancers(cross_zone("true")),
    "a load balancer's attribute is ignored": with_balancers(cross_zone(None)),
    "an address's own zone is ignored": with_groups(
        lambda group: replace(
            group, targets=tuple(replace(item, zone="") for item in group.targets)
        )
    ),
    "authenticated is open": with_actions(
        lambda actions: tuple(a for a in actions if a.kind in ANSWERING)
    ),
    "an authentication lets nobody pass": with_actions(
        lambda actions: tuple(replace(a, lets_strangers_pass=False) for a in actions)
    ),
    "a token is not asked for": with_actions(
        lambda actions: tuple(a for a in actions if a.kind != "jwt-validation")
    ),
    "a second group of a forward is forgotten": with_actions(
        lambda actions: tuple(replace(a, targets=a.targets[:1]) for a in actions)
    ),
    "a load balancer behind another is forgotten": with_groups(
        lambda group: replace(group, targets=()) if group.kind == "alb" else group
    ),
    "addresses as targets are forgotten": with_groups(
        lambda group: replace(group, targets=()) if group.kind == "ip" else group
    ),
    "a balancer's egress is ignored": with_rules(
        lambda rules: (
            *rules,
            *(
                Rule(
                    rule.group,
                    is_egress=True,
                    protocol="all",
                    ports=None,
                    icmp=(-1, -1),
                    source="0.0.0.0/0",
                )
                for rule in rules[:1]
            ),
        )
    ),
}


@pytest.mark.parametrize("fault", BALANCER_FAULTS)
def test_a_fault_behind_balancers_is_noticed(fault: str) -> None:
    """Some client reaches other targets than the walker's."""
    bend = BALANCER_FAULTS[fault]

    assert any(_leads_elsewhere(seed, bend) for seed in range(200))


def _leads_elsewhere(seed: int, bend: Callable[[Inventory], Inventory]) -> bool:
    real = balanced_world(seed)
    rows = exposures(bend(real)).rows
    return any(
        reached(real, source, port) != covering(rows, source, port)
        for source in SOURCES
        if not is_bogon(source)
        for port in DIALLED
    )
