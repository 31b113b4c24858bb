"""The stack of a SAM template, deployed into the embedded AWS."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local import hub_resources
from local import template as templates
from local.server import ACCOUNT, REGION, Credentials, Server

_BUCKET = "ringfence-local-artifacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function; *on_failure* is the ARN for failed asynchronous calls."""

    logical: str
    name: str
    arn: str
    folder: Path
    handler: str
    environment: Mapping[str, str]
    timeout_s: int
    memory_mb: int
    log_group: str
    role: str
    credentials: Credentials
    on_failure: str | None = None  # None: they are dropped
    retries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    What feeds a function: an event source mapping.

    *retries* and *on_failure* are a stream's; a queue has its redrive policy.
    """

    function: str
    arn: str
    batch_size: int
    reports_failures: bool
    filters: tuple[str, ...] = ()
    retries: int = -1
    bisects: bool = False
    on_failure: str | None = None  # None: dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a schedule calls, and with what."""

    function: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """
    A deployed stack; *ids* are physical ids by logical id.

    *custom_actions* are Security Hub's, the last part of their ARNs by name.
    """

    name: str
    ids: Mapping[str, str]
    functions: Mapping[str, Function]
    sources: tuple[Source, ...]
    schedules: Mapping[str, Schedule]
    permitted: Mapping[str, frozenset[str]]
    custom_actions: Mapping[str, str] = field(default_factory=dict)

    def queues(self) -> tuple[str, ...]:
        """The logical ids of all queues."""
        return tuple(name for name, value in self.ids.items() if "/" in _tail(value))


_NOTHING = {"Ref": "AWS::NoValue"}


def deploy(
    server: Server,
    path: Path,
    *,
    name: str = "ringfence",
    parameters: Mapping[str, str] | None = None,
) -> Stack:
    """Deploy the template at *path* as the stack *name*, and say what came of it."""
    given = dict(parameters or {})
    written = templates.read(path)
    plain = templates.translated(written, given, _upload_nothing(server))
    ids = _create(server, name, plain, given)
    deployed = _Deployed(server, plain["Resources"], ids)
    deployed.attach_policies()
    functions = {
        logical: deployed.function(logical, path.parent / properties["CodeUri"])
        for logical, properties in _of_type(written, "AWS::Serverless::Function")
    }
    return Stack(
        name=name,
        ids=ids,
        functions=functions,
        sources=tuple(deployed.sources()),
        schedules=dict(deployed.schedules()),
        permitted=deployed.permitted(),
        custom_actions=deployed.custom_actions(plain.get("Conditions", {}), given),
    )


