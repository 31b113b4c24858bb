"""Where packets come from: the internet, or a network that a VPC is joined to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringfence.inventory import Inventory
from ringfence.reach import sets
from ringfence.reach.sets import Family, Ranges

INTERNET = "internet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """
    One network from which packets come, and the gateway by which they enter.

    *entry* is the kind of way in and of its first hop; *gateways* holds the
    gateway by VPC, *addresses* all that may be a source. *members* are the
    addresses that a reference to a group stands for there. *is_named_publicly*
    says that clients name public addresses, else private ones.
    """

    source: str
    entry: str
    gateways: Mapping[str, str]
    addresses: Mapping[Family, Ranges]
    members: Mapping[str, Mapping[Family, Ranges]] = field(default_factory=dict)
    is_named_publicly: bool = False
    meets_inbound_acl: bool = True
    needs_route_back: bool = True

    @property
    def is_internet(self) -> bool:
        """Whether it is the internet, by whichever way in."""
        return self.source == INTERNET

    def within(self, ranges: Ranges, family: Family) -> Ranges:
        """Give what of *ranges* may be a source there."""
        if self.is_internet:
            return sets.public(ranges, family)
        return sets.intersection(ranges, self.addresses[family])


def internet(inventory: Inventory) -> Outside:
    """Give the internet, which enters by the internet gateways."""
    return Outside(
        source=INTERNET,
        entry="internet-gateway",
        gateways={
            vpc: gateway.id
            for gateway in inventory.internet_gateways
            for vpc in gateway.vpcs
        },
        addresses=sets.INTERNET,
        is_named_publicly=True,
    )
