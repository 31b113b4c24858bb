"""Where moto's CloudFormation does otherwise than AWS's, or than we need."""

import json
from typing import Any

from moto.awslambda.models import LambdaBackend
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import Role
from moto.logs.models import LogGroup
from moto.sqs.models import sqs_backends

from local.patching import replace


def install() -> None:
    """Correct it."""
    keep = Role.put_policy
    attribute = LogGroup.get_cfn_attribute

    def put_policy(role: Role, name: str, document: Any) -> None:
        # A template's policy is a mapping, which IAM would show as Python's.
        text = document if isinstance(document, str) else json.dumps(document)
        keep(role, name, text)

    def get_cfn_attribute(group: LogGroup, name: str) -> str:
        # The ARN that a template gets covers the group's streams.
        value: str = attribute(group, name)
        return f"{value}:*" if name == "Arn" else value

    create = LambdaBackend.create_event_source_mapping

    def map_only(backend: LambdaBackend, spec: dict[str, Any]) -> Any:
        # Our own pollers feed the functions. moto would, at each message and item
        # that comes, receive it, ask Docker to run the function, and give it back.
        mapping = create(backend, spec)
        place = (backend.account_id, backend.region_name)
        sources: tuple[Any, ...] = (
            *sqs_backends[place[0]][place[1]].queues.values(),
            *dynamodb_backends[place[0]][place[1]].tables.values(),
        )
        for source in sources:
            source.lambda_event_source_mappings.clear()
        return mapping

    replace(Role, "put_policy", put_policy)
    replace(LogGroup, "get_cfn_attribute", get_cfn_attribute)
    replace(LambdaBackend, "create_event_source_mapping", map_only)
