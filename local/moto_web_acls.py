"""
What moto lacks of AWS WAF: which load balancers a web ACL protects.

https://docs.aws.amazon.com/waf/latest/APIReference/API_ListResourcesForWebACL.html
"""

import json

from moto.core.common_types import TYPE_RESPONSE
from moto.wafv2.exceptions import WAFNonexistentItemException
from moto.wafv2.responses import WAFV2Response

from local.patching import add

_BALANCER = "APPLICATION_LOAD_BALANCER"


def install() -> None:
    """Fill the gap."""
    add(WAFV2Response, "list_resources_for_web_acl", _list_resources)


def _list_resources(self: WAFV2Response) -> TYPE_RESPONSE:
    asked = json.loads(self.body)
    acl = self.wafv2_backend.wacls.get(asked["WebACLArn"])
    if acl is None:
        raise WAFNonexistentItemException
    kind = asked.get("ResourceType", _BALANCER)
    found = acl.associated_resources if kind == _BALANCER else []
    only = [arn for arn in found if ":loadbalancer/app/" in arn]
    return 200, {}, json.dumps({"ResourceArns": only})
