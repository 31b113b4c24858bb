"""
What a role may do to the whole account, told by what its policies say.

A right is one that holds on a resource which no policy can have been written for:
a policy about some buckets or some roles gives none.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ringfence.finding import Severity
from ringfence.inventory.roles import Role, RolePolicy
from ringfence.inventory.statements import Statement
from ringfence.subjects.policies import is_about

_NOBODYS = "ringfence-asks-about-any"

# An action of no service: only a policy about all services, but some, allows it.
_ANYTHING = "ringfence-asks:Anything"


@dataclass(frozen=True, slots=True)
class Right:
    """
    Something that whoever has the role's credentials may do.

    It is had with any of *actions* on a resource of the form *resource*.
    """

    does: str
    severity: Severity
    actions: tuple[str, ...]
    resource: str


# The order is that of their weight. What each action is asked on:
# https://docs.aws.amazon.com/service-authorization/latest/reference/
_REWRITES = (
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
)
_GRANTS_TO_ROLES = (
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
_GRANTS_TO_USERS = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:PutGroupPolicy",
    "iam:PutUserPolicy",
    "iam:UpdateLoginProfile",
)
_OTHERS = (
    Right(
        "rewrite any IAM policy",
        Severity.CRITICAL,
        _REWRITES,
        "iam::{account}:policy/{any}",
    ),
    Right(
        "give any role more rights",
        Severity.CRITICAL,
        _GRANTS_TO_ROLES,
        "iam::{account}:role/{any}",
    ),
    Right(
        "act as any IAM user, or give any more rights",
        Severity.CRITICAL,
        _GRANTS_TO_USERS,
        "iam::{account}:user/{any}",
    ),
    Right(
        "become any role that trusts the account",
        Severity.HIGH,
        ("sts:AssumeRole",),
        "iam::{account}:role/{any}",
    ),
    Right(
        "pass any role on to a service",
        Severity.HIGH,
        ("iam:PassRole",),
        "iam::{account}:role/{any}",
    ),
    Right(
        "run commands on any managed instance",
        Severity.HIGH,
        ("ssm:SendCommand", "ssm:StartSession"),
        "ec2:{region}:{account}:instance/{any}",
    ),
    Right(
        "read every secret of Secrets Manager",
        Severity.HIGH,
        ("secretsmanager:GetSecretValue",),
        "secretsmanager:{region}:{account}:secret:{any}",
    ),
    Right(
        "change any security group",
        Severity.HIGH,
        ("ec2:AuthorizeSecurityGroupIngress",),
        "ec2:{region}:{account}:security-group/{any}",
    ),
    Right(
        "stop, change or end any instance",
        Severity.HIGH,
        ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:TerminateInstances"),
        "ec2:{region}:{account}:instance/{any}",
    ),
    Right(
        "read every S3 bucket",
        Severity.MEDIUM,
        ("s3:GetObject",),
        "s3:::{any}/{any}",
    ),
    Right(
        "overwrite or delete in every S3 bucket",
        Severity.MEDIUM,
        ("s3:DeleteObject", "s3:PutObject"),
        "s3:::{any}/{any}",
    ),
)


@dataclass(frozen=True, slots=True)
class Granted:
    """
    A right that a role has, and the *policies* that give it.

    *is_conditional*: each of them only under conditions that were not judged.
    *may_be_denied*: some statement denies it under conditions that were not judged.
    """

    right: Right
    policies: tuple[RolePolicy, ...]
    is_conditional: bool
    may_be_denied: bool

    @property
    def severity(self) -> Severity:
        """One step less where conditions may take it away."""
        is_unsure = self.is_conditional or self.may_be_denied
        return self.right.severity.stepped(-1 if is_unsure else 0)


def rights_of(role: Role, region: str) -> tuple[Granted, ...]:
    """
    Give what *role* may do to all of its account, the heaviest first.

    One that may do everything has that right alone. The boundary's own conditions
    count like those of a policy. Trust policies of other roles, resource policies,
    organisations' policies and session policies are not asked.
    """
    judge = _Judge(role, region)
    anything = judge.granted(
        Right("everything but IAM", Severity.CRITICAL, (_ANYTHING,), _NOBODYS)
    )
    others = tuple(found for right in _OTHERS if (found := judge.granted(right)))
    if not anything:
        return tuple(sorted(others, key=lambda item: -item.severity.rank))
    iam = [item for item in others if item.right.actions[0].startswith("iam:")]
    if not any(item.right.severity is Severity.CRITICAL for item in iam):
        return (anything, *iam)
    every = Right("everything", Severity.CRITICAL, (_ANYTHING,), _NOBODYS)
    return (
        Granted(
            every, anything.policies, anything.is_conditional, anything.may_be_denied
        ),
    )


class _Judge:
    def __init__(self, role: Role, region: str) -> None:
        start, _, rest = role.id.partition(":iam::")
        self._start = start
        self._words = {
            "account": rest.partition(":")[0],
            "region": region,
            "any": _NOBODYS,
        }
        self._policies = role.policies
        self._boundary = role.boundary

    def granted(self, right: Right) -> Granted | None:
        """Give *right* as the role has it; None: it does not."""
        resource = f"{self._start}:{right.resource.format(**self._words)}"
        found = [
            one
            for action in right.actions
            if (one := self._by(right, action, resource))
        ]
        if not found:
            return None
        surest = min(found, key=lambda one: one.is_conditional + one.may_be_denied)
        policies = dict.fromkeys(policy for one in found for policy in one.policies)
        return Granted(
            right, tuple(policies), surest.is_conditional, surest.may_be_denied
        )

    def _by(self, right: Right, action: str, resource: str) -> Granted | None:
        bounds = [self._boundary] if self._boundary else []
        denying = list(
            _about([*self._policies, *bounds], action, resource, allows=False)
        )
        if any(not statement.conditions for _, statement in denying):
            return None
        giving = list(_about(self._policies, action, resource, allows=True))
        bounding = list(_about(bounds, action, resource, allows=True))
        if not giving or (bounds and not bounding):
            return None
        return Granted(
            right,
            tuple(dict.fromkeys(policy for policy, _ in giving)),
            is_conditional=_all_conditional(giving) or _all_conditional(bounding),
            may_be_denied=bool(denying),
        )


def _about(
    policies: Iterable[RolePolicy], action: str, resource: str, *, allows: bool
) -> Iterator[tuple[RolePolicy, Statement]]:
    for policy in policies:
        for statement in policy.statements:
            if statement.allows == allows and is_about(statement, action, resource):
                yield policy, statement


def _all_conditional(found: Sequence[tuple[RolePolicy, Statement]]) -> bool:
    return bool(found) and all(statement.conditions for _, statement in found)
