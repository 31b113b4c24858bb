"""
CloudFront VPC origins and EC2 Instance Connect endpoints, which moto lacks.

They are made and listed as in AWS, and carry no packets.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListVpcOrigins.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceConnectEndpoints.html
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from local.patching import add

_PATH = "{0}/2020-05-31/vpc-origin$"


def install() -> None:
    """Fill the gap."""
    urls.url_paths.setdefault(_PATH, CloudFrontResponse.dispatch)
    add(CloudFrontResponse, "list_vpc_origins", _list_origins)
    add(CloudFrontResponse, "create_vpc_origin", _create_origin)
    add(EC2Response, "describe_instance_connect_endpoints", _describe_endpoints)
    add(EC2Response, "create_instance_connect_endpoint", _create_endpoint)


def _kept(backend: Any, name: str) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = backend.__dict__.setdefault(name, [])
    return kept


def _list_origins(self: Any) -> ActionResult:
    found = _kept(self.backend, "vpc_origins")
    listed: dict[str, Any] = {
        "Marker": "",
        "MaxItems": 100,
        "IsTruncated": False,
        "Quantity": len(found),
    }
    return ActionResult({"VpcOriginList": listed | ({"Items": found} if found else {})})


def _create_origin(self: Any) -> ActionResult:
    config = self._get_param("VpcOriginEndpointConfig")
    name = f"vo_{secrets.token_hex(11)}"
    now = _now()
    origin = {
        "Id": name,
        "Name": config["Name"],
        "Status": "Deployed",
        "CreatedTime": now,
        "LastModifiedTime": now,
        "Arn": f"arn:aws:cloudfront::{self.current_account}:vpcorigin/{name}",
        "OriginEndpointArn": config["Arn"],
    }
    _kept(self.backend, "vpc_origins").append(origin)
    told = {key: origin[key] for key in ("Id", "Arn", "Status", "CreatedTime")}
    told |= {"LastModifiedTime": now, "VpcOriginEndpointConfig": config}
    return ActionResult({"VpcOrigin": told})


def _describe_endpoints(self: Any) -> ActionResult:
    found = _kept(self.ec2_backend, "connect_endpoints")
    return ActionResult({"InstanceConnectEndpoints": found})


def _create_endpoint(self: Any) -> ActionResult:
    """Make one in a subnet, which must exist."""
    subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
    endpoint = {
        "OwnerId": self.current_account,
        "InstanceConnectEndpointId": f"eice-{secrets.token_hex(9)[1:]}",
        "State": "create-complete",
        "NetworkInterfaceIds": [],
        "VpcId": subnet.vpc_id,
        "CreatedAt": _now(),
        "SubnetId": subnet.id,
        "PreserveClientIp": False,
        "SecurityGroupIds": self._get_param("SecurityGroupIds", []),
        "Tags": [],
    }
    _kept(self.ec2_backend, "connect_endpoints").append(endpoint)
    return ActionResult({"InstanceConnectEndpoint": endpoint})


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge's clock
