"""EXP-007: instances behind a load balancer with public addresses."""

from dataclasses import replace

from ringfence.checks.public_backend import public_backend
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Address, PrivateAddress
from tests.build import (
    ADDRESS,
    INSTANCE,
    a_group,
    a_listener,
    a_rule,
    an_estate,
    an_instance,
    an_interface,
    balanced,
    public,
)


def behind(*, is_open: bool = False, address: str | None = ADDRESS) -> Inventory:
    """Give an instance behind a load balancer, maybe at a public address."""
    inventory = balanced(a_listener())
    interface = an_interface(
        groups=("sg-node",), addresses=(PrivateAddress("10.0.0.7", address),)
    )
    direct = a_group(
        a_rule(8080, "0.0.0.0/0" if is_open else "sg-lb"), id="sg-node", name="node"
    )
    return replace(
        inventory,
        network_interfaces=(interface,),
        security_groups=(inventory.security_groups[0], direct),
    )


FIRES = [behind(is_open=True), behind()]
QUIET = [
    behind(address=None),
    replace(behind(), internet_gateways=()),
    replace(behind(), listeners=()),
    replace(behind(), instances=(an_instance(state="stopped", groups=("sg-node",)),)),
    public(a_rule(443)),
]


def told(inventory: Inventory) -> Problem:
    """Give the check's only answer."""
    (problem,) = public_backend(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_weighs_less_while_groups_keep_strangers_out() -> None:
    """Without a way in the public address only lies in wait."""
    assert (Severity.MEDIUM, Severity.LOW) == (
        told(FIRES[0]).severity,
        told(FIRES[1]).severity,
    )


def test_target_by_address_counts() -> None:
    """A target group of addresses fronts the instance that has the address."""
    inventory = behind()
    (group,) = inventory.target_groups
    (target,) = group.targets
    by_address = replace(group, kind="ip", targets=(replace(target, id="10.0.0.7"),))

    assert INSTANCE == told(replace(inventory, target_groups=(by_address,))).resource


def test_elastic_address_is_disassociated() -> None:
    """An Elastic IP goes by another command than an address from AWS's pool."""
    elastic = replace(behind(), addresses=(Address(id="eipalloc-1", public=ADDRESS),))

    fixes = [told(inventory).fix or "" for inventory in (behind(), elastic)]
    assert "--no-associate-public-ip-address" in fixes[0]
    assert "disassociate-address" in fixes[1]


def test_unread_subnet_is_doubt() -> None:
    """Without its subnet nobody can tell whether the instance is public."""
    answers = list(public_backend(an_estate(replace(behind(), subnets=()))))

    assert {INSTANCE} <= {item.resource for item in answers if isinstance(item, Doubt)}
