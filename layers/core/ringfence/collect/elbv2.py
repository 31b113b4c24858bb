"""What is asked of Elastic Load Balancing's application, network and gateway kinds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ringfence.collect.nearby import BALANCERS, INTERFACES, where_shown
from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.balancing import has_rules, has_zones
from ringfence.inventory.certificates import IAM_LIST, SNI, ends_tls
from ringfence.inventory.tls_policies import NEWER, PREDEFINED

ACTIONS = (
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)

_BALANCERS = "elbv2.describe_load_balancers"
_LISTENERS = "elbv2.describe_listeners"
_TARGET_GROUPS = "elbv2.describe_target_groups"
_TAGGED_AT_ONCE = 20


def _each(
    operation: str,
    key: str,
    argument: str,
    chosen: Callable[[dict[str, Any]], bool] = bool,
) -> Callable[[Responses, Vpcs], Iterable[Parameters]]:
    """Ask for each of the *chosen* items that *operation* answered, by its ARN."""

    def requests(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
        items = responses[operation][key]
        return [{argument: item[argument]} for item in items if chosen(item)]

    return requests


def _tags(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    balancers = responses[_BALANCERS]["LoadBalancers"]
    groups = responses[_TARGET_GROUPS]["TargetGroups"]
    arns = [item["LoadBalancerArn"] for item in balancers]
    arns += [item["TargetGroupArn"] for item in groups]
    return ({"ResourceArns": batch} for batch in batches(arns, _TAGGED_AT_ONCE))


def _groups(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
    """All; in VPCs without a load balancer none is used, and none asked for."""
    return ({},) if vpcs is None or responses[_BALANCERS]["LoadBalancers"] else ()


def _further(responses: Responses, vpcs: Vpcs) -> Iterable[Parameters]:
    """
    Where IAM has certificates at all: most accounts have none, so no call.

    Of its own ACM itself says which load balancers use them.
    """
    if not responses[IAM_LIST]["ServerCertificateMetadataList"]:
        return ()
    return _each(_LISTENERS, "Listeners", "ListenerArn", ends_tls)(responses, vpcs)


def _policies(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those in use that the table does not know: mostly none, so no call."""
    used = {item.get("SslPolicy") for item in responses[_LISTENERS]["Listeners"]}
    names = sorted(name for name in used if name and name not in PREDEFINED)
    return ({"Names": names},) if names else ()


def _is_balancer_inside(
    balancer: Mapping[str, Any], _responses: Responses, vpcs: frozenset[str]
) -> bool:
    return balancer.get("VpcId") in vpcs


def _is_group_inside(
    group: Mapping[str, Any], responses: Responses, vpcs: frozenset[str]
) -> bool:
    """A function's group is in no VPC: its balancers are."""
    if group.get("VpcId") in vpcs:
        return True
    inside = {
        item["LoadBalancerArn"] for item in responses[_BALANCERS]["LoadBalancers"]
    }
    return not inside.isdisjoint(group.get("LoadBalancerArns", ()))


OPERATIONS = (
    Operation(
        name=_BALANCERS,
        key="LoadBalancers",
        page=400,
        after=(INTERFACES,),
        requests=where_shown(BALANCERS),
        keep=_is_balancer_inside,
    ),
    Operation(
        name="elbv2.describe_load_balancer_attributes",
        key="Attributes",
        needs=(_BALANCERS,),
        requests=_each(_BALANCERS, "LoadBalancers", "LoadBalancerArn"),
        per="LoadBalancerArn",
        gone=frozenset({"LoadBalancerNotFound"}),
    ),
    Operation(
        name=_LISTENERS,
        key="Listeners",
        page=400,
        needs=(_BALANCERS,),
        requests=_each(_BALANCERS, "LoadBalancers", "LoadBalancerArn"),
        gone=frozenset({"LoadBalancerNotFound"}),
    ),
    Operation(
        name="elbv2.describe_rules",
        key="Rules",
        page=400,
        needs=(_LISTENERS,),
        requests=_each(_LISTENERS, "Listeners", "ListenerArn", has_rules),
        per="ListenerArn",
        gone=frozenset({"ListenerNotFound", "LoadBalancerNotFound"}),
    ),
    Operation(
        name=SNI,
        key="Certificates",
        page=400,
        needs=(_LISTENERS, IAM_LIST),
        requests=_further,
        per="ListenerArn",
        gone=frozenset({"ListenerNotFound", "LoadBalancerNotFound"}),
        is_of_vpcs=False,
    ),
    Operation(
        name=NEWER,
        key="SslPolicies",
        page=400,
        needs=(_LISTENERS,),
        requests=_policies,
    ),
    Operation(
        name=_TARGET_GROUPS,
        key="TargetGroups",
        page=400,
        needs=(_BALANCERS,),
        requests=_groups,
        keep=_is_group_inside,
    ),
    Operation(
        name="elbv2.describe_target_health",
        key="TargetHealthDescriptions",
        needs=(_TARGET_GROUPS,),
        requests=_each(_TARGET_GROUPS, "TargetGroups", "TargetGroupArn"),
        per="TargetGroupArn",
        gone=frozenset({"TargetGroupNotFound"}),
    ),
    Operation(
        name="elbv2.describe_target_group_attributes",
        key="Attributes",
        needs=(_TARGET_GROUPS,),
        requests=_each(_TARGET_GROUPS, "TargetGroups", "TargetGroupArn", has_zones),
        per="TargetGroupArn",
        gone=frozenset({"TargetGroupNotFound"}),
    ),
    Operation(
        name="elbv2.describe_tags",
        key="TagDescriptions",
        needs=(_BALANCERS, _TARGET_GROUPS),
        requests=_tags,
    ),
)
