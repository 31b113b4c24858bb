"""
Security groups associated with other VPCs, which moto lacks.

They are made, listed and ended as in AWS, and at once; one that a network interface
uses cannot be ended. Which groups an interface carries is not looked at.
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidParameterValueError
from moto.ec2.responses import EC2Response

from local.patching import add


def install() -> None:
    """Fill the gap."""
    add(EC2Response, "associate_security_group_vpc", _associate)
    add(EC2Response, "disassociate_security_group_vpc", _disassociate)
    add(EC2Response, "describe_security_group_vpc_associations", _describe)


def _associations(backend: Any) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = backend.__dict__.setdefault("group_associations", [])
    return kept


def _associate(self: Any) -> ActionResult:
    """Neither default groups nor default VPCs take part."""
    backend = self.ec2_backend
    group = backend.get_security_group_from_id(self._get_param("GroupId"))
    vpc = backend.get_vpc(self._get_param("VpcId"))
    if group is None or group.name == "default" or group.vpc_id == vpc.id:
        raise InvalidParameterValueError(self._get_param("GroupId"))
    if vpc.is_default:
        raise InvalidParameterValueError(vpc.id)
    _associations(backend).append(
        {
            "GroupId": group.id,
            "GroupOwnerId": group.owner_id,
            "VpcId": vpc.id,
            "VpcOwnerId": vpc.owner_id,
            "State": "associated",
        }
    )
    return ActionResult({"State": "associating"})


def _disassociate(self: Any) -> ActionResult:
    backend = self.ec2_backend
    named = (self._get_param("GroupId"), self._get_param("VpcId"))
    for association in _associations(backend):
        if named == (association["GroupId"], association["VpcId"]):
            association["State"] = (
                "disassociation-failed"
                if _is_used(backend, *named)
                else "disassociated"
            )
            return ActionResult({"State": "disassociating"})
    raise InvalidParameterValueError(named[0])


def _is_used(backend: Any, group: str, vpc: str) -> bool:
    return any(
        interface.subnet.vpc_id == vpc
        and any(one.id == group for one in interface.group_set)
        for interface in backend.enis.values()
    )


def _describe(self: Any) -> ActionResult:
    found = _associations(self.ec2_backend)
    return ActionResult({"SecurityGroupVpcAssociations": found})