def _upload_nothing(server: Server) -> str:
    """Put an archive where functions and layers have their code; moto wants one."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", "")
    s3 = server.client("s3")
    s3.create_bucket(
        Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    s3.put_object(Bucket=_BUCKET, Key="code.zip", Body=archive.getvalue())
    return f"s3://{_BUCKET}/code.zip"


def _create(
    server: Server, name: str, plain: Mapping[str, Any], given: Mapping[str, str]
) -> dict[str, str]:
    cloudformation = server.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(plain),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in given.items()
        ],
    )
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        reason = stack.get("StackStatusReason", "no reason given")
        raise RuntimeError(f"The stack is {stack['StackStatus']}: {reason}")
    rows = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {
        row["LogicalResourceId"]: row["PhysicalResourceId"]
        for row in rows
        if "PhysicalResourceId" in row  # moto has no such type, as for schedules
    }


@dataclass(frozen=True)
class _Deployed:
    """The resources of a translated template, and the ids that they got."""

    server: Server
    resources: Mapping[str, Any]
    ids: Mapping[str, str]

    def attach_policies(self) -> None:
        """Attach managed policies to roles, which moto's CloudFormation leaves out."""
        iam = self.server.client("iam")
        for logical, role in _of_type(self, "AWS::IAM::Role"):
            for policy in map(self.chosen, role.get("ManagedPolicyArns", [])):
                if policy != _NOTHING:
                    iam.attach_role_policy(
                        RoleName=self.ids[logical], PolicyArn=self.resolve(policy)
                    )

    def function(self, logical: str, folder: Path) -> Function:
        """Describe the function *logical*, whose code is in *folder*."""
        properties = self.resources[logical]["Properties"]
        found = self.server.client("lambda").get_function_configuration(
            FunctionName=self.ids[logical]
        )
        invoke = next(
            (
                config
                for _, config in _of_type(self, "AWS::Lambda::EventInvokeConfig")
                if config["FunctionName"] == {"Ref": logical}
            ),
            {},
        )
        return Function(
            logical=logical,
            name=found["FunctionName"],
            arn=found["FunctionArn"],
            folder=folder,
            handler=properties["Handler"],
            environment=found.get("Environment", {}).get("Variables", {}),
            timeout_s=properties.get("Timeout", 3),
            memory_mb=properties.get("MemorySize", 128),
            log_group=self.resolve(
                properties.get("LoggingConfig", {}).get("LogGroup")
                or f"/aws/lambda/{found['FunctionName']}"
            ),
            role=found["Role"],
            credentials=self.server.assume(found["Role"]),
            on_failure=self._on_failure(invoke),
            retries=invoke.get("MaximumRetryAttempts", 2),
        )

    def sources(self) -> Iterator[Source]:
        """Describe the event source mappings, with what moto forgets of them."""
        mappings = self.server.client("lambda").list_event_source_mappings()
        arns = {row["UUID"]: row for row in mappings["EventSourceMappings"]}
        for logical, mapping in _of_type(self, "AWS::Lambda::EventSourceMapping"):
            yield Source(
                function=mapping["FunctionName"]["Ref"],
                arn=arns[self.ids[logical]]["EventSourceArn"],
                batch_size=mapping.get("BatchSize", 10),
                reports_failures="ReportBatchItemFailures"
                in mapping.get("FunctionResponseTypes", []),
                filters=tuple(
                    item["Pattern"]
                    for item in mapping.get("FilterCriteria", {}).get("Filters", [])
                ),
                retries=mapping.get("MaximumRetryAttempts", -1),
                bisects=mapping.get("BisectBatchOnFunctionError", False),
                on_failure=self._on_failure(mapping),
            )

    def schedules(self) -> Iterator[tuple[str, Schedule]]:
        """Describe the schedules, which moto's CloudFormation does not make."""
        for logical, schedule in _of_type(self, "AWS::Scheduler::Schedule"):
            target = schedule["Target"]
            yield (
                logical,
                Schedule(
                    function=target["Arn"]["Fn::GetAtt"][0],
                    event=target.get("Input", "{}"),
                ),
            )

    def permitted(self) -> dict[str, frozenset[str]]:
        """Give the actions that each role (by its physical name) may do."""
        iam = self.server.client("iam")
        actions: dict[str, frozenset[str]] = {}
        for logical, _ in _of_type(self, "AWS::IAM::Role"):
            role = self.ids[logical]
            documents = [
                iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
            ]
            attached = iam.list_attached_role_policies(RoleName=role)
            for policy in attached["AttachedPolicies"]:
                version = iam.get_policy_version(
                    PolicyArn=policy["PolicyArn"], VersionId="v1"
                )
                documents.append(version["PolicyVersion"]["Document"])
            actions[role] = frozenset(
                action
                for document in documents
                for statement in _listed(document["Statement"])
                for action in _listed(statement["Action"])
            )
        return actions

    def custom_actions(
        self, conditions: Mapping[str, Any], given: Mapping[str, str]
    ) -> dict[str, str]:
        """Give what moto's CloudFormation does not make, if Security Hub takes it."""
        wanted = {
            name
            for name, condition in conditions.items()
            if "Fn::Equals" in condition
            and given.get(condition["Fn::Equals"][0].get("Ref"))
            == condition["Fn::Equals"][1]
        }
        made = [
            resource
            for resource in self.resources.values()
            if "::SecurityHub::" in resource["Type"]
            and resource.get("Condition") in wanted
        ]
        if made:  # as CloudFormation, which fails where it is not enabled
            self.server.client("securityhub").describe_hub()
        if wrong := list(hub_resources.complaints(made)):
            raise RuntimeError(f"Security Hub would refuse: {'; '.join(wrong)}")
        return {
            resource["Properties"]["Name"]: resource["Properties"]["Id"]
            for resource in made
            if resource["Type"] == hub_resources.ACTION_TARGET
        }

    def chosen(self, value: Any) -> Any:
        """Give the branch of an Fn::If on whether a resource was made; else *value*."""
        if not isinstance(value, dict) or "Fn::If" not in value:
            return value
        _, there, otherwise = value["Fn::If"]
        return there if there["Ref"] in self.ids else otherwise

    def resolve(self, value: Any) -> str:
        """Resolve a literal, a Ref, or the ARN of a queue."""
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self.ids[value["Ref"]]
        logical, attribute = value["Fn::GetAtt"]
        if attribute == "Arn" and self.resources[logical]["Type"] == "AWS::SQS::Queue":
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{_tail(self.ids[logical])}"
        raise NotImplementedError(f"{value} is not known here.")

    def _on_failure(self, settings: Mapping[str, Any]) -> str | None:
        destination = settings.get("DestinationConfig", {}).get("OnFailure")
        return self.resolve(destination["Destination"]) if destination else None


def _of_type(template: Any, kind: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    resources = (
        template.resources if isinstance(template, _Deployed) else template["Resources"]
    )
    return (
        (logical, resource.get("Properties", {}))
        for logical, resource in resources.items()
        if resource["Type"] == kind
    )


def _tail(address: str) -> str:
    return address.rpartition("/")[2]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
