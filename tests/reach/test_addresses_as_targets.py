"""An address as a target is the one of the target group's own VPC."""

from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.inventory.records import PrivateAddress, Subnet, Target
from ringfence.reach import exposures
from tests import build

BALANCED = build.balanced(build.a_listener())
(SERVER,) = BALANCED.network_interfaces
(GROUP,) = BALANCED.target_groups
BY_ADDRESS = replace(
    GROUP, kind="ip", targets=(Target("10.0.0.7", 8080, "healthy", "all"),)
)


def twin(name: str, vpc: str) -> Inventory:
    """Give the balanced world with an interface of the same address elsewhere."""
    other = build.an_interface(
        id=name,
        vpc=vpc,
        subnet="subnet-9",
        instance=None,
        groups=("sg-node",),
        addresses=(PrivateAddress("10.0.0.7"),),
    )
    return replace(
        BALANCED,
        subnets=(*BALANCED.subnets, Subnet(id="subnet-9", vpc=vpc)),
        network_interfaces=(other, SERVER, replace(other, id=f"{name}-after")),
        target_groups=(BY_ADDRESS,),
    )


def test_another_vpc_may_use_the_same_address() -> None:
    """The one in the group's VPC is meant, whichever is listed first or last."""
    found = exposures(twin("eni-9", "vpc-9"))
    behind = {row.interface for row in found.rows if row.entry == "load-balancer"}

    assert {build.INTERFACE} == behind


def test_an_address_of_several_other_vpcs_cannot_be_told() -> None:
    """Nobody says which of them a peering leads to."""
    world = twin("eni-9", "vpc-9")
    others = tuple(
        item for item in world.network_interfaces if item.id != build.INTERFACE
    )
    found = exposures(replace(world, network_interfaces=others))

    assert not [row for row in found.rows if row.entry == "load-balancer"]
    assert {build.BALANCER, "eni-9", "eni-9-after"} == {
        blind.resource for blind in found.unknown
    }
    assert "10.0.0.7" in found.unknown[0].because
