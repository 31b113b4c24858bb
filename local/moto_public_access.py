"""
VPC Block Public Access, which moto lacks: one block per account and Region.

It is off until it is set, as in AWS, and stops nothing: moto carries no packets.
VPCs and subnets say what of it is in force for them.
https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidParameterValueError
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPC
from moto.ec2.responses import EC2Response

from local.patching import add

_MODES = ("off", "block-bidirectional", "block-ingress")
_EXCLUSION_MODES = ("allow-bidirectional", "allow-egress")


def install() -> None:
    """Fill the gap."""
    add(EC2Response, "describe_vpc_block_public_access_options", _describe_options)
    add(EC2Response, "modify_vpc_block_public_access_options", _modify_options)
    add(
        EC2Response,
        "describe_vpc_block_public_access_exclusions",
        _describe_exclusions,
    )
    add(EC2Response, "create_vpc_block_public_access_exclusion", _create_exclusion)
    add(VPC, "block_public_access_states", _OF_VPC)
    add(Subnet, "block_public_access_states", _OF_SUBNET)


def _options(backend: Any) -> dict[str, Any]:
    options: dict[str, Any] = backend.__dict__.setdefault(
        "public_access_options",
        {
            "AwsAccountId": backend.account_id,
            "AwsRegion": backend.region_name,
            "State": "default-state",
            "InternetGatewayBlockMode": "off",
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
        },
    )
    return options


def _exclusions(backend: Any) -> list[dict[str, Any]]:
    exclusions: list[dict[str, Any]] = backend.__dict__.setdefault(
        "public_access_exclusions", []
    )
    return exclusions


def _in_force(backend: Any, *names: str) -> dict[str, str]:
    """What of the block is in force where exclusions of *names* count."""
    mode = _options(backend)["InternetGatewayBlockMode"]
    spared = {
        exclusion["InternetGatewayExclusionMode"]
        for exclusion in _exclusions(backend)
        if exclusion["ResourceArn"].rpartition("/")[2] in names
    }
    if "allow-bidirectional" in spared:
        mode = "off"
    elif "allow-egress" in spared and mode == "block-bidirectional":
        mode = "block-ingress"
    return {"InternetGatewayBlockMode": mode}


_OF_VPC = property(lambda vpc: _in_force(vpc.ec2_backend, vpc.id))
_OF_SUBNET = property(
    lambda subnet: _in_force(subnet.ec2_backend, subnet.id, subnet.vpc_id)
)


def _describe_options(self: Any) -> ActionResult:
    return ActionResult({"VpcBlockPublicAccessOptions": _options(self.ec2_backend)})


def _modify_options(self: Any) -> ActionResult:
    options = _options(self.ec2_backend)
    options["InternetGatewayBlockMode"] = _one_of(
        _MODES, self._get_param("InternetGatewayBlockMode")
    )
    options["State"] = "update-complete"
    options["LastUpdateTimestamp"] = _now()
    return ActionResult({"VpcBlockPublicAccessOptions": options})


def _describe_exclusions(self: Any) -> ActionResult:
    found = _exclusions(self.ec2_backend)
    return ActionResult({"VpcBlockPublicAccessExclusions": found})


def _create_exclusion(self: Any) -> ActionResult:
    """Spare a VPC or a subnet; it must exist."""
    backend = self.ec2_backend
    if vpc := self._get_param("VpcId"):
        resource = f"vpc/{backend.get_vpc(vpc).id}"
    else:
        resource = f"subnet/{backend.get_subnet(self._get_param('SubnetId')).id}"
    now = _now()
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{secrets.token_hex(9)[1:]}",
        "InternetGatewayExclusionMode": _one_of(
            _EXCLUSION_MODES, self._get_param("InternetGatewayExclusionMode")
        ),
        "ResourceArn": (
            f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:{resource}"
        ),
        "State": "create-complete",
        "CreationTimestamp": now,
        "LastUpdateTimestamp": now,
        "Tags": [],
    }
    _exclusions(backend).append(exclusion)
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def _one_of(modes: tuple[str, ...], mode: str) -> str:
    if mode not in modes:
        raise InvalidParameterValueError(mode)
    return mode


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge's clock
