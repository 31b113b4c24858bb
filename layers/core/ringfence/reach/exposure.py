"""Exposures: exactly which packets get in, to what, and along which path."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ringfence.reach.sets import Family

NEEDS = frozenset(
    {
        "vpc_networks",
        "subnets",
        "route_tables",
        "network_acls",
        "security_groups",
        "network_interfaces",
        "instances",
        "internet_gateways",
        "prefix_lists",
        "load_balancers",
        "listeners",
        "target_groups",
    }
)


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path; *rule* is an ACL's rule number or a group's rule id."""

    id: str
    type: str
    rule: str | None = None  # None: the step has no rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """
    An exact set of packets that reaches one address of one interface.

    *ports* is None where the protocol has none; *icmp* is (type, code), -1 for
    all, None for other protocols. *session* is ``both`` when replies get out
    as well, else ``one-way``. *sources* are disjoint CIDRs. *authenticated_by*
    is the listener's action that all of them must satisfy before a target
    hears of them.
    """

    resource: str
    interface: str
    address: str
    family: Family
    source: str
    entry: str
    protocol: str
    ports: tuple[int, int] | None
    icmp: tuple[int, int] | None
    sources: tuple[str, ...]
    session: str
    path: tuple[Hop, ...]
    inspected_by: str | None = None  # None: goes straight in
    authenticated_by: str | None = None  # None: nothing on the way asks

    def lets_in(self, port: int) -> bool:
        """Whether a TCP connection to *port* gets in, and its answer out."""
        return (
            self.protocol == "tcp"
            and self.session == "both"
            and self.ports is not None
            and self.ports[0] <= port <= self.ports[1]
        )


@dataclass(frozen=True, slots=True)
class Blind:
    """
    An interface whose exposure cannot be told, and why.

    *interface* ``*`` stands for all of the resource's.
    *entry* names a way in that another service decides about; empty: it is told of
    all ways through gateways and load balancers.
    """

    resource: str
    interface: str
    because: str
    source: str | None = None  # None: whoever it is to
    entry: str = ""


@dataclass(frozen=True)
class Exposures:
    """
    All that gets in, and where it cannot be told.

    *elsewhere* are ways in that other services decide about; they make no row and
    no other resource doubtful, so that checks do not ask for them here.
    """

    rows: tuple[Exposure, ...] = ()
    unknown: tuple[Blind, ...] = ()
    elsewhere: tuple[Blind, ...] = ()

    @cached_property
    def by_resource(self) -> Mapping[str, tuple[Exposure, ...]]:
        """The rows by the resource at which the packet ends."""
        groups: dict[str, list[Exposure]] = defaultdict(list)
        for row in self.rows:
            groups[row.resource].append(row)
        return {resource: tuple(rows) for resource, rows in groups.items()}


def exposure_json(row: Exposure) -> dict[str, Any]:
    """Give a row as ``ringfence exposure`` and evidence show it."""
    ports: Any = list(row.ports) if row.ports else None
    if row.icmp and row.icmp != (-1, -1):
        ports = {"type": row.icmp[0], "code": row.icmp[1]}
    return {
        "resource": row.resource,
        "interface": row.interface,
        "address": row.address,
        "family": row.family,
        "source": row.source,
        "entry": row.entry,
        "protocol": row.protocol,
        "ports": ports,
        "sources": list(row.sources),
        "session": row.session,
        "inspected_by": row.inspected_by,
        "authenticated_by": row.authenticated_by,
        "path": [
            {"id": hop.id, "type": hop.type}
            | ({} if hop.rule is None else {"rule": hop.rule})
            for hop in row.path
        ],
    }
