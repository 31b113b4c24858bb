"""The roles that instances carry, and what their policies say."""

from collections.abc import Iterator
from dataclasses import dataclass

from ringfence.inventory.answers import Answers, Raw, inner, rows, structure, text
from ringfence.inventory.compute import INSTANCES
from ringfence.inventory.statements import Statement, read_document

PROFILE = "iam.get_instance_profile"
ROLE = "iam.get_role"
ATTACHED = "iam.list_attached_role_policies"
INLINE = "iam.list_role_policies"
INLINE_BODY = "iam.get_role_policy"
MANAGED = "iam.get_policy"
MANAGED_BODY = "iam.get_policy_version"
NEEDS = (PROFILE, ROLE, ATTACHED, INLINE, INLINE_BODY, MANAGED, MANAGED_BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePolicy:
    """A policy of a role: a managed one has an *arn*, an inline one has none."""

    name: str
    arn: str | None = None  # None: inline
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """*profiles* are the ARNs of the instance profiles that carry it."""

    id: str  # its ARN
    name: str
    profiles: tuple[str, ...] = ()
    policies: tuple[RolePolicy, ...] = ()
    boundary: RolePolicy | None = None  # None: nothing bounds it


@dataclass(frozen=True, slots=True)
class _Carried:
    """What an instance profile says of itself."""

    arn: str
    roles: tuple[str, ...]


def profiles_in_use(answers: Answers) -> tuple[str, ...]:
    """The names of the instance profiles that instances carry, each once."""
    found = answers.each(INSTANCES, "Reservations", _profiles_of)
    return tuple(sorted({name for names in found for name in names}))


def _profiles_of(raw: Raw) -> tuple[str, ...]:
    arns = (
        text(inner(item, "IamInstanceProfile"), "Arn")
        for item in rows(raw, "Instances")
        if item.get("IamInstanceProfile")
    )
    return tuple(arn.rpartition("/")[2] for arn in arns)


def roles_of(raw: Raw) -> tuple[str, ...]:
    """The names of the roles in the answer for an instance profile."""
    listed = rows(structure(raw, "InstanceProfile"), "Roles")
    return tuple(text(role, "RoleName") for role in listed)


def read_roles(answers: Answers) -> tuple[Role, ...]:
    """Each role of a profile in use; none where IAM was not asked at all."""
    if not all(answers.has(operation) for operation in (INSTANCES, *NEEDS)):
        return ()
    profiles: dict[str, dict[str, None]] = {}
    for name in profiles_in_use(answers):
        carried = answers.one_of(PROFILE, name, _carried)
        for role in carried.roles if carried else ():
            profiles.setdefault(role, {})[carried.arn if carried else ""] = None
    found = (_role(answers, name, tuple(arns)) for name, arns in profiles.items())
    return tuple(role for role in found if role)


def _carried(raw: Raw) -> _Carried:
    return _Carried(text(structure(raw, "InstanceProfile"), "Arn"), roles_of(raw))


def _role(answers: Answers, name: str, profiles: tuple[str, ...]) -> Role | None:
    told = answers.one_of(ROLE, name, lambda raw: _told(structure(raw, "Role")))
    attached = answers.each_of(ATTACHED, name, "AttachedPolicies", policy_of)
    inline = answers.one_of(INLINE, name, inline_names)
    if told is None or attached is None or inline is None:
        return None  # deleted while it was read
    arn, boundary = told
    policies = [_inline(answers, name, policy) for policy in inline]
    policies += [_managed(answers, policy) for policy in attached]
    return Role(
        id=arn,
        name=name,
        profiles=profiles,
        policies=tuple(policy for policy in policies if policy),
        boundary=_managed(answers, boundary) if boundary else None,
    )


def _told(raw: Raw) -> tuple[str, str | None]:
    """A role's ARN and its boundary's."""
    return text(raw, "Arn"), boundary_of(raw)


def boundary_of(raw: Raw) -> str | None:
    """The ARN of the policy that bounds a role, None where nothing does."""
    boundary = inner(raw, "PermissionsBoundary")
    return text(boundary, "PermissionsBoundaryArn") if boundary else None


def policy_of(raw: Raw) -> str:
    """The ARN of an attached policy."""
    return text(raw, "PolicyArn")


def inline_names(raw: Raw) -> tuple[str, ...]:
    """The names of a role's inline policies."""
    return tuple(_names(raw))


def _names(raw: Raw) -> Iterator[str]:
    listed = raw.get("PolicyNames")
    for name in listed if isinstance(listed, list) else ():
        yield text({"PolicyNames": name}, "PolicyNames")


def _inline(answers: Answers, role: str, name: str) -> RolePolicy | None:
    body = answers.one_of(
        INLINE_BODY,
        f"{role}/{name}",
        lambda raw: read_document(raw, "PolicyDocument"),
    )
    return None if body is None else RolePolicy(name=name, statements=body)


def _managed(answers: Answers, arn: str) -> RolePolicy | None:
    if answers.one_of(MANAGED, arn, lambda raw: structure(raw, "Policy")) is None:
        return None
    body = answers.one_of(
        MANAGED_BODY,
        arn,
        lambda raw: read_document(structure(raw, "PolicyVersion"), "Document"),
    )
    if body is None:
        return None
    return RolePolicy(name=arn.rpartition("/")[2], arn=arn, statements=body)
