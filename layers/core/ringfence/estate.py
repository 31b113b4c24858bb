"""An inventory under a policy, with what both imply computed at most once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ringfence.discovery import Names, discovered
from ringfence.garbage import undisturbed
from ringfence.identity import Identity, identities
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Endpoint
from ringfence.inventory.records import Rule
from ringfence.openings import (
    Audience,
    Groups,
    Opening,
    Strangers,
    Trust,
    Used,
    admitting,
    openings,
    trust,
)
from ringfence.policy import Policy
from ringfence.products import Profile
from ringfence.reach import Exposures, exposures
from ringfence.releases import Catalogue, shipped_catalogue


@dataclass(frozen=True)
class Estate:
    """
    What a check is asked about.

    *policy_error* says why the owner's newest policy is not in force, if so.
    With *probes_inside*, endpoints that only a VPC reaches are looked at too.
    """

    inventory: Inventory
    policy: Policy = field(default_factory=Policy)
    policy_error: str | None = None  # None: the newest policy is in force
    probes_inside: bool = False
    releases: Catalogue | None = None  # None: what this version ships

    @cached_property
    def catalogue(self) -> Catalogue:
        """What is known of the products' releases."""
        return self.releases or shipped_catalogue()

    @cached_property
    def exposures(self) -> Exposures:
        """What gets in from the internet; its parts are `reach.NEEDS`."""
        with undisturbed():
            return exposures(self.inventory)

    @cached_property
    def trust(self) -> Trust:
        """The ranges that the policy trusts."""
        return trust(cidr for cidrs in self.policy.trusted.values() for cidr in cidrs)

    @cached_property
    def strangers(self) -> Strangers:
        """Whom rules let in that the policy does not trust."""
        return Strangers(self.inventory.prefix_lists, self.trust)

    @cached_property
    def groups(self) -> Groups:
        """How open each security group is by its rules alone."""
        return Groups(self.strangers)

    @cached_property
    def admitting(self) -> Mapping[tuple[str, str | None], list[tuple[Rule, Audience]]]:
        """The rules that let strangers in, and whom, by group and rule id."""
        return admitting(self.inventory.security_groups, self.strangers)

    @cached_property
    def used(self) -> Used:
        """Which rules the internet's packets pass, and which groups are in use."""
        return Used(self.inventory, self.exposures)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """What of `exposures` the policy does not accept; see `openings.NEEDS`."""
        return openings(
            self.inventory,
            self.exposures,
            trust=self.trust,
            profile_of=self.profile_of,
        )

    @cached_property
    def names(self) -> Names:
        """The names of public zones, where those were read; else none."""
        is_read = "name_records" in self.inventory.read
        return Names(self.inventory.name_records if is_read else ())

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """What a visitor could ask for; see `discovery.NEEDS`."""
        found = discovered(
            self.inventory,
            self.policy,
            names=self.names,
            exposures=lambda: self.exposures,
            identities=self.identities,
            profile_of=self.profile_of,
        )
        return tuple(item for item in found if item.is_public or self.probes_inside)

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """The products that the policy knows, by name."""
        return self.policy.profiles()

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """Names, tags, VPC and product by resource id; see `identity.NEEDS`."""
        return identities(self.inventory, self.profiles)

    def product_of(self, resource: str) -> str | None:
        """The name of the product that *resource* belongs to; None: none told."""
        identity = self.identities.get(resource)
        return identity.product if identity else None

    def profile_of(self, resource: str) -> Profile | None:
        """The profile of the product that *resource* belongs to; None: none told."""
        return self.profiles.get(self.product_of(resource) or "")

    def label(self, resource: str) -> str:
        """``<id> (<name>)``, or the id alone where there is no name."""
        identity = self.identities.get(resource)
        return (
            f"{resource} ({identity.name})" if identity and identity.name else resource
        )
