"""
What an IAM identity policy allows, and what an API request asks for.

moto matches most requests against the resource ``*`` and calls an unmet
condition a denial; this module knows the resources of the actions that
Ringfence uses, and conditions, so that a policy is tested as it is written.
An action whose resource is not known here is asked for on ``*``: a statement
about one resource then does not allow it.

Evaluation logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_evaluation-logic.html; resources: the Service Authorization
Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource; of a table, in the partition *leading*."""

    action: str
    resource: str
    leading: str | None = None  # None: no item is named


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: the account and Region of its resources."""

    account: str
    region: str

    def arn(self, service: str, rest: str) -> str:
        """Give the ARN of *rest* in *service* here."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


def is_allowed(
    policies: Iterable[Mapping[str, Any]], need: Need, context: Mapping[str, str]
) -> bool:
    """Whether *policies* allow *need*: one statement does and none denies."""
    known = dict(context)
    if need.leading is not None:
        known["dynamodb:LeadingKeys"] = need.leading
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in _listed(policy["Statement"])
        if _covers(statement, need) and _is_met(statement.get("Condition"), known)
    }
    return effects == {"Allow"}


def is_trusted(
    policy: Mapping[str, Any], principal: str, context: Mapping[str, str]
) -> bool:
    """Whether the trust *policy* of a role lets the role or user *principal* in."""
    account = principal.split(":")[4]
    own = {principal, account, f"arn:aws:iam::{account}:root", "*"}
    return any(
        statement["Effect"] == "Allow"
        and "sts:AssumeRole" in _listed(statement["Action"])
        and not own.isdisjoint(_principals(statement["Principal"]))
        and _is_met(statement.get("Condition"), context)
        for statement in _listed(policy["Statement"])
    )


def needs(
    service: str, operation: str, request: Mapping[str, Any], place: Place
) -> list[Need]:
    """Give what the *operation* of *service* (its signing name) must be allowed."""
    reader = _READERS.get(service)
    if reader is None:
        return [Need(f"{service}:{operation}", "*")]
    return reader(operation, request, place)


def told(operation: str, request: Mapping[str, Any]) -> Mapping[str, str]:
    """
    Give the condition keys of what *request* changes, as Security Hub has them.

    https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
    """
    if operation != "BatchUpdateFindings":
        return {}
    fields = {name: request[name] for name in request if "Identifiers" not in name}
    return {f"securityhub:ASFFSyntaxPath/{path}": "?" for path in _paths(fields)}


def _paths(fields: Mapping[str, Any]) -> Iterable[str]:
    for name, value in fields.items():
        if name == "UserDefinedFields":
            yield from (f"{name}.key", f"{name}.value")
        elif isinstance(value, Mapping):
            yield from (f"{name}.{inner}" for inner in value)
        else:
            yield name


