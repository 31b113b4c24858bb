"""What is asked of Global Accelerator, whose one API serves every Region."""

from collections.abc import Iterable

from ringfence.collect import nearby
from ringfence.collect.nearby import INTERFACES, where_shown
from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.accelerators import ACCELERATORS, ENDPOINT_GROUPS, LISTENERS

# https://docs.aws.amazon.com/general/latest/gr/global_accelerator.html
REGION = "us-west-2"

ACTIONS = (
    "globalaccelerator:ListAccelerators",
    "globalaccelerator:ListEndpointGroups",
    "globalaccelerator:ListListeners",
)


def _of_accelerators(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for accelerator in responses[ACCELERATORS]["Accelerators"]:
        yield {"AcceleratorArn": accelerator["AcceleratorArn"]}


def _of_listeners(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for answer in responses[LISTENERS].values():
        for listener in answer["Listeners"] if answer else ():
            yield {"ListenerArn": listener["ListenerArn"]}


OPERATIONS = (
    # An accelerator is in no VPC, and leads into any.
    Operation(
        name=ACCELERATORS,
        key="Accelerators",
        page=100,
        after=(INTERFACES,),
        requests=where_shown(nearby.ACCELERATORS),
    ),
    Operation(
        name=LISTENERS,
        key="Listeners",
        page=100,
        needs=(ACCELERATORS,),
        requests=_of_accelerators,
        per="AcceleratorArn",
        gone=frozenset({"AcceleratorNotFoundException"}),
    ),
    Operation(
        name=ENDPOINT_GROUPS,
        key="EndpointGroups",
        page=100,
        needs=(LISTENERS,),
        requests=_of_listeners,
        per="ListenerArn",
        gone=frozenset({"ListenerNotFoundException"}),
    ),
)
