"""EXP-008: cluster ports open beyond the product's own nodes."""

from dataclasses import replace

import pytest

from ringfence.checks.open_peer_port import open_peer_port
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.records import PrivateAddress, Rule
from tests.build import (
    a_group,
    a_rule,
    an_estate,
    an_instance,
    an_interface,
    public,
)


def clustered(*listed: Rule, neighbour: str = "bitbucket-2") -> Inventory:
    """Give a Bitbucket node, and a neighbour that carries sg-2, both private."""
    return public(
        *listed,
        instances=(
            an_instance(tags={"Name": "bitbucket-1"}),
            an_instance(id="i-2", tags={"Name": neighbour}, groups=("sg-2",)),
        ),
        network_interfaces=(
            an_interface(addresses=(PrivateAddress("10.0.0.7"),)),
            an_interface(
                id="eni-2",
                instance="i-2",
                groups=("sg-2",),
                addresses=(PrivateAddress("10.0.0.8"),),
            ),
        ),
        security_groups=(a_group(*listed), a_group(id="sg-2", name="neighbour")),
    )


FIRES = [
    clustered(a_rule(5701, "10.0.0.0/8")),
    clustered(a_rule(5701, "sg-2"), neighbour="wiki"),
    clustered(a_rule((5000, 6000), "10.0.0.0/16")),
    clustered(a_rule(None, "10.0.0.0/16", protocol="all")),
    clustered(a_rule(5701, "10.0.0.8/32"), neighbour="wiki"),
    clustered(a_rule(5701)),
]
QUIET = [
    clustered(a_rule(5701, "sg-1")),
    clustered(a_rule(5701, "sg-2")),
    clustered(a_rule(5701, "10.0.0.8/32")),
    clustered(a_rule(5701, "sg-9")),
    clustered(a_rule(7990, "10.0.0.0/8")),
    clustered(a_rule(5701, "10.0.0.0/8", is_egress=True)),
    public(a_rule(5701), product="bitbucket"),
    public(a_rule(5701, "10.0.0.0/8")),
]


def test_trusted_range_may_come() -> None:
    """What the policy trusts is not told."""
    estate = an_estate(FIRES[0], trusted={"vpn": ["10.0.0.0/8"]})

    assert [] == list(open_peer_port(estate))


@pytest.mark.parametrize("inventory", FIRES[:1])
def test_names_port_and_rule(inventory: Inventory) -> None:
    """The message says which port it is and which rule opens it."""
    (problem,) = open_peer_port(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert problem.message == (
        "Bitbucket i-1 (bitbucket-1) keeps 5701 for its own nodes, "
        "but others get in: tcp 5701 from 10.0.0.0/8."
    )


def test_unread_prefix_list_is_doubt() -> None:
    """A list that could not be read may hold anybody."""
    inventory = replace(clustered(a_rule(5701, "pl-1")), prefix_lists=())

    assert [Doubt("i-1", "the prefix list pl-1 could not be read")] == list(
        open_peer_port(an_estate(inventory))
    )
