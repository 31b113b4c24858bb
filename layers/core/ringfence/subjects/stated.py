"""
Versions without a look: what tags, the policy and stacks say of instances.

What was seen on the wire has the last word. Then comes who is nearest to the
instance: its own tag, the policy, and last the stack's parameter, which says what
was launched and not what an update in place has made of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from ringfence.estate import Estate
from ringfence.identity import NEEDS
from ringfence.inventory import Inventory
from ringfence.inventory.records import Tags
from ringfence.inventory.stacks import STACK_TAG, Stack
from ringfence.inventory.stated import StatedVersion
from ringfence.releases import VersionError, version
from ringfence.subjects.behind import hosts_behind
from ringfence.subjects.hosts import Host, hosts, is_exposed

VERSION_TAG = "ringfence:version"

# What of an estate says versions; nothing is said where they were not all read.
_PARTS = NEEDS


def can_state(estate: Estate) -> bool:
    """Whether *estate* was read far enough to say what runs where."""
    return estate.inventory.read >= _PARTS and estate.inventory.vpcs is None


def hosts_judged(estate: Estate) -> frozenset[str]:
    """Give what a judgement of stated versions covers: all of which it could know."""
    blind = "stacks" not in estate.inventory.read
    return frozenset(
        host.resource
        for host in hosts(estate.inventory)
        if not (blind and _stack_of(host) and VERSION_TAG not in _tags(host))
    )


def stated_versions(estate: Estate) -> Iterator[StatedVersion]:
    """Give one statement for each host of a product that no look told of."""
    inventory = estate.inventory
    told = _told(inventory)
    seen = _seen(estate, told)
    everywhere = frozenset(told.values())
    stacks = {stack.name: stack for stack in inventory.stacks}
    judged = hosts_judged(estate)
    for host in hosts(inventory):
        product = estate.product_of(host.instances[0].id)
        if product is None or host.resource not in judged:
            continue
        if product in seen.get(host.resource, ()):
            continue
        said = _said(estate, host, product, stacks, is_seen=product in everywhere)
        if said:
            text, source = said
            yield StatedVersion(
                resource=host.resource,
                instance=host.instances[0].id,
                label=host.label if host.group else estate.label(host.resource),
                product=product,
                text=text,
                source=source,
                is_public=any(is_exposed(estate, one) for one in host.instances),
            )


def narrowed(estate: Estate) -> Inventory:
    """
    Give the inventory by which stated versions are judged, and nothing else.

    Endpoints are not in it: what is served there is judged where it was seen.
    """
    inventory = estate.inventory
    judged = hosts_judged(estate)
    said = tuple(stated_versions(estate))
    return Inventory(
        account=inventory.account,
        region=inventory.region,
        taken_at=inventory.taken_at,
        read=frozenset({"http_observations", "stated_versions"}),
        only=judged,
        instances=tuple(
            one
            for host in hosts(inventory)
            for one in host.instances
            if estate.product_of(one.id)
        ),
        stated_versions=said,
    )


def _said(
    estate: Estate,
    host: Host,
    product: str,
    stacks: Mapping[str, Stack],
    *,
    is_seen: bool,
) -> tuple[str, str] | None:
    """
    Give what is said of *product* on *host*, and by whom; None: nothing.

    The policy speaks of a product, not of instances: where a look has told of it,
    agents and nodes that are called alike are left alone.
    """
    tags = _tags(host)
    for key in (VERSION_TAG, *_spellings(product)):
        if tags.get(key):
            return tags[key], f"the tag {key}"
    stated = estate.policy.products.get(product)
    if stated and stated.version and not is_seen:
        return stated.version, "the policy"
    stack = stacks.get(_stack_of(host))
    text = stack.versions.get(product, "") if stack else ""
    if stack and _is_version(text):
        return text, f"the stack {stack.name}"
    return None


def _told(inventory: Inventory) -> Mapping[str, str]:
    """Give the products that looks have told of, by endpoint."""
    return {
        look.endpoint: look.http.product
        for look in inventory.last_looks
        if look.http and look.http.product
    }


def _seen(estate: Estate, told: Mapping[str, str]) -> Mapping[str, set[str]]:
    """Give the products that were seen by the host that they run on."""
    found: dict[str, set[str]] = defaultdict(set)
    for endpoint, behind in hosts_behind(estate).items():
        if endpoint in told:
            for host in behind:
                found[host.resource].add(told[endpoint])
    return found


def _tags(host: Host) -> Tags:
    return host.instances[0].tags


def _stack_of(host: Host) -> str:
    return _tags(host).get(STACK_TAG, "")


@cache
def _spellings(product: str) -> tuple[str, ...]:
    """``JiraVersion``, ``jira-version`` and such; ``Version`` may be anything's."""
    return (
        f"{product.capitalize()}Version",
        f"{product}Version",
        *(f"{product}{between}version" for between in "-_:"),
    )


def _is_version(text: str) -> bool:
    try:
        version(text)
    except VersionError:
        return False
    return True
