"""Who a resource is: its name, tags, VPC, and the product it belongs to."""

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import Tags
from ringfence.products import Profile

NEEDS = frozenset(
    {
        "instances",
        "images",
        "security_groups",
        "network_interfaces",
        "load_balancers",
        "target_groups",
        "listeners",
    }
)

_Names = Mapping[str, re.Pattern[str]]

_TELLING_TAGS = ("ringfence:product", "Product", "Application", "Service", "Name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What signs a finding's resource."""

    name: str = ""
    vpc: str | None = None  # None: not in a VPC
    product: str | None = None  # None: not recognised
    tags: Tags = field(default_factory=dict)


def identities(
    inventory: Inventory, profiles: Mapping[str, Profile]
) -> dict[str, Identity]:
    """Identify every resource that findings are about, by id."""
    names = _names_of(profiles)
    products = _products_of_instances(inventory, profiles, names)
    known: dict[str, Identity] = {}
    for instance in inventory.instances:
        known[instance.id] = Identity(
            name=instance.tags.get("Name", ""),
            vpc=instance.vpc,
            product=products.get(instance.id),
            tags=instance.tags,
        )
    users: dict[str, set[str]] = defaultdict(set)
    for interface in inventory.network_interfaces:
        product = products.get(interface.instance or "")
        known[interface.id] = Identity(
            name=interface.tags.get("Name", ""),
            vpc=interface.vpc,
            product=product,
            tags=interface.tags,
        )
        if product:
            for carried in interface.groups:
                users[carried].add(product)
    for group in inventory.security_groups:
        known[group.id] = Identity(
            name=group.name,
            vpc=group.vpc,
            product=_the_only(users[group.id]),
            tags=group.tags,
        )
    behind = _products_behind(inventory, products)
    for balancer in inventory.load_balancers:
        known[balancer.id] = Identity(
            name=balancer.name,
            vpc=balancer.vpc,
            product=_the_only(behind[balancer.id])
            or _named((balancer.name, *_telling(balancer.tags)), names),
            tags=balancer.tags,
        )
    known |= _services(inventory, names)
    for origin in inventory.vpc_origins:
        target = known.get(origin.target) or known.get(origin.target.rpartition("/")[2])
        known[origin.arn] = replace(target or Identity(), name=origin.name)
    for service in inventory.endpoint_services:
        known[service.id] = Identity(
            name=service.tags.get("Name", ""), tags=service.tags
        )
    known |= _distributions(inventory, known, names)
    for certificate in inventory.certificates:
        known[certificate.id] = Identity(name=certificate.domain, tags=certificate.tags)
    return known


def account_of(inventory: Inventory) -> str:
    """Name the account itself, as Security Hub does."""
    return f"AWS::::Account:{inventory.account}"


def _services(inventory: Inventory, names: _Names) -> dict[str, Identity]:
    """Identify what AWS runs for the products, by ARN."""
    known: dict[str, Identity] = {}
    for database in inventory.databases:
        known[database.arn] = Identity(
            name=database.id,
            vpc=database.vpc,
            product=_named((database.id, *_telling(database.tags)), names),
            tags=database.tags,
        )
    homes = {database.id: database.vpc for database in inventory.databases}
    for cluster in inventory.database_clusters:
        known[cluster.arn] = Identity(
            name=cluster.id,
            vpc=next((homes[name] for name in cluster.members if name in homes), None),
            product=_named((cluster.id, *_telling(cluster.tags)), names),
            tags=cluster.tags,
        )
    for system in inventory.file_systems:
        known[system.arn] = Identity(
            name=system.name,
            vpc=next((target.vpc for target in system.targets), None),
            product=_named((system.name, *_telling(system.tags)), names),
            tags=system.tags,
        )
    for domain in inventory.search_domains:
        known[domain.arn] = Identity(
            name=domain.id, vpc=domain.vpc, product=_named((domain.id,), names)
        )
    return known


def _distributions(
    inventory: Inventory, known: Mapping[str, Identity], names: _Names
) -> dict[str, Identity]:
    """By the load balancers that they fetch from, else by what they are called."""
    balancers = {_bare(item.dns_name): item.id for item in inventory.load_balancers}
    found: dict[str, Identity] = {}
    for distribution in inventory.distributions:
        domains = [_bare(origin.domain) for origin in distribution.origins]
        behind = {
            known[balancers[name]].product for name in domains if name in balancers
        }
        clues = (*distribution.aliases, distribution.comment, *domains)
        found[distribution.id] = Identity(
            name=next(iter(distribution.aliases), distribution.domain),
            product=_the_only({name for name in behind if name})
            or _named(clues, names),
        )
    return found


def _bare(domain: str) -> str:
    """Give a load balancer's name in DNS as one of its several spellings."""
    return domain.lower().rstrip(".").removeprefix("dualstack.")


def _products_of_instances(
    inventory: Inventory, profiles: Mapping[str, Profile], names: _Names
) -> dict[str, str]:
    """Recognise instances by tags, image, instance profile, else by port."""
    images = {image.id: image.name for image in inventory.images}
    served = _ports_served(inventory)
    told: dict[str, str] = {}
    for instance in inventory.instances:
        clues = (
            *_telling(instance.tags),
            images.get(instance.image, ""),
            (instance.profile or "").rpartition("/")[2],
        )
        product = _named(clues, names) or _by_port(served[instance.id], profiles)
        if product:
            told[instance.id] = product
    return told


def _ports_served(inventory: Inventory) -> dict[str, set[int]]:
    """The single ports that groups or target groups name for each instance."""
    opened: dict[str, set[int]] = {}
    for group in inventory.security_groups:
        opened[group.id] = {
            rule.ports[0]
            for rule in group.rules
            if rule.ports and rule.ports[0] == rule.ports[1] and not rule.is_egress
        }
    served: dict[str, set[int]] = defaultdict(set)
    for instance in inventory.instances:
        for carried in instance.groups:
            served[instance.id] |= opened.get(carried, set())
    for targets in inventory.target_groups:
        for target in targets.targets:
            if target.port is not None:
                served[target.id].add(target.port)
    return served


def _products_behind(
    inventory: Inventory, products: Mapping[str, str]
) -> dict[str, set[str]]:
    groups = {group.id: group for group in inventory.target_groups}
    behind: dict[str, set[str]] = defaultdict(set)
    for listener in inventory.listeners:
        for rule in listener.rules:
            for action in rule.actions:
                for name in action.targets:
                    if name in groups:
                        behind[listener.balancer] |= {
                            products[target.id]
                            for target in groups[name].targets
                            if target.id in products
                        }
    return behind


def _telling(tags: Tags) -> tuple[str, ...]:
    return tuple(tags[key] for key in _TELLING_TAGS if key in tags)


def _names_of(profiles: Mapping[str, Profile]) -> _Names:
    """Give each product's globs as one pattern."""
    return {
        name: re.compile("|".join(fnmatch.translate(g.lower()) for g in profile.names))
        for name, profile in profiles.items()
        if profile.names
    }


def _named(clues: Iterable[str], names: _Names) -> str | None:
    """Find the product that the first telling clue names."""
    for clue in clues:
        text = clue.lower()
        for name, pattern in names.items():
            if pattern.match(text):
                return name
    return None


def _by_port(ports: set[int], profiles: Mapping[str, Profile]) -> str | None:
    return _the_only(
        {name for name, profile in profiles.items() if ports & set(profile.told_by)}
    )


def _the_only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None
