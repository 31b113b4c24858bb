"""What looks like an update of a product: a launch, another image, another version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ringfence.estate import Estate
from ringfence.identity import group_of
from ringfence.inventory.looks import Look
from ringfence.subjects.behind import hosts_behind
from ringfence.subjects.hosts import hosts


@dataclass(frozen=True, slots=True)
class Update:
    """
    A change of *product* on *instances*, between *began* and *ended*.

    *told* ends a sentence about it. *replaces* instances that were there: what runs
    in an Auto Scaling group is launched anew at any time, and that is no update.
    """

    product: str
    instances: frozenset[str]
    began: datetime
    ended: datetime
    told: str
    replaces: bool = False


def updates(estate: Estate, oldest: datetime) -> tuple[Update, ...]:
    """Give what was updated since *oldest*, as far as it shows, the newest first."""
    found = [*_versions(estate), *_images(estate), *_launches(estate)]
    recent = (one for one in found if one.ended >= oldest)
    return tuple(sorted(recent, key=lambda one: one.began, reverse=True))


def _launches(estate: Estate) -> Iterator[Update]:
    for host in hosts(estate.inventory):
        for instance in host.instances:
            product, at = estate.product_of(instance.id), instance.launched_at
            if product and at:
                yield Update(
                    product,
                    frozenset({instance.id}),
                    at,
                    at,
                    f"{estate.label(instance.id)} was launched at "
                    f"{at:%Y-%m-%d %H:%M} UTC",
                    replaces=group_of(instance.tags) is not None,
                )


def _images(estate: Estate) -> Iterator[Update]:
    """Give the groups that run an image which they did not begin with."""
    for host in hosts(estate.inventory):
        ran = estate.inventory.memories.ran.get(host.resource)
        product = estate.product_of(host.instances[0].id)
        if ran is None or product is None or host.image not in ran.since:
            continue
        noticed = ran.since[host.image]
        if noticed == min(ran.since.values()):
            continue
        launched = (instance.created_at for instance in host.instances)
        at = min((one for one in launched if one), default=noticed)
        yield Update(
            product,
            frozenset(instance.id for instance in host.instances),
            min(at, noticed),
            min(at, noticed),
            f"{host.label} launched another image, {host.image}, at "
            f"{min(at, noticed):%Y-%m-%d %H:%M} UTC",
        )


def _versions(estate: Estate) -> Iterator[Update]:
    """Give the endpoints that told one version, and then another."""
    looks = {look.endpoint: look for look in estate.inventory.last_looks}
    changed = {name: look for name, look in looks.items() if look.ran_before}
    if not changed:
        return
    for endpoint, behind in hosts_behind(estate).items():
        look = changed.get(endpoint)
        if look and behind and (update := _version(look)):
            instances = (one.id for host in behind for one in host.instances)
            product, began, ended, told = update
            yield Update(product, frozenset(instances), began, ended, told)


def _version(look: Look) -> tuple[str, datetime, datetime, str] | None:
    now, before = look.running, look.ran_before
    if now is None or before is None:
        return None
    told = (
        f"{look.endpoint} told version {before.version} until "
        f"{before.until:%Y-%m-%d %H:%M} UTC and then {now.version}"
    )
    return now.product, before.until, now.since, told
