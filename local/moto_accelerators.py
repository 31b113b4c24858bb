"""
Global Accelerator, which moto lacks: accelerators, listeners, endpoint groups.

Strict where a mistake would stay unnoticed: the one API is in us-west-2, and what
is referred to must exist. It carries no packets.
https://docs.aws.amazon.com/global-accelerator/latest/api/Welcome.html
"""

import re
import secrets
import sys
from types import ModuleType
from typing import Any

from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse

SERVICE = "globalaccelerator"
REGION = "us-west-2"
_HOST = r"https?://globalaccelerator\.(.+)\.amazonaws\.com"


class AcceleratorBackend(BaseBackend):
    """What one account has: accelerators, and by ARN what hangs on each."""

    def __init__(self, region_name: str, account_id: str) -> None:
        """Begin with nothing."""
        super().__init__(region_name, account_id)
        self.accelerators: list[dict[str, Any]] = []
        self.inside: dict[str, list[dict[str, Any]]] = {}

    @property
    def _url_module(self) -> Any:
        return sys.modules[__name__]


accelerator_backends = BackendDict(
    AcceleratorBackend,
    SERVICE,
    use_boto3_regions=False,
    additional_regions=["aws", REGION],  # moto looks for the URLs in "aws"
)


class AcceleratorResponse(BaseResponse):
    """The answers of the API."""

    def __init__(self) -> None:
        """Answer as Global Accelerator."""
        super().__init__(service_name=SERVICE)

    @property
    def _backend(self) -> AcceleratorBackend:
        if self.region != REGION:
            raise JsonRESTError("InvalidArgumentException", f"not in {self.region}")
        backend: AcceleratorBackend = accelerator_backends[self.current_account][REGION]
        return backend

    def create_accelerator(self) -> ActionResult:
        """Make an accelerator that is on."""
        arn = f"arn:aws:globalaccelerator::{self.current_account}:accelerator/{_id()}"
        made = {
            "AcceleratorArn": arn,
            "Name": self._get_param("Name"),
            "IpAddressType": self._get_param("IpAddressType") or "IPV4",
            "Enabled": True,
            "Status": "DEPLOYED",
        }
        self._backend.accelerators.append(made)
        self._backend.inside[arn] = []
        return ActionResult({"Accelerator": made})

    def create_listener(self) -> ActionResult:
        """Make a listener of an accelerator that exists."""
        of = self._get_param("AcceleratorArn")
        made = {
            "ListenerArn": f"{of}/listener/{_id()}",
            "PortRanges": self._get_param("PortRanges"),
            "Protocol": self._get_param("Protocol"),
        }
        self._inside(of, "AcceleratorNotFoundException").append(made)
        self._backend.inside[made["ListenerArn"]] = []
        return ActionResult({"Listener": made})

    def create_endpoint_group(self) -> ActionResult:
        """Make an endpoint group of a listener that exists."""
        of = self._get_param("ListenerArn")
        endpoints = self._get_param("EndpointConfigurations") or []
        made = {
            "EndpointGroupArn": f"{of}/endpoint-group/{_id()}",
            "EndpointGroupRegion": self._get_param("EndpointGroupRegion"),
            "EndpointDescriptions": [{"Weight": 128} | one for one in endpoints],
            "PortOverrides": self._get_param("PortOverrides") or [],
        }
        self._inside(of, "ListenerNotFoundException").append(made)
        return ActionResult({"EndpointGroup": made})

    def list_accelerators(self) -> ActionResult:
        """List them all on one page."""
        return ActionResult({"Accelerators": self._backend.accelerators})

    def list_listeners(self) -> ActionResult:
        """List those of one accelerator."""
        of = self._get_param("AcceleratorArn")
        found = self._inside(of, "AcceleratorNotFoundException")
        return ActionResult({"Listeners": found})

    def list_endpoint_groups(self) -> ActionResult:
        """List those of one listener."""
        of = self._get_param("ListenerArn")
        found = self._inside(of, "ListenerNotFoundException")
        return ActionResult({"EndpointGroups": found})

    def _inside(self, arn: str, code: str) -> list[dict[str, Any]]:
        if arn not in self._backend.inside:
            raise JsonRESTError(code, f"There is no {arn}.")
        return self._backend.inside[arn]


url_bases = [_HOST]
url_paths = {"{0}/$": AcceleratorResponse.dispatch}


def install() -> None:
    """Give moto the service that it lacks; again does no harm."""
    known = {name for name, _ in backend_index.backend_url_patterns}
    name = f"moto.{SERVICE}"
    if name in sys.modules:
        return
    if SERVICE in known:
        raise AttributeError("moto has Global Accelerator by now")
    module = ModuleType(name)
    module.globalaccelerator_backends = accelerator_backends  # type: ignore[attr-defined]
    sys.modules[name] = module
    backend_index.backend_url_patterns.append((SERVICE, re.compile(_HOST)))


def _id() -> str:
    return secrets.token_hex(8)
