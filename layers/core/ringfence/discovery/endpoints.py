"""From an inventory to the endpoints that a visitor could ask for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ringfence import identity, reach
from ringfence.discovery.names import Names
from ringfence.identity import Identity
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Endpoint
from ringfence.inventory.records import Listener, LoadBalancer
from ringfence.policy import Policy
from ringfence.products import Profile
from ringfence.reach import Exposure, Exposures
from ringfence.services import SERVICES

NEEDS = reach.NEEDS | identity.NEEDS

# How many are looked at per sweep, Region by Region: two probes at a time, at a
# second or so each, are done with them well within the shortest period.
MOST_ENDPOINTS = 1000

WEB_PORTS = frozenset({80, 443, 8443})

# Public ports of products that speak neither TLS nor HTTP: Git over SSH.
# https://confluence.atlassian.com/bitbucketserverkb/806029586.html
_OTHER_PROTOCOLS = frozenset({7999})

_WEB = frozenset({"HTTP", "HTTPS", "TLS", "SSL"})
_OPAQUE = frozenset({"TCP", "TCP_UDP"})
_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_OWNER_TAGS = ("ringfence:owner", "Owner", "owner", "Team", "team", "Contact")


class _Place(NamedTuple):
    """A port of a resource at which TLS or HTTP may be spoken, before it has names."""

    resource: str
    port: int
    ends: tuple[str, ...]
    found_by: tuple[str, ...]
    is_public: bool
    is_promised: bool


def discovered(
    inventory: Inventory,
    policy: Policy,
    *,
    names: Names,
    exposures: Callable[[], Exposures],
    identities: Mapping[str, Identity],
    profile_of: Callable[[str], Profile | None],
) -> tuple[Endpoint, ...]:
    """
    Every endpoint that *policy* names, or that AWS shows to be there.

    What a name leads to is asked for by that name alone, so that one bad
    certificate is told once. What was not read shows no endpoints: whether all
    are there is to be asked of the inventory (`NEEDS`, and ``name_records``).
    Those of the policy come first, then the promised ones; what the policy leaves
    alone is not among them.
    """
    found = [
        Endpoint(host=_plain(item.host), port=item.port, found_by=("policy",))
        for item in policy.endpoints
    ]
    if inventory.read >= NEEDS:
        rows = exposures().by_resource
        places = [
            *_at_balancers(inventory, rows),
            *_at_instances(inventory, rows, profile_of),
        ]
        for place in places:
            who = identities.get(place.resource, Identity())
            found += _named(place, who, names)
    left_alone = {
        (_plain(item.host), item.port)
        for item in policy.endpoints
        if item.is_left_alone
    }
    merged = _merged(found)
    return tuple(item for item in merged if (item.host, item.port) not in left_alone)


def _at_balancers(
    inventory: Inventory, rows: Mapping[str, tuple[Exposure, ...]]
) -> Iterator[_Place]:
    """Their listeners: public ones that somebody gets to, and all internal ones."""
    listeners: dict[str, list[Listener]] = defaultdict(list)
    for listener in inventory.listeners:
        if _speaks(listener):
            listeners[listener.balancer].append(listener)
    for balancer in inventory.load_balancers:
        own = [row for row in rows.get(balancer.id, ()) if row.source == "internet"]
        for listener in listeners[balancer.id]:
            reached = [row for row in own if row.lets_in(listener.port)]
            if not balancer.dns_name or (balancer.is_internet_facing and not reached):
                continue
            yield _Place(
                balancer.id,
                listener.port,
                (balancer.dns_name, *_addresses(balancer, reached)),
                (listener.id,),
                balancer.is_internet_facing,
                _is_for_all(reached),
            )


def _addresses(balancer: LoadBalancer, reached: Iterable[Exposure]) -> Iterator[str]:
    """Those that stay: a network load balancer's; others change at any time."""
    if balancer.kind == "network":
        yield from dict.fromkeys(row.address for row in reached)


def _at_instances(
    inventory: Inventory,
    rows: Mapping[str, tuple[Exposure, ...]],
    profile_of: Callable[[str], Profile | None],
) -> Iterator[_Place]:
    """The web's and the product's ports of what the internet gets straight to."""
    balancers = {balancer.id for balancer in inventory.load_balancers}
    for resource, own in rows.items():
        if resource in balancers:
            continue
        ports = web_ports(profile_of(resource))
        by_place: dict[tuple[str, int], list[Exposure]] = defaultdict(list)
        for row in own:
            if row.source == "internet" and row.entry == "internet-gateway":
                for port in ports:
                    if row.lets_in(port):
                        by_place[row.address, port].append(row)
        for address, port in sorted(by_place):
            if "/" not in address:  # a delegated prefix says no address
                where = (resource,)
                yield _Place(
                    resource, port, (address,), where, is_public=True, is_promised=False
                )


def web_ports(profile: Profile | None) -> tuple[int, ...]:
    """Where TLS or HTTP is to be expected: no data stores, no SSH, no clusters."""
    own = {*profile.public, *profile.proxied} if profile else set[int]()
    known = {port for protocol, port in SERVICES if protocol == "tcp"}
    return tuple(sorted(WEB_PORTS | (own - known - _OTHER_PROTOCOLS)))


def _speaks(listener: Listener) -> bool:
    """Whether *listener* speaks TLS or HTTP, or passes what probably does."""
    if listener.protocol in _WEB:
        return True
    return listener.protocol in _OPAQUE and listener.port in WEB_PORTS


def _is_for_all(rows: Iterable[Exposure]) -> bool:
    return any(not _ANYWHERE.isdisjoint(row.sources) for row in rows)


def _named(place: _Place, who: Identity, names: Names) -> Iterator[Endpoint]:
    """One endpoint for each name that leads there, else one without a name."""
    shared = Endpoint(
        host=place.ends[0],
        port=place.port,
        resource=place.resource,
        product=who.product,
        owner=next((who.tags[key] for key in _OWNER_TAGS if key in who.tags), ""),
        is_public=place.is_public,
        is_named=False,
        is_promised=place.is_promised,
        found_by=place.found_by,
    )
    hosts = names.hosts_at(place.ends)
    if not hosts:
        yield shared
    for host in hosts:
        yield replace(
            shared,
            host=host,
            addresses=names.addresses(host),
            is_named=True,
            found_by=(*place.found_by, f"record {host}"),
        )


def _merged(found: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """Join what is the same host and port; who knows more has the say."""
    merged: dict[tuple[str, int], Endpoint] = {}
    for item in found:
        key = (item.host, item.port)
        known = merged.get(key)
        if known is None:
            merged[key] = item
            continue
        merged[key] = replace(
            known,
            addresses=known.addresses or item.addresses,
            resource=known.resource or item.resource,
            product=known.product or item.product,
            owner=known.owner or item.owner,
            is_public=known.is_public or item.is_public,
            is_named=known.is_named or item.is_named,
            is_promised=known.is_promised or item.is_promised,
            found_by=tuple(dict.fromkeys(known.found_by + item.found_by)),
        )
    return tuple(sorted(merged.values(), key=_rank))


def _rank(item: Endpoint) -> tuple[bool, bool, bool, str, int]:
    is_asked_for = "policy" in item.found_by
    return (
        not is_asked_for,
        not item.is_promised,
        not item.is_named,
        item.host,
        item.port,
    )


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")
