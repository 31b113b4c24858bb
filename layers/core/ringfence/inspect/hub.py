"""Where Ringfence runs, and what it reads and judges with."""

from dataclasses import dataclass, field

import boto3

from ringfence.acceptances import with_accepted
from ringfence.collect import collect
from ringfence.collect.locate import Whereabouts
from ringfence.inspect.policies import Policies
from ringfence.inspect.rules import NO_RULES, Forwarding, OwnRules
from ringfence.inspect.verdicts import Clock, place_of
from ringfence.inspect.watching import with_rules
from ringfence.inventory import Inventory
from ringfence.inventory.read import read_on
from ringfence.inventory.worldwide import of_region
from ringfence.members import Members
from ringfence.observations import ObservationsTable
from ringfence.parked import ParkedPlaces
from ringfence.policy import Policy
from ringfence.store import FindingsTable
from ringfence.sweeps import SweepBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """
    Where Ringfence runs and what it works with.

    *account* and *region* are its own, and *rules* its event rules. *members* leads
    into other accounts, *forwarding* are the event rules there; None: those are not
    looked after. *whereabouts* knows where resources are, longer than an invocation if
    it is kept. *regions* are swept beside its own.
    With *probes_inside*, probes are made from inside a VPC; with *user_data*, sweeps
    read that of the products' instances.
    """

    account: str
    region: str
    session: boto3.Session
    policies: Policies
    table: FindingsTable
    observations: ObservationsTable
    book: SweepBook
    parked: ParkedPlaces
    now: Clock
    members: Members
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    rules: OwnRules = NO_RULES
    forwarding: Forwarding | None = None
    regions: tuple[str, ...] = ()
    probes_inside: bool = False
    user_data: bool = False

    def is_own(self, account: str, region: str) -> bool:
        """Whether Ringfence runs there."""
        return (account, region) == (self.account, self.region)

    def is_home(self, region: str) -> bool:
        """Whether what is global is read there, once for each account."""
        return region == self.region

    def sweeps(self, region: str) -> bool:
        """Whether *region* is watched, in whichever account."""
        return region in (self.region, *self.regions)

    def session_of(self, account: str) -> boto3.Session:
        """Our own session or the member's, or raise `members.RefusedError`."""
        if account == self.account:
            return self.session
        return self.members.session(account)


def policy_of(policy: Policy, account: str, region: str, hub: Hub) -> Policy:
    """
    *policy* as it is in one place, with what people accepted there.

    The policy's endpoints are only where Ringfence runs.
    """
    policy = with_accepted(policy, hub.table.acceptances.of(place_of(account, region)))
    if hub.is_own(account, region):
        return policy
    return policy.model_copy(update={"endpoints": ()})


def read_place(
    account: str, region: str, vpcs: frozenset[str] | None, hub: Hub
) -> Inventory:
    """Read a place as it is now, whole or some of its VPCs."""
    is_home = hub.is_home(region)
    snapshot = collect(
        hub.session_of(account),
        account=account,
        region=region,
        now=hub.now,
        vpcs=vpcs,
        is_home=is_home,
        user_data=hub.user_data and vpcs is None and account == hub.account,
    )
    inventory = read_on(snapshot)
    if not is_home:
        inventory = of_region(inventory)
    return inventory if vpcs is not None else with_rules(inventory, hub)