def _dynamodb(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    if operation == "ListStreams":
        return [Need("dynamodb:ListStreams", "*")]
    stream = request.get("StreamArn") or request.get("ShardIterator", "").split("|")[0]
    if stream:
        return [Need(f"dynamodb:{operation}", stream)]

    def table(name: str) -> str:
        return name if name.startswith("arn:") else place.arn("dynamodb", _table(name))

    if operation == "TransactWriteItems":
        actions = {
            "ConditionCheck": "ConditionCheckItem",
            "Delete": "DeleteItem",
            "Put": "PutItem",
            "Update": "UpdateItem",
        }
        return [
            Need(f"dynamodb:{actions[kind]}", table(item["TableName"]), _leading(item))
            for entry in request["TransactItems"]
            for kind, item in entry.items()
        ]
    if "RequestItems" in request:
        return [
            Need(f"dynamodb:{operation}", table(name))
            for name in request["RequestItems"]
        ]
    resource = table(request["TableName"]) if "TableName" in request else "*"
    if "IndexName" in request:
        resource += f"/index/{request['IndexName']}"
    return [Need(f"dynamodb:{operation}", resource, _leading(request))]


def _leading(request: Mapping[str, Any]) -> str | None:
    """Give the partition that a request names; ours are keyed by ``place``."""
    key = request.get("Key") or request.get("Item") or {}
    values = request.get("ExpressionAttributeValues") or {}
    told = key.get("place") or values.get(":place") or {}
    return told.get("S")


def _table(name: str) -> str:
    return f"table/{name}"


def _sqs(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    queue = request.get("QueueUrl", "").rpartition("/")[2]
    resource = place.arn("sqs", queue) if queue else "*"
    return [Need(f"sqs:{operation.removesuffix('Batch')}", resource)]


def _sns(operation: str, request: Mapping[str, Any], _: Place) -> list[Need]:
    resource = request.get("TopicArn") or request.get("TargetArn") or "*"
    return [Need(f"sns:{operation.removesuffix('Batch')}", resource)]


def _ssm(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    if "BaselineId" in request:
        baseline = place.arn("ssm", f"patchbaseline/{request['BaselineId']}")
        return [Need(f"ssm:{operation}", baseline)]
    one = [request["Name"]] if "Name" in request else []
    names = request.get("Names") or one
    if not names:
        return [Need(f"ssm:{operation}", "*")]
    return [Need(f"ssm:{operation}", _parameter(name, place)) for name in names]


def _parameter(name: str, place: Place) -> str:
    """A parameter's ARN; AWS's public ones belong to no account."""
    owner = Place("", place.region) if name.startswith("/aws/") else place
    return owner.arn("ssm", f"parameter/{name.lstrip('/')}")


def _sts(operation: str, request: Mapping[str, Any], _: Place) -> list[Need]:
    return [Need(f"sts:{operation}", request.get("RoleArn", "*"))]


def _securityhub(
    operation: str, request: Mapping[str, Any], place: Place
) -> list[Need]:
    action = f"securityhub:{operation}"
    if operation == "BatchImportFindings":
        # A product's ARN has no account of its own field order: it is as sent.
        products = {finding.get("ProductArn", "*") for finding in request["Findings"]}
        return [Need(action, product) for product in sorted(products)]
    return [Need(action, place.arn("securityhub", "hub/default"))]


def _acm(operation: str, request: Mapping[str, Any], _: Place) -> list[Need]:
    return [Need(f"acm:{operation}", request.get("CertificateArn", "*"))]


def _iam(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    for key, kind in (
        ("ServerCertificateName", "server-certificate"),
        ("InstanceProfileName", "instance-profile"),
        ("RoleName", "role"),
    ):
        if name := request.get(key):
            resource = f"arn:aws:iam::{place.account}:{kind}/{name}"
            return [Need(f"iam:{operation}", resource)]
    return [Need(f"iam:{operation}", request.get("PolicyArn", "*"))]


def _ec2(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    lists = request.get("PrefixListId")
    resource = place.arn("ec2", f"prefix-list/{lists}") if lists else "*"
    return [Need(f"ec2:{operation}", resource)]


def _globalaccelerator(
    operation: str, request: Mapping[str, Any], _: Place
) -> list[Need]:
    resource = request.get("AcceleratorArn") or request.get("ListenerArn") or "*"
    return [Need(f"globalaccelerator:{operation}", resource)]


def _rds(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    for word, kind in (
        ("DBClusterSnapshot", "cluster-snapshot"),
        ("DBSnapshot", "snapshot"),
        ("DBCluster", "cluster"),
        ("DBInstance", "db"),
    ):
        if word in operation:
            name = request.get(f"{word}Identifier", "*")
            return [Need(f"rds:{operation}", place.arn("rds", f"{kind}:{name}"))]
    return [Need(f"rds:{operation}", "*")]


def _backup(operation: str, _request: Mapping[str, Any], place: Place) -> list[Need]:
    # Which plan it is stands in the path, which nobody hands on.
    is_of_one = operation == "GetBackupPlan"
    resource = place.arn("backup", "backup-plan:*") if is_of_one else "*"
    return [Need(f"backup:{operation}", resource)]


def _cloudtrail(operation: str, request: Mapping[str, Any], _: Place) -> list[Need]:
    trail = request.get("Name") or request.get("TrailName") or "*"
    return [Need(f"cloudtrail:{operation}", trail)]


def _events(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    name = request.get("Rule") or request.get("Name")
    resource = place.arn("events", f"rule/{name}") if name else "*"
    return [Need(f"events:{operation}", resource)]


def _apigateway(
    _operation: str, _request: Mapping[str, Any], place: Place
) -> list[Need]:
    return [Need("apigateway:GET", f"arn:aws:apigateway:{place.region}::/vpclinks")]


def _efs(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    name = request.get("FileSystemId", "*")
    resource = place.arn("elasticfilesystem", f"file-system/{name}")
    return [Need(f"elasticfilesystem:{operation}", resource)]


def _es(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    names = request.get("DomainNames")
    if names is None:
        return [Need(f"es:{operation}", "*")]
    return [
        Need(f"es:{operation}", place.arn("es", f"domain/{name}")) for name in names
    ]


def _cloudformation(
    operation: str, request: Mapping[str, Any], place: Place
) -> list[Need]:
    name = request.get("StackName")
    resource = place.arn("cloudformation", f"stack/{name}/id") if name else "*"
    return [Need(f"cloudformation:{operation}", resource)]


def _route53(operation: str, request: Mapping[str, Any], _: Place) -> list[Need]:
    zone = request.get("HostedZoneId")
    resource = f"arn:aws:route53:::hostedzone/{zone}" if zone else "*"
    return [Need(f"route53:{operation}", resource)]


def _wafv2(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    """Web ACLs alone: what they protect is of other services."""
    name = request.get("WebACLArn")
    if "Id" in request and operation.endswith("WebACL"):
        path = f"regional/webacl/{request['Name']}/{request['Id']}"
        name = place.arn("wafv2", path)
    return [Need(f"wafv2:{operation}", name or "*")]


def _logs(operation: str, request: Mapping[str, Any], place: Place) -> list[Need]:
    name = request.get("logGroupName")
    stream = request.get("logStreamName")
    tail = f"log-group:{name}:log-stream:{stream}" if stream else f"log-group:{name}"
    return [Need(f"logs:{operation}", place.arn("logs", tail) if name else "*")]


_READERS = {
    "acm": _acm,
    "apigateway": _apigateway,
    "backup": _backup,
    "cloudformation": _cloudformation,
    "cloudtrail": _cloudtrail,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "elasticfilesystem": _efs,
    "es": _es,
    "events": _events,
    "globalaccelerator": _globalaccelerator,
    "iam": _iam,
    "logs": _logs,
    "rds": _rds,
    "route53": _route53,
    "securityhub": _securityhub,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
    "sts": _sts,
    "wafv2": _wafv2,
}


def _covers(statement: Mapping[str, Any], need: Need) -> bool:
    action = need.action.lower()
    if "NotAction" in statement:
        acts = not any(
            _globs(glob.lower(), action) for glob in _listed(statement["NotAction"])
        )
    else:
        acts = any(
            _globs(glob.lower(), action) for glob in _listed(statement["Action"])
        )
    if "NotResource" in statement:
        return acts and not any(
            _globs(glob, need.resource) for glob in _listed(statement["NotResource"])
        )
    return acts and any(
        _globs(glob, need.resource) for glob in _listed(statement["Resource"])
    )


def _is_met(
    conditions: Mapping[str, Mapping[str, Any]] | None, context: Mapping[str, str]
) -> bool:
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(operator, known.get(key.lower()), [str(item) for item in _listed(value)])
        for operator, keys in (conditions or {}).items()
        for key, value in keys.items()
    )


def _holds(operator: str, actual: str | None, wanted: list[str]) -> bool:
    """Whether the context's *actual* value meets *operator*; None: not in there."""
    if operator.startswith("ForAllValues:"):  # none at all meets it, too
        operator = operator.removeprefix("ForAllValues:")
        return actual is None or _holds(operator, actual, wanted)
    if operator.endswith("IfExists"):
        if actual is None:
            return True
        operator = operator.removesuffix("IfExists")
    if operator.startswith("ForAllValues:"):  # one value is all that is known here
        if actual is None:
            return True
        operator = operator.removeprefix("ForAllValues:")
    if operator == "Null":
        return [str(actual is None).lower()] == [item.lower() for item in wanted]
    negates = "Not" in operator
    if actual is None:
        return negates
    match operator.replace("Not", ""):
        case "StringEquals" | "ArnEquals" | "StringLike" | "ArnLike" as plain:
            exact = plain == "StringEquals"
            found = any(
                actual == item if exact else _globs(item, actual) for item in wanted
            )
        case "Bool" | "StringEqualsIgnoreCase":
            found = actual.lower() in [item.lower() for item in wanted]
        case _:
            raise NotImplementedError(f"The condition {operator} is not known here.")
    return found != negates


def _globs(glob: str, text: str) -> bool:
    """Whether *text* matches an IAM pattern; brackets mean themselves there."""
    escaped = re.sub(r"\[", "[[]", glob)
    return fnmatch.fnmatchcase(text, escaped)


def _principals(principal: Any) -> set[str]:
    if isinstance(principal, str):
        return {principal}
    return set(_listed(principal.get("AWS", [])))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
