"""Availability Zones: to which targets a load balancer's node may forward."""

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    LoadBalancer,
    NetworkInterface,
    Target,
    TargetGroup,
)

ANY = "all"  # AWS's word for a target that every node may reach
_CROSS_ZONE = "load_balancing.cross_zone.enabled"


class Zones:
    """
    The zones of an inventory's subnets.

    A zone that was not told restricts nothing: what AWS may do is never
    called impossible.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._of = {subnet.id: subnet.zone for subnet in inventory.subnets}
        self._enabled = {
            balancer.id: frozenset(map(self.of, balancer.subnets))
            for balancer in inventory.load_balancers
        }

    def of(self, subnet: str) -> str:
        """Give the zone of *subnet*, `ANY` if it was not told."""
        return self._of.get(subnet) or ANY

    def of_target(
        self,
        target: Target,
        group: TargetGroup,
        balancer: LoadBalancer,
        interface: NetworkInterface,
    ) -> str:
        """
        Give the zone of what a group dials.

        AWS tells it for addresses; outside the VPC it is what the owner says,
        and an application load balancer that crosses zones ignores that
        (API reference, TargetDescription).
        """
        if group.kind != "ip":
            return self.of(interface.subnet)
        if interface.vpc == group.vpc:
            return target.zone or self.of(interface.subnet)
        if balancer.kind == "application" and crosses(balancer, group):
            return ANY
        return target.zone or ANY

    def is_enabled(self, balancer: LoadBalancer, zone: str) -> bool:
        """Whether *balancer* sends anything to targets in *zone*."""
        enabled = self._enabled[balancer.id]
        return zone == ANY or ANY in enabled or zone in enabled

    def is_within(
        self, balancer: LoadBalancer, group: TargetGroup, subnet: str, zone: str
    ) -> bool:
        """Whether a node in *subnet* may forward to a target of *group* in *zone*."""
        own = self.of(subnet)
        return crosses(balancer, group) or zone == own or ANY in (zone, own)


def crosses(balancer: LoadBalancer, group: TargetGroup) -> bool:
    """
    Whether nodes forward to other zones, too: the group's own word goes first.

    On for application load balancers and not to be changed there; for the
    others off until it is switched on (API reference, LoadBalancerAttribute).
    """
    if group.crosses_zones is not None:
        return group.crosses_zones
    if balancer.kind == "application":
        return True
    return balancer.attributes.get(_CROSS_ZONE) == "true"
