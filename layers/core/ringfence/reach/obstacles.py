"""
What stops a packet from outside, and its reply: the first thing on the way.

Read step by step and without the engine's shortcuts: gateway, ACL, groups.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ringfence.inventory.records import AclEntry
from ringfence.reach import Exposure, sets
from ringfence.reach.engine import UNGUARDED, World
from ringfence.reach.filters import acl_allows, numbers_of, replies
from ringfence.reach.outside import INTERNET
from ringfence.reach.routes import Border
from ringfence.reach.sets import Family, Ranges

_NAT = frozenset({"nat_gateway", "natGateway"})
_SHARED = "100.64.0.0/10"  # RFC 6598


class Code(StrEnum):
    """Reachability Analyzer's explanation codes, as far as they are told here."""

    BAD_STATE = "BAD_STATE"
    BAD_STATE_ROUTE = "BAD_STATE_ROUTE"
    BLOCK_PUBLIC_ACCESS = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    NO_PUBLIC_ADDRESS = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    PRIVATE_SOURCE = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"
    SHARED_SOURCE = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"
    SPOOFED = "GATEWAY_REJECTS_SPOOFED_TRAFFIC"
    NAT_ONLY = "NGW_REQUIRES_SOURCE_IN_VPC"
    NO_ROUTE = "NO_ROUTE_TO_DESTINATION"
    NOT_OF_PEER = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
    NOT_BY_VPN = "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    ACL = "SUBNET_ACL_RESTRICTION"
    NO_RULES = "SG_HAS_NO_RULES"
    NO_MATCHING_RULE = "ENI_SG_RULES_MISMATCH"
    NO_LISTENER = "ELBV2_LISTENERS_MISMATCH"
    NO_CLASSIC_LISTENER = "ELB_LISTENERS_MISMATCH"
    NOT_FORWARDED = "ELBV2_LISTENER_REQUIRES_TG_ACCEPT"
    NO_TARGETS = "ELBV2_LISTENER_HAS_NO_TG"
    ZONE_NOT_ENABLED = "ELB_INSTALLED_AZ_RESTRICTION"
    NOT_CROSS_ZONE = "ELB_NOT_CROSSZONE"
    CLASSIC_ACL = "ELB_ACL_RESTRICTION"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stops packets: AWS's code, the component's id, and words for people."""

    code: Code
    component: str
    because: str
    rule: str | None = None  # None: no numbered rule did


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    Who is asked about: packets of *protocol* to *port* of *resource*.

    *source* is a CIDR, on the internet or in a network that the VPC is joined to;
    None stands for the whole internet.
    """

    resource: str
    protocol: str
    port: int
    source: str | None = None

    @property
    def families(self) -> tuple[Family, ...]:
        """The address families of the source."""
        return (sets.parse(self.source)[0],) if self.source else ("ipv4", "ipv6")

    @property
    def traffic(self) -> str:
        """The packets in words."""
        return f"{self.protocol} {self.port}"

    def sources(self, family: Family) -> Ranges:
        """Give the addresses of *family* that are asked about."""
        if self.source is None:
            return sets.INTERNET[family]
        kind, ranges = sets.parse(self.source)
        return ranges if kind == family else sets.EMPTY

    def is_met_by(self, row: Exposure) -> bool:
        """Whether *row* lets in some of the packets."""
        if row.protocol != self.protocol or row.ports is None:
            return False
        if self.source is None and row.source != INTERNET:
            return False
        if not row.ports[0] <= self.port <= row.ports[1]:
            return False
        return bool(sets.intersection(sources_in(row), self.sources(row.family)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    An address that those outside can name, and what stands before it.

    *groups* None means that no group guards it.
    """

    interface: str
    subnet: str
    address: str
    family: Family
    groups: tuple[str, ...] | None
    kind: str = "interface"
    instance: str | None = None  # None: not an instance's


def sources_in(row: Exposure) -> Ranges:
    """Give the row's sources exactly: the internet's ``/0`` has no private ones."""
    ranges = sets.of(row.sources, row.family)
    if row.source == INTERNET:
        return sets.public(ranges, row.family)
    return ranges


def first_obstacle(world: World, place: Place, question: Question) -> Obstacle | None:
    """Give what stops the packets to *place*; None if nothing that is known does."""
    asked = world.outside.within(question.sources(place.family), place.family)
    border = world.borders.of(place.subnet)
    found = _at_the_gateway(border, place) or _at_rest(world, place)
    if found:
        return found
    asked = sets.difference(asked, border.own[place.family])
    if not asked:
        because = "a gateway takes nothing that claims to come from its own VPC"
        return Obstacle(Code.SPOOFED, border.gateway or border.subnet, because)
    inbound = [entry for entry in border.acl.entries if not entry.is_egress]
    passed = acl_allows(
        _of(inbound, question.protocol),
        question.protocol,
        question.port,
        asked,
        place.family,
    )[0]
    if not passed:
        number = _denying(inbound, question, asked, place.family)
        because = f"rule {number} denies {question.traffic} in from {_words(question)}"
        return Obstacle(Code.ACL, border.acl.id, because, number)
    return _at_the_groups(world, place, question, passed)


def reply_obstacle(border: Border, row: Exposure) -> Obstacle:
    """Give what stops the replies to what *row* lets in one way."""
    routed = sets.intersection(sources_in(row), border.back[row.family])
    if not routed:
        way = border.inspectors.get(row.family) or border.gateway
        because = f"no route leads the replies back to {way}"
        return Obstacle(Code.NO_ROUTE, border.table, because)
    if replies(border.acl, row.protocol, row.family, routed):
        because = "the replies are lost on part of the way"
    else:
        because = "no outbound rule lets the replies out"
    return Obstacle(Code.ACL, border.acl.id, because)


def no_network_has(question: Question, vpc: str, component: str) -> Obstacle:
    """Say that packets from a private address have no way to *component*."""
    (family,) = question.families
    asked = question.sources(family)
    shared = sets.parse(_SHARED)[1]
    is_shared = family == "ipv4" and not sets.difference(asked, shared)
    because = (
        f"{question.source} is not an address of the internet, and no network that "
        f"{vpc} is joined to has it (ways within a VPC are not looked at)"
    )
    code = Code.SHARED_SOURCE if is_shared else Code.PRIVATE_SOURCE
    return Obstacle(code, component, because)


def _at_the_gateway(border: Border, place: Place) -> Obstacle | None:
    if border.gateway is None:
        because = "no internet gateway is attached to its VPC"
        return Obstacle(Code.NO_ROUTE, border.subnet, because)
    if border.is_blocked:
        because = "VPC Block Public Access shuts the internet gateway for its subnet"
        return Obstacle(Code.BLOCK_PUBLIC_ACCESS, border.gateway, because)
    if place.family in border.dropped:
        because = "the gateway's own route to the subnet leads nowhere"
        return Obstacle(Code.BAD_STATE_ROUTE, border.gateway, because)
    if place.kind in _NAT:
        because = "a NAT gateway takes no connections from outside"
        return Obstacle(Code.NAT_ONLY, place.interface, because)
    return None


def _at_rest(world: World, place: Place) -> Obstacle | None:
    state = world.states.get(place.instance or "", "running")
    if state == "running":
        return None
    return Obstacle(Code.BAD_STATE, place.instance or "", f"the instance is {state}")


def _at_the_groups(
    world: World, place: Place, question: Question, passed: Ranges
) -> Obstacle | None:
    groups = place.groups
    rules = UNGUARDED if groups is None else world.rules_of(groups)
    component = ", ".join(groups or ()) or place.interface
    inbound = [rule for rule in rules if not rule.is_egress]
    if not inbound:
        because = "no group of it has an inbound rule"
        return Obstacle(Code.NO_RULES, component, because)
    for rule in inbound:
        if rule.protocol not in (question.protocol, "all"):
            continue
        low, high = numbers_of(rule.protocol, rule.ports, rule.icmp)
        is_of_port = low <= question.port <= high
        if is_of_port and sets.intersection(world.named(rule, place.family), passed):
            return None
    because = f"no rule lets {question.traffic} in from {_words(question)}"
    return Obstacle(Code.NO_MATCHING_RULE, component, because)


def _of(entries: Iterable[AclEntry], protocol: str) -> list[AclEntry]:
    return [entry for entry in entries if entry.protocol in (protocol, "all")]


def _denying(
    inbound: Iterable[AclEntry], question: Question, asked: Ranges, family: Family
) -> str:
    """Give the number of the first entry that denies; ``*`` for the last resort."""
    for entry in _of(inbound, question.protocol):
        low, high = entry.ports or (0, 65535)
        is_of_port = entry.protocol == "all" or low <= question.port <= high
        kind, ranges = sets.parse(entry.cidr)
        denies = is_of_port and kind == family and not entry.allows
        if denies and sets.intersection(ranges, asked):
            return str(entry.number)
    return "*"


def _words(question: Question) -> str:
    return question.source or "the internet"
