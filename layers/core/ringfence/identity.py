"""Who a resource is: its name, tags, VPC, and the product it belongs to."""

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ringfence.atlassian_images import atlassian_image
from ringfence.inventory import Inventory
from ringfence.inventory.records import Tags
from ringfence.inventory.stacks import STACK_TAG
from ringfence.products import Profile, names_a_product

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

_GROUP_TAG = "aws:autoscaling:groupName"

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
    known |= _scaling_groups(inventory, known, names)
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
    behind = {
        balancer: {products[name] for name in targets if name in products}
        for balancer, targets in targets_behind(inventory).items()
    }
    for balancer in inventory.load_balancers:
        known[balancer.id] = Identity(
            name=balancer.name,
            vpc=balancer.vpc,
            product=_the_only(behind.get(balancer.id, set()))
            or _named((balancer.name, *_telling(balancer.tags)), names),
            tags=balancer.tags,
        )
    known |= _services(inventory, names)
    known |= _ways_in(inventory, known)
    known |= _distributions(inventory, known, names)
    known |= _web_acls(inventory, known)
    return known | _told_by_themselves(inventory)


def _ways_in(
    inventory: Inventory, known: Mapping[str, Identity]
) -> dict[str, Identity]:
    """Identify what leads in by what it leads to, else by its tags."""
    found: dict[str, Identity] = {}
    for origin in inventory.vpc_origins:
        target = known.get(origin.target) or known.get(origin.target.rpartition("/")[2])
        found[origin.arn] = replace(target or Identity(), name=origin.name)
    for service in inventory.endpoint_services:
        found[service.id] = Identity(
            name=service.tags.get("Name", ""), tags=service.tags
        )
    return found


def _told_by_themselves(inventory: Inventory) -> dict[str, Identity]:
    """Identify certificates, and endpoints by what discovery knew of them."""
    found = {
        certificate.id: Identity(name=certificate.domain, tags=certificate.tags)
        for certificate in inventory.certificates
    }
    for endpoint in inventory.asked:
        found[endpoint.name] = Identity(
            product=endpoint.product,
            tags={"Owner": endpoint.owner} if endpoint.owner else {},
        )
    return found


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
    return known | _outside_vpcs(inventory)


def _distributions(
    inventory: Inventory, known: Mapping[str, Identity], names: _Names
) -> dict[str, Identity]:
    """By the load balancers that they fetch from, else by what they are called."""
    balancers = {bare(item.dns_name): item.id for item in inventory.load_balancers}
    found: dict[str, Identity] = {}
    for distribution in inventory.distributions:
        domains = [bare(origin.domain) for origin in distribution.origins]
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


def bare(domain: str) -> str:
    """Give a load balancer's name in DNS as one of its several spellings."""
    return domain.lower().rstrip(".").removeprefix("dualstack.")


def _web_acls(
    inventory: Inventory, known: Mapping[str, Identity]
) -> dict[str, Identity]:
    """By the load balancers that they protect."""
    found: dict[str, Identity] = {}
    for acl in inventory.web_acls:
        before = {known[name].product for name in acl.balancers if name in known}
        product = _the_only({name for name in before if name})
        found[acl.id] = Identity(name=acl.name, product=product)
    return found


def _outside_vpcs(inventory: Inventory) -> dict[str, Identity]:
    """What is in no VPC, and of no product's."""
    known: dict[str, Identity] = {}
    for image in inventory.images:
        known[image.id] = Identity(name=image.name, tags=image.tags)
    for template in inventory.launch_templates:
        known[template.id] = Identity(name=template.name)
    return known


def group_of(tags: Tags) -> str | None:
    """The Auto Scaling group that an instance's *tags* name; None: it is in none."""
    return tags.get(_GROUP_TAG)


def group_resource(name: str) -> str:
    """The id of the Auto Scaling group *name*: its ARN has a part that tags lack."""
    return f"asg:{name}"


def _scaling_groups(
    inventory: Inventory, instances: Mapping[str, Identity], names: _Names
) -> dict[str, Identity]:
    """
    Auto Scaling groups, by their first instance or, where there is none, themselves.

    A change in one VPC sees the instances alone: a sweep must say the same of them.
    """
    vpcs = {subnet.id: subnet.vpc for subnet in inventory.subnets}
    known: dict[str, Identity] = {}
    for group in inventory.auto_scaling_groups:
        known[group_resource(group.name)] = Identity(
            name=group.name,
            vpc=next((vpcs[name] for name in group.subnets if name in vpcs), None),
            product=_named((*_telling(group.tags), group.name), names),
            tags=group.tags,
        )
    for instance in sorted(inventory.instances, key=lambda one: one.id, reverse=True):
        name = group_of(instance.tags)
        if name is not None and instance.vpc:
            who = instances[instance.id]
            known[group_resource(name)] = replace(who, name=name)
    return known


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
            _atlassian(instance.image),
        )
        product = _named(clues, names) or _by_port(served[instance.id], profiles)
        if product:
            told[instance.id] = product
    return told


def _atlassian(image: str) -> str:
    """The product that Atlassian made *image* for, be it gone; empty: not known."""
    known = atlassian_image(image)
    return known.product if known else ""


def _ports_served(inventory: Inventory) -> dict[str, set[int]]:
    """The single ports that groups, or target groups in use, name for each instance."""
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
    used = {
        name
        for listener in inventory.listeners
        for rule in listener.rules
        for action in rule.actions
        for name in action.targets
    }
    for targets in inventory.target_groups:
        for target in targets.targets if targets.id in used else ():
            if target.port is not None:
                served[target.id].add(target.port)
    return served


def targets_behind(inventory: Inventory) -> Mapping[str, set[str]]:
    """The ids of all targets that each load balancer may forward to."""
    groups = {group.id: group for group in inventory.target_groups}
    behind: dict[str, set[str]] = defaultdict(set)
    for listener in inventory.listeners:
        for rule in listener.rules:
            for action in rule.actions:
                for name in action.targets:
                    if name in groups:
                        behind[listener.balancer] |= {
                            target.id for target in groups[name].targets
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


def is_set_up_by_user_data(tags: Tags, image: str) -> bool:
    """
    Whether an instance is a product's whose own user data may say how it is set up.

    Told by its tags and by Atlassian's *image* alone. What a stack made has its
    settings from the stack: its user data only starts that.
    """
    is_ours = names_a_product(" ".join(tags.values())) or atlassian_image(image)
    return bool(is_ours) and STACK_TAG not in tags


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
