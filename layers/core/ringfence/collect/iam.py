"""What is asked of IAM: server certificates, and the roles that instances carry."""

from collections.abc import Iterable, Iterator
from typing import Any

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.answers import Answers
from ringfence.inventory.compute import INSTANCES
from ringfence.inventory.roles import (
    ATTACHED,
    INLINE,
    INLINE_BODY,
    MANAGED,
    MANAGED_BODY,
    PROFILE,
    ROLE,
    boundary_of,
    policy_of,
    profiles_in_use,
    roles_of,
)

ACTIONS = (
    "iam:GetInstanceProfile",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:GetServerCertificate",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:ListServerCertificates",
)

_LIST = "iam.list_server_certificates"
_GONE = frozenset({"NoSuchEntity"})


def _bodies(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for metadata in responses[_LIST]["ServerCertificateMetadataList"]:
        yield {"ServerCertificateName": metadata["ServerCertificateName"]}


def _profiles(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    names = profiles_in_use(Answers(responses))
    return ({"InstanceProfileName": name} for name in names)


def _roles(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Each role once, in however many profiles it is."""
    found = (roles_of(raw) for raw in _there(responses[PROFILE]))
    names = dict.fromkeys(name for names in found for name in names)
    return ({"RoleName": name} for name in names)


def _inline(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for role, answer in responses[INLINE].items():
        for name in answer["PolicyNames"] if answer else ():
            yield {"RoleName": role, "PolicyName": name}


def _managed(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """Those attached to a role and those that bound one, each once."""
    attached = [
        policy_of(raw)
        for answer in _there(responses[ATTACHED])
        for raw in answer["AttachedPolicies"]
    ]
    bounding = [boundary_of(answer["Role"]) for answer in _there(responses[ROLE])]
    arns = dict.fromkeys(arn for arn in (*attached, *bounding) if arn)
    return ({"PolicyArn": arn} for arn in arns)


def _versions(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """The version in force of each policy."""
    for arn, answer in responses[MANAGED].items():
        if answer:
            version = answer["Policy"]["DefaultVersionId"]
            yield {"PolicyArn": arn, "VersionId": version}


def _there(answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of *answers* whose resource was still there."""
    return (answer for answer in answers.values() if answer)


OPERATIONS = (
    Operation(
        name=_LIST,
        key="ServerCertificateMetadataList",
        page=1000,
        is_of_vpcs=False,
    ),
    Operation(
        name="iam.get_server_certificate",
        key="ServerCertificate",
        needs=(_LIST,),
        requests=_bodies,
        per="ServerCertificateName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=PROFILE,
        key="InstanceProfile",
        needs=(INSTANCES,),
        requests=_profiles,
        per="InstanceProfileName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=ROLE,
        key="Role",
        needs=(PROFILE,),
        requests=_roles,
        per="RoleName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=ATTACHED,
        key="AttachedPolicies",
        page=1000,
        needs=(PROFILE,),
        requests=_roles,
        per="RoleName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=INLINE,
        key="PolicyNames",
        page=1000,
        needs=(PROFILE,),
        requests=_roles,
        per="RoleName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=INLINE_BODY,
        key="PolicyDocument",
        needs=(INLINE,),
        requests=_inline,
        per="RoleName",
        also="PolicyName",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=MANAGED,
        key="Policy",
        needs=(ATTACHED, ROLE),
        requests=_managed,
        per="PolicyArn",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name=MANAGED_BODY,
        key="PolicyVersion",
        needs=(MANAGED,),
        requests=_versions,
        per="PolicyArn",
        gone=_GONE,
        is_of_vpcs=False,
    ),
)
