"""EXP-010: stopped instances that are open once they start."""

from dataclasses import replace

from ringfence.checks.latent_exposure import latent_exposure
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import PrivateAddress
from tests.build import a_rule, an_acl, an_estate, an_interface, public


def stopped(inventory: Inventory) -> Inventory:
    """Give *inventory* with its instance stopped."""
    (instance,) = inventory.instances
    return replace(inventory, instances=(replace(instance, state="stopped"),))


FIRES = [
    stopped(public(a_rule(22))),
    stopped(public(a_rule(5432))),
    stopped(public(a_rule(5701), product="bitbucket")),
    stopped(public(a_rule(22, "198.51.100.0/24"))),
]
QUIET = [
    public(a_rule(22)),
    stopped(public(a_rule(443))),
    stopped(public(a_rule(3000))),
    stopped(public(a_rule(22), internet_gateways=())),
    stopped(public(a_rule(22), network_acls=(an_acl(lets_out="10.0.0.0/8"),))),
    stopped(
        public(
            a_rule(22),
            network_interfaces=(an_interface(addresses=(PrivateAddress("10.0.0.7"),)),),
        )
    ),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = latent_exposure(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_few_addresses_weigh_less() -> None:
    """An untrusted office is not the internet."""
    assert (Severity.MEDIUM, Severity.LOW) == (
        told(FIRES[0]).severity,
        told(FIRES[3]).severity,
    )


def test_says_what_will_be_reached() -> None:
    """The message names the address that stays and the service."""
    assert told(FIRES[0]).message == (
        "i-1 is stopped and keeps 203.0.113.7. "
        "Once it starts, the internet can reach SSH (TCP 22)."
    )


def test_unread_group_is_doubt() -> None:
    """Without its group nobody can tell what will be open."""
    inventory = replace(FIRES[0], security_groups=())

    (answer,) = latent_exposure(an_estate(inventory))
    assert isinstance(answer, Doubt)
