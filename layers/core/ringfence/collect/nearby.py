"""
What a narrowed read need not ask for, because nothing in the VPCs shows a sign of it.

AWS cannot be asked for the load balancers, databases and accelerators of a VPC
alone, and most VPCs have none. Whatever has an address in a VPC has an interface
there: where each interface is known to be of something else, there is nothing to
ask for. One that is not known for what it is may be of anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ringfence.collect.operation import Parameters, Responses, Vpcs, filtered

INTERFACES = "ec2.describe_network_interfaces"

BALANCERS, CLASSIC, DATABASES, ACCELERATORS = "elbv2", "elb", "rds", "accelerators"
_ANYTHING = frozenset({BALANCERS, CLASSIC, DATABASES, ACCELERATORS})

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
_OF_OTHERS = frozenset(
    {
        "efs",
        "efa",
        "gateway_load_balancer_endpoint",
        "lambda",
        "nat_gateway",
        "transit_gateway",
        "vpc_endpoint",
    }
)
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
_NEWER = ("ELB app/", "ELB net/", "ELB gwy/")


def where_shown(what: str) -> Callable[[Responses, Vpcs], Iterable[Parameters]]:
    """Ask for everything, but where no interface in the VPCs can be of *what*."""

    def requests(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
        if vpcs is None or INTERFACES not in responses:
            return ({},)
        return ({},) if what in _shown(responses) else ()

    return requests


def elastic_addresses(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that interfaces say to have: one of no interface is in no VPC."""
    if vpcs is None or INTERFACES not in responses:
        return ({},)
    return filtered("allocation-id", set(_allocations(responses)))


def _shown(responses: Responses) -> frozenset[str]:
    found: set[str] = set()
    for interface in responses[INTERFACES]["NetworkInterfaces"]:
        found |= _of(interface)
    if any(_allocations(responses)):  # an accelerator may lead to an address
        found.add(ACCELERATORS)
    return frozenset(found)


def _of(interface: Mapping[str, Any]) -> frozenset[str]:
    """What *interface* may be of."""
    if not interface.get("RequesterManaged", True):
        return frozenset()
    if interface.get("InterfaceType") in _OF_OTHERS:
        return frozenset()
    description = interface.get("Description", "")
    if description.startswith(_NEWER):
        return frozenset({BALANCERS, ACCELERATORS})
    if description.startswith("ELB "):
        return frozenset({CLASSIC})
    if interface.get("RequesterId") == "amazon-rds":
        return frozenset({DATABASES})
    return _ANYTHING


def _allocations(responses: Responses) -> Iterator[str]:
    for interface in responses[INTERFACES]["NetworkInterfaces"]:
        for holder in (interface, *interface.get("PrivateIpAddresses", ())):
            allocation = holder.get("Association", {}).get("AllocationId")
            if allocation:
                yield allocation
