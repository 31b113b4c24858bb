"""What is asked of Elastic Load Balancing's classic kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from ringfence.collect.nearby import CLASSIC as CLASSIC_KIND
from ringfence.collect.nearby import INTERFACES, where_shown
from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.tls_policies import CLASSIC, negotiations_of

# The classic kind shares its actions with the newer ones.
ACTIONS = (
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancerPolicies",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTags",
)

_BALANCERS = "elb.describe_load_balancers"
_TAGGED_AT_ONCE = 20


def _names(responses: Responses) -> Iterable[str]:
    balancers = responses[_BALANCERS]["LoadBalancerDescriptions"]
    return [balancer["LoadBalancerName"] for balancer in balancers]


def _attributes(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    return ({"LoadBalancerName": name} for name in _names(responses))


def _policies(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those that an encrypted listener has; a name may stand for any choice."""
    for balancer in responses[_BALANCERS]["LoadBalancerDescriptions"]:
        if names := negotiations_of(balancer):
            name = balancer["LoadBalancerName"]
            yield {"LoadBalancerName": name, "PolicyNames": list(names)}


def _tags(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for batch in batches(_names(responses), _TAGGED_AT_ONCE):
        yield {"LoadBalancerNames": batch}


def _is_inside(
    balancer: Mapping[str, Any], _responses: Responses, vpcs: frozenset[str]
) -> bool:
    return balancer.get("VPCId") in vpcs


OPERATIONS = (
    Operation(
        name=_BALANCERS,
        key="LoadBalancerDescriptions",
        page=400,
        after=(INTERFACES,),
        requests=where_shown(CLASSIC_KIND),
        keep=_is_inside,
    ),
    Operation(
        name="elb.describe_load_balancer_attributes",
        key="LoadBalancerAttributes",
        needs=(_BALANCERS,),
        requests=_attributes,
        per="LoadBalancerName",
        gone=frozenset({"LoadBalancerNotFound"}),
    ),
    Operation(
        name=CLASSIC,
        key="PolicyDescriptions",
        needs=(_BALANCERS,),
        requests=_policies,
        per="LoadBalancerName",
        gone=frozenset({"LoadBalancerNotFound", "PolicyNotFound"}),
    ),
    Operation(
        name="elb.describe_tags",
        key="TagDescriptions",
        needs=(_BALANCERS,),
        requests=_tags,
    ),
)
