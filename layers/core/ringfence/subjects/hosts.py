"""What runs from one image: an instance, or those of one Auto Scaling group."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ringfence.estate import Estate
from ringfence.finding import Severity
from ringfence.identity import group_of, group_resource
from ringfence.inventory import Inventory
from ringfence.inventory.records import Instance
from ringfence.subjects.arrivals import are_asked, arrivals

# Replaced as a whole by what runs them, never patched in place.
_REPLACED = ("kubernetes.io/cluster/", "eks:", "karpenter.sh/")

_GONE = frozenset({"terminated", "shutting-down"})
_DOWN = frozenset({"stopped", "stopping"})


@dataclass(frozen=True, slots=True)
class Host:
    """
    What is mended at once: an instance, or a group's instances of one image.

    *resource* is what a finding is about. *group* is the Auto Scaling group's name,
    None for an instance alone.
    """

    resource: str
    group: str | None
    image: str
    instances: tuple[Instance, ...]

    @property
    def discriminator(self) -> str:
        """What tells a group's instances of one image from those of another."""
        return self.image if self.group else ""

    @property
    def is_stopped(self) -> bool:
        """Whether nothing of it runs."""
        return all(instance.state in _DOWN for instance in self.instances)

    @property
    def label(self) -> str:
        """``<id> (<name>)``, or the group; what is stopped is called so."""
        if self.group:
            return f"Auto Scaling group {self.group}"
        name = self.instances[0].tags.get("Name")
        label = f"{self.resource} ({name})" if name else self.resource
        return f"{label}, which is stopped," if self.is_stopped else label


def hosts(inventory: Inventory) -> Iterator[Host]:
    """Give all that is there, the instances of a group and image as one."""
    grouped: dict[tuple[str, str], list[Instance]] = defaultdict(list)
    for instance in present_instances(inventory):
        group = group_of(instance.tags)
        if group is None:
            yield Host(instance.id, None, instance.image, (instance,))
        else:
            grouped[group, instance.image].append(instance)
    for (group, image), some in sorted(grouped.items()):
        ordered = tuple(sorted(some, key=lambda instance: instance.id))
        yield Host(group_resource(group), group, image, ordered)


def present_instances(inventory: Inventory) -> Iterator[Instance]:
    """Give the instances that are neither terminated nor about to be."""
    return (one for one in inventory.instances if one.state not in _GONE)


def running_instances(inventory: Inventory) -> Iterator[Instance]:
    """Give the instances that run."""
    return (one for one in inventory.instances if one.state == "running")


def severity(estate: Estate, instances: Iterable[Instance], base: Severity) -> Severity:
    """
    Give *base*, one step worse where strangers are known to reach one of *instances*.

    What does not run is one step milder: it harms nobody until it is started.
    """
    some = tuple(instances)
    if all(instance.state in _DOWN for instance in some):
        return base.stepped(-1)
    is_reached = any(is_exposed(estate, instance) for instance in some)
    return base.stepped(1) if is_reached else base


def is_exposed(estate: Estate, instance: Instance) -> bool:
    """
    Whether strangers are known to reach *instance*.

    Who has to log in at a load balancer first is no stranger.
    """
    return not are_asked(arrivals(estate, instance.id))


def is_replaced(instance: Instance) -> bool:
    """Whether *instance* is a cluster's node, which is replaced and not patched."""
    return any(key.startswith(_REPLACED) for key in instance.tags)


def replacing(host: Host, region: str) -> str:
    """Give what is to be done once a better image is known."""
    if host.group:
        return (
            "Put what it prints into the group's launch template, then: "
            f"aws autoscaling start-instance-refresh --region {region} "
            f"--auto-scaling-group-name '{host.group}'"
        )
    return (
        "Launch from what it prints, move over, then: "
        f"aws ec2 terminate-instances --region {region} "
        f"--instance-ids {host.resource}"
    )
