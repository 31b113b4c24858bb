"""
What is asked of AWS WAF: web ACLs, the load balancers behind them, their logs.

In sweeps and reads of a Region only, and by web ACL, of which there are few: AWS
lets an account ask which one protects a load balancer once a second, and what else
runs in the account asks that, too.
https://docs.aws.amazon.com/waf/latest/developerguide/limits.html
"""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.balancing import BALANCERS
from ringfence.inventory.webacls import CONTENT, LISTED, LOGGING, PROTECTED, kept

ACTIONS = (
    "wafv2:GetWebACL",
    "wafv2:ListLoggingConfigurations",
    "wafv2:ListResourcesForWebACL",
    "wafv2:ListWebACLs",
)

_GONE = frozenset({"WAFNonexistentItemException"})
_REGIONAL = {"Scope": "REGIONAL"}
# Whose logs: the account's own unless one of these is asked for.
_OTHER_LOGS = ("SECURITY_LAKE", "CLOUDWATCH_TELEMETRY_RULE_MANAGED")


def _where_balancers_are(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """None where nothing could be protected that is judged."""
    known = responses.get(BALANCERS)
    kinds = {item.get("Type") for item in known["LoadBalancers"]} if known else None
    return (_REGIONAL,) if kinds is None or "application" in kinds else ()


def _each(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for acl in responses[LISTED]["WebACLs"]:
        yield {"WebACLArn": acl["ARN"], "ResourceType": "APPLICATION_LOAD_BALANCER"}


def _protecting(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for acl in responses[LISTED]["WebACLs"]:
        if _protects(responses, acl["ARN"]):
            yield {**_REGIONAL, "Name": acl["Name"], "Id": acl["Id"]}


def _logs(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    if any(_protects(responses, arn) for arn in responses[PROTECTED]):
        yield _REGIONAL
        for scope in _OTHER_LOGS:
            yield {**_REGIONAL, "LogScope": scope}


def _protects(responses: Responses, arn: str) -> bool:
    answer = responses[PROTECTED].get(arn)
    return bool(answer and answer.get("ResourceArns"))


OPERATIONS = (
    Operation(
        name=LISTED,
        key="WebACLs",
        page=100,
        tokens=("Limit", "NextMarker", "NextMarker"),
        after=(BALANCERS,),
        requests=_where_balancers_are,
        is_of_vpcs=False,
    ),
    Operation(
        name=PROTECTED,
        key="ResourceArns",
        needs=(LISTED,),
        requests=_each,
        per="WebACLArn",
        gone=_GONE,
        is_of_vpcs=False,
        is_rare=True,
    ),
    Operation(
        name=CONTENT,
        key="WebACL",
        needs=(LISTED, PROTECTED),
        requests=_protecting,
        per="Id",
        gone=_GONE,
        reduced=kept,
        is_one=True,
        is_of_vpcs=False,
        is_rare=True,
    ),
    Operation(
        name=LOGGING,
        key="LoggingConfigurations",
        page=100,
        tokens=("Limit", "NextMarker", "NextMarker"),
        needs=(PROTECTED,),
        requests=_logs,
        # An owner of logs that this Region does not know has none.
        gone=frozenset({"WAFInvalidParameterException"}),
        is_of_vpcs=False,
    ),
)
