"""User data: what is asked of it, and what alone is kept of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.identity import is_set_up_by_user_data
from ringfence.inventory.compute import INSTANCES
from ringfence.inventory.userdata import INSTANCE_DATA, kept

ACTIONS = ("ec2:DescribeInstanceAttribute",)

_LEAVING = frozenset({"shutting-down", "terminated"})
_USER_DATA = frozenset({"UserData", "Value"})


def _of_products(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """That of the products' instances: passwords of others are not ours to see."""
    for reservation in responses[INSTANCES]["Reservations"]:
        for instance in reservation["Instances"]:
            tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
            is_ours = is_set_up_by_user_data(tags, instance.get("ImageId", ""))
            is_there = instance["State"]["Name"] not in _LEAVING
            if is_ours and is_there:
                yield {"InstanceId": instance["InstanceId"], "Attribute": "userData"}


def without_passwords(holder: Mapping[str, Any]) -> dict[str, Any]:
    """Leave one setting of the user data in *holder*, or in its template's content."""
    found = dict(holder)
    if "LaunchTemplateData" in found:
        found["LaunchTemplateData"] = without_passwords(found["LaunchTemplateData"])
    for key in _USER_DATA & found.keys():
        found[key] = kept(found[key])
    return found


OPERATIONS = (
    Operation(
        name=INSTANCE_DATA,
        key="UserData",
        needs=(INSTANCES,),
        requests=_of_products,
        per="InstanceId",
        gone=frozenset({"InvalidInstanceID.NotFound"}),
        reduced=without_passwords,
        is_one=True,
        is_of_vpcs=False,
        shows_secrets=True,
    ),
)
